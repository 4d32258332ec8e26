// The layer table of src/README.md as data: what each room of src may import and may call.

export interface Room {
  /** Folder or file under src, without ending. */
  readonly path: string;
  /** Rooms or single modules it may import; itself always. */
  readonly imports: readonly string[];
  /** The same, for `import type` only. */
  readonly types?: readonly string[];
  /** Packages it may import. */
  readonly packages?: readonly string[];
  /** The same, for `import type` only. */
  readonly packageTypes?: readonly string[];
  /** Whether it does input and output: may import Node's own modules. */
  readonly io?: true;
}

const PURE = ['domain'];
const EDGE = ['domain', 'ports'];

/** The most specific path that fits a file is its room. */
export const ROOMS: readonly Room[] = [
  { path: 'domain', imports: [] },
  { path: 'ports', imports: PURE, packageTypes: ['zod'] },
  { path: 'market', imports: PURE },
  { path: 'indicators', imports: PURE },
  // The one adapter of the library behind candlestick patterns and the chart's long tail.
  {
    path: 'indicators/library',
    imports: ['domain', 'indicators'],
    packages: ['technicalindicators'],
  },
  { path: 'portfolio', imports: PURE },
  { path: 'risk', imports: ['domain', 'ports', 'portfolio'] },
  { path: 'strategies', imports: ['domain', 'ports', 'indicators', 'market'], packages: ['zod'] },
  // Runs user strategies in a process of their own.
  {
    path: 'strategies/host',
    imports: ['domain', 'ports', 'indicators', 'market', 'strategies'],
    packages: ['zod'],
    io: true,
  },
  { path: 'execution', imports: ['domain', 'ports', 'market', 'portfolio', 'risk'] },
  { path: 'engine', imports: ['domain', 'ports', 'market', 'portfolio', 'risk', 'execution'] },
  { path: 'exchange', imports: EDGE, packages: ['zod'], io: true },
  // The only door to the library behind real exchanges.
  { path: 'exchange/ccxt', imports: EDGE, packages: ['zod', 'ccxt', 'undici'], io: true },
  { path: 'exchange/sim', imports: [...EDGE, 'market'] },
  // A local exchange that speaks the wire format of real ones.
  {
    path: 'exchange/emulator',
    imports: [...EDGE, 'exchange/practice', 'exchange/sim', 'exchange/demo', 'market'],
    packages: ['ws', 'zod'],
    io: true,
  },
  // The order manager: a venue outside, made of a wire. Its clock is a port.
  { path: 'exchange/gateway', imports: EDGE },
  // An exchange that is independent of our books, for drills and fault simulations.
  { path: 'exchange/practice', imports: [...EDGE, 'exchange/sim', 'market'], io: true },
  { path: 'store', imports: EDGE, packages: ['lowdb', 'zod', 'csv-parse'], io: true },
  { path: 'models', imports: EDGE, packages: ['zod'], io: true },
  { path: 'notify', imports: EDGE, packages: ['zod'], io: true },
  // The encrypted keystore. Nothing but the command line and the composition root sees it.
  { path: 'keys', imports: EDGE, packages: ['zod'], io: true },
  { path: 'config', imports: EDGE, packages: ['zod'], io: true },
  {
    path: 'backtest',
    imports: [
      'domain',
      'ports',
      'engine',
      'exchange/sim',
      'market',
      'portfolio',
      'strategies/registry',
      'store/candles',
    ],
    packages: ['csv-parse', 'zod'],
    io: true,
  },
  {
    path: 'app',
    imports: [
      'domain',
      'ports',
      'market',
      'indicators',
      'portfolio',
      'risk',
      'strategies',
      'execution',
      'engine',
      'exchange',
      'store',
      'models',
      'notify',
      'config',
      'keys',
      'backtest',
    ],
    packages: ['zod'],
    io: true,
  },
  // A thread that must work when engine and screen do not; keys have one parser for both threads.
  {
    path: 'app/emergency',
    imports: [
      'domain',
      'ports',
      'exchange/practice',
      // Loaded once an exchange is connected; the library comes with it.
      'exchange/ccxt/emergency-client',
      'store/stop-file',
      'ui/input/key-parser',
      'ui/input/urgent',
    ],
    types: ['app', 'ui/input', 'exchange/ccxt'],
    io: true,
  },
  {
    path: 'ui',
    // Of the domain: exact numbers as text, the order table's questions, safe text.
    imports: ['domain', 'app/session', 'app/commands'],
    types: ['app'],
    packages: ['ink', 'react', 'chalk', 'zod', 'fuzzysort'],
    io: true,
  },
  {
    path: 'cli',
    imports: [
      'app',
      'backtest',
      'config',
      'keys',
      'domain/safe-text',
      'domain/secret',
      'ui/main',
      'ui/still',
      'ui/waiting',
      'ui/theme',
      'ui/input/keymap',
      'ui/input/rebind',
    ],
    packages: ['commander', 'chalk', 'esbuild'],
    io: true,
  },
];

export interface Ban {
  readonly call: RegExp;
  readonly name: string;
  /** Paths under src, without ending, where it is allowed. */
  readonly allowed: readonly string[];
  /** Set where the pattern itself looks for quoted text, which is blanked otherwise. */
  readonly quoted?: true;
}

const EDGES = ['app', 'cli', 'ui', 'store'];

export const BANS: readonly Ban[] = [
  {
    name: 'wall time (engine time comes from the clock)',
    call: /\bDate\.now\b|\bnew Date\(\s*\)|(?<!new )\bDate\(\s*\)/,
    allowed: ['engine/clock', ...EDGES],
  },
  {
    name: 'monotonic time',
    call: /\bperformance\.now\b|\bhrtime\b/,
    allowed: ['engine/clock', 'engine/run', 'exchange', 'notify', 'models', 'backtest', ...EDGES],
  },
  { name: 'randomness (use the seeded Rng port)', call: /\bMath\.random\b/, allowed: [] },
  {
    name: 'timers (use the clock)',
    call: /\b(setTimeout|setInterval|setImmediate)\b/,
    allowed: [
      'engine/clock',
      'strategies/host',
      'exchange',
      'notify',
      'models',
      'config/watch',
      ...EDGES,
    ],
  },
  { name: 'console', call: /\bconsole\./, allowed: [] },
  {
    name: 'environment (config/secrets.ts reads it)',
    call: /\bprocess\.env\b/,
    allowed: ['config/secrets'],
  },
  {
    name: 'environment (config/secrets.ts reads it)',
    call: /\bprocess\[['"]env['"]\]|\benv\b[^;]*from\s*['"](?:node:)?process['"]/,
    allowed: ['config/secrets'],
    quoted: true,
  },
  {
    name: 'mutable variable of a module',
    call: /^(?:export )?(?:let|var) /m,
    allowed: [],
  },
  {
    name: 'mutable collection of a module',
    call: /^(?:export )?const \w+(?::[^=]+)? = (?:new (?:Weak)?(?:Map|Set)\b.*\(\)|\[\]|\{\});/m,
    allowed: [],
  },
];

export const TOP_LEVEL: readonly string[] = [
  'package.json',
  'tsconfig.json',
  'src',
  'config',
  'themes',
  'test',
  'README.md',
  'package-lock.json',
  '.ci',
  '.gitignore',
  '.npmrc',
  'LICENSE',
  'CHANGELOG.md',
];

/** Rooms whose exported functions carry a docstring. */
export const DOCUMENTED: readonly string[] = [
  'domain',
  'ports',
  'market',
  'indicators',
  'risk',
  'portfolio',
  'exchange',
];

/** Files that nothing imports because they are started by name. */
export const STARTED: readonly string[] = ['src/cli/main.ts', 'src/cli/boot.ts'];

export const FILE_LINES = 400;
export const LINE_COLUMNS = 100;
