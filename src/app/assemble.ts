/** From what was typed and configured to everything a run is made of. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Environment, stateDirectory } from '../config/files.ts';
import type { FlagValue } from '../config/layers.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { didYouMean, quoted } from '../config/nearest.ts';
import {
  type ExchangeChoice,
  chooseExchanges,
  isEmulated,
  isExchangeMode,
  modeOf,
} from './exchange/choice.ts';
import type { Started } from '../config/secrets.ts';
import { asRiskLimits } from '../config/schema.ts';
import { type Decimal, decimal, gt, parseDecimal, ZERO } from '../domain/decimal.ts';
import { InputError } from '../domain/errors.ts';
import { DEMO_SYMBOLS } from '../exchange/demo/markets.ts';
import type { RiskLimits } from '../domain/limits.ts';
import { MINUTE_MS, timeframeMs, type Timeframe } from '../domain/time.ts';
import { requireWritable } from './csv.ts';
import { adHocInstances, checkInstances, configuredInstances } from './instances.ts';
import type { RunOptions, SimulationOptions, StrategyInstance } from './run-options.ts';
import type { Mode } from './session-types.ts';
import { UserStrategies } from './user-strategies/user-strategies.ts';

/** The environment a command runs in; tests make their own. */
export interface Surroundings {
  readonly environment: Environment;
  readonly cwd: string;
  /** What this process was started with besides. */
  readonly started?: Started;
}

/** Flags that are no settings, as typed; null = not given. */
export interface RunRequest {
  readonly flags: readonly FlagValue[];
  readonly config: string | null;
  readonly state: string | null;
  readonly strategies: readonly string[];
  readonly sizing: string | null;
  readonly risk: string | null;
  readonly replay: string | null;
  readonly continueReplay: boolean;
  readonly lot: string | null;
  readonly tick: string | null;
  readonly start: boolean;
  readonly duration: string | null;
  readonly trades: string | null;
  readonly record: boolean;
  /** Nobody looks, and no key is waited for. */
  readonly headless?: boolean;
}

export interface AssembledRun {
  readonly options: RunOptions;
  /** Further accounts of the same console, each with books of its own. */
  readonly others: readonly RunOptions[];
  readonly config: LoadedConfig;
  /** Reads the same layers again, for hot reload. */
  readonly reload: () => LoadedConfig;
  /** Strategies were named on the command line, instead of the configured ones. */
  readonly adHoc: boolean;
  /** What was left out and why, for the operator. */
  readonly notes: readonly string[];
}

/** Options of a run. Throws InputError about the first thing wrong. */
export async function assembleRun(
  request: RunRequest,
  around: Surroundings,
): Promise<AssembledRun> {
  const flags = [...request.flags, ...riskFlags(request.risk)];
  const reload = () => loadConfig({ ...around, directory: request.config, flags });
  const config = reload();
  const { settings } = config;
  checkStart(config, around.started);
  const mode = checkedMode(config, request);
  checkLive(mode, request);
  const [exchange = null, ...rest] = isExchangeMode(mode) ? chooseExchanges(config, mode) : [];
  const symbols = exchange?.plan.symbols ?? runSymbols(config, mode);
  const notes: string[] = [];
  const replayFile = request.replay === null ? null : resolve(around.cwd, request.replay);
  const timeframe = await runTimeframe(config, replayFile);
  const account = exchange === null ? {} : { account: marketAccount(exchange, true) };
  const market = { mode, symbols, timeframe, ...account };
  const isLockStep = request.headless === true && settings.general.speed === 'max';
  const userStrategies = new UserStrategies({ isLockStep });
  const adHoc = request.strategies.length > 0;
  const strategies = adHoc
    ? await adHocInstances(request, market, { cwd: around.cwd, userStrategies })
    : configuredInstances(config, request, market, notes);
  if (mode !== 'replay') strategies.forEach((one) => checkTimeframe(one, mode));
  const { profile, seed, drill } = settings.general;
  const emulator = isEmulated(config, mode);
  const place = { ...around, flag: request.state, profile, mode, seed, drill, emulator };
  const options: RunOptions = {
    mode,
    profile,
    exchange,
    symbols,
    timeframe,
    strategies,
    userStrategies,
    seed,
    speed: runSpeed(config, mode),
    stateDirectory: stateDirectory(place),
    drill: drill === 'none' ? null : drill,
    replayFile,
    continueReplay: request.continueReplay,
    simulation: simulationOptions(config, request),
    risk: accountLimits(config, exchange),
    start: request.start,
    durationMs: request.duration === null ? null : parseDuration('--for', request.duration),
    startTime: null,
    tradesFile: request.trades === null ? null : tradesPath(resolve(around.cwd, request.trades)),
    record: request.record,
    version: programVersion(),
    unsafe: around.started?.unsafe ?? { dropped: [], inForce: [] },
    secrets: [...(around.started?.secrets.values() ?? [])].flatMap((parts) => [...parts.values()]),
  };
  if (request.headless === true && rest.length > 0) {
    const names = rest.map(({ plan }) => `${plan.id}:${plan.account}`).join(', ');
    notes.push(`left out: ${names}; without a console one account runs, name it with --exchange`);
    return { options, others: [], config, reload, adHoc, notes };
  }
  const others = rest.map((choice) => {
    const own = { mode, symbols: choice.plan.symbols, timeframe };
    const its = { ...own, account: marketAccount(choice, false) };
    const instances = adHoc ? [] : configuredInstances(config, request, its, []);
    return otherAccount(options, choice, { instances, risk: accountLimits(config, choice) });
  });
  return { options, others, config, reload, adHoc, notes };
}

const marketAccount = ({ plan }: ExchangeChoice, isFirst: boolean) => ({
  name: `${plan.id}:${plan.account}`,
  isFirst,
});

/** A book of an exchange changes every second: far older prices say nothing about now. */
const STALE_SECONDS = 20;

/** Limits of an account: the common ones, and its own. */
function accountLimits(config: LoadedConfig, exchange: ExchangeChoice | null): RiskLimits {
  const limits = riskLimits(config);
  if (exchange === null) return limits;
  const staleSeconds = Math.min(limits.staleSeconds, STALE_SECONDS);
  return { ...limits, staleSeconds, ...exchange.risk };
}

/** A further account of the same console: everything of its own but the market of the modes. */
function otherAccount(
  first: RunOptions,
  exchange: ExchangeChoice,
  of: { readonly instances: readonly StrategyInstance[]; readonly risk: RiskLimits },
): RunOptions {
  const { id, account, symbols } = exchange.plan;
  return {
    ...first,
    exchange,
    symbols,
    strategies: of.instances,
    userStrategies: new UserStrategies({ isLockStep: false }),
    stateDirectory: `${first.stateDirectory}.${id}-${account}`,
    risk: of.risk,
  };
}

/** An exchange outside takes the time it takes: a drill runs as fast as a clock unless typed. */
function runSpeed(config: LoadedConfig, mode: Mode): number | 'max' {
  const { drill, speed } = config.settings.general;
  if (isExchangeMode(mode)) return 1;
  return drill === 'none' || isTyped(config, 'general.speed') ? speed : 1;
}

/** Demo market and exchanges give candles of a minute: shorter ones are never made of them. */
function checkTimeframe({ id, timeframe }: StrategyInstance, mode: Mode): void {
  if (timeframeMs(timeframe) >= MINUTE_MS) return;
  const whose = mode === 'demo' ? "the demo market's" : "an exchange's";
  throw new InputError(
    `strategy ${id} wants ${timeframe} candles; ${whose} are 1m here: choose 1m or longer`,
  );
}

function tradesPath(path: string): string {
  requireWritable('--trades', path);
  return path;
}

/** `--risk none` switches rules and breakers off (DECISIONS 23). */
export function riskFlags(risk: string | null): FlagValue[] {
  if (risk === null || risk === 'config') return [];
  if (risk === 'none') return [{ flag: '--risk none', path: 'risk.enabled', text: 'false' }];
  const near = didYouMean(risk, ['none', 'config']);
  throw new InputError(`--risk is ${quoted(risk)}; allowed: none or config${near}`);
}

/** Limits as configured; the schema and the rules name the same ones. */
export function riskLimits(config: LoadedConfig): RiskLimits {
  return asRiskLimits(config.settings.risk);
}

/** The simulated market's model. */
export function simulationOptions(
  config: LoadedConfig,
  grids: { readonly lot: string | null; readonly tick: string | null },
): SimulationOptions {
  const { cash, fee, slippageBps, spread, latencyMs, fill, leverage } = config.settings.simulation;
  return {
    cash: decimal(cash),
    feeRate: fee === null ? null : decimal(fee),
    slippageBps,
    spreadFraction: spread,
    latencyMs,
    fill,
    leverage,
    stepSize: gridOf('--lot', grids.lot),
    tickSize: gridOf('--tick', grids.tick),
  };
}

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const DURATION_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const LONGEST_DURATION_MS = 365 * DURATION_MS.d;

/** Milliseconds of `500ms`, `60s`, `5m`, `1h`, `2d`. Throws InputError. */
export function parseDuration(place: string, text: string): number {
  const [, number, unit] = DURATION.exec(text) ?? [];
  const ms = Math.round(Number(number) * DURATION_MS[(unit ?? 's') as keyof typeof DURATION_MS]);
  if (ms > 0 && ms <= LONGEST_DURATION_MS) return ms;
  throw new InputError(
    `${place} is ${quoted(text)}; allowed: a duration up to 365d such as 500ms, 60s, 5m or 1h`,
  );
}

/** The version in the package's manifest. */
export function programVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return String((JSON.parse(text) as { version?: unknown }).version);
}

/** Money is not traded by a process into which other code or another's eyes were let. */
function checkStart({ settings }: LoadedConfig, started: Started | undefined): void {
  if (settings.general.mode !== 'live' || started === undefined) return;
  const { dropped, inForce } = started.unsafe;
  const found = [...dropped, ...inForce].join(', ');
  if (found === '') return;
  const why = 'it can load code into this process, open a debugger or accept any certificate';
  throw new InputError(`mode live is refused with ${found}: ${why}; unset it`, 3);
}

/** Money is at stake: what loosens is never a flag (DECISIONS 12, 23). */
function checkLive(mode: Mode, { start, risk }: Pick<RunRequest, 'start' | 'risk'>): void {
  if (mode !== 'live') return;
  const gate = 'live trading begins at the gate in the console (r), once per session';
  if (start) throw new InputError(`--start is refused in mode live: ${gate}`, 3);
  if (risk === 'none') throw new InputError('--risk none is refused in mode live', 3);
}

function checkedMode(
  config: LoadedConfig,
  request: Pick<RunRequest, 'replay' | 'continueReplay'>,
): Mode {
  const mode = modeOf(config);
  const source = config.sources.get('general.mode') ?? '';
  const { drill, exchange, emulator } = config.settings.general;
  if (isExchangeMode(mode)) {
    if (request.replay === null && drill === 'none') return mode;
    const what =
      drill === 'none' ? '--replay plays a file' : `drill ${drill} is for the demo market`;
    throw new InputError(`${what}, mode ${mode} (${source}) trades an exchange; leave one out`);
  }
  if (request.replay === null && (exchange !== null || emulator)) {
    throw new InputError(`--mode ${mode} has no exchange; use --mode paper, testnet or live`);
  }
  if (drill !== 'none' && (mode === 'replay' || request.replay !== null)) {
    const from = config.sources.get('general.drill') ?? '';
    throw new InputError(`${from}: drill ${drill} needs the demo market; leave --replay out`);
  }
  if (mode === 'replay' && request.replay === null) {
    throw new InputError('--mode replay plays a file; name it with --replay FILE');
  }
  if (mode === 'replay' || request.replay === null) {
    if (mode === 'replay' || !request.continueReplay) return mode;
    throw new InputError('--continue goes on with a replay; add --replay FILE');
  }
  if (source !== '--mode') return 'replay'; // a file says it; nobody typed another mode
  throw new InputError(`--replay plays a file, --mode ${mode} does not; use --mode replay`);
}

/** What was typed, else what the file's rows say, else the setting. */
async function runTimeframe(config: LoadedConfig, replayFile: string | null): Promise<Timeframe> {
  const { timeframe } = config.settings.general;
  if (replayFile === null || isTyped(config, 'general.timeframe')) return timeframe;
  const { openDataFile } = await import('../backtest/data-file.ts');
  return openDataFile(replayFile, { symbol: '', timeframe: null }).timeframe;
}

/** Does the value come from a flag or the environment, not from a file or the defaults? */
function isTyped(config: LoadedConfig, path: string): boolean {
  return /^(--|TAPEDECK_)/.test(config.sources.get(path) ?? '');
}

function runSymbols(config: LoadedConfig, mode: Mode): readonly string[] {
  const { symbols } = config.settings.general;
  if (isExchangeMode(mode)) return [];
  const source = config.sources.get('general.symbols') ?? '';
  if (mode === 'replay') {
    // One file is one market; only a typed list can ask for more, and is then refused.
    if (!isTyped(config, 'general.symbols')) return symbols.slice(0, 1);
    if (symbols.length === 1) return symbols;
    throw new InputError(`${source} names ${symbols.length} markets; a replay file holds one`);
  }
  for (const symbol of symbols) {
    if (DEMO_SYMBOLS.includes(symbol)) continue;
    const near = didYouMean(symbol, DEMO_SYMBOLS);
    const known = `; the demo market has ${DEMO_SYMBOLS.join(', ')}`;
    throw new InputError(`${source}: symbol ${quoted(symbol)} is unknown${near}${known}`);
  }
  return symbols;
}

/**
 * Everything of a configuration that a run without flags would refuse, in the same words; a mode
 * that waits for its file is none. Returns the instances. Throws InputError.
 */
export function checkConfig(config: LoadedConfig): StrategyInstance[] {
  const instances = checkInstances(config);
  const replay = config.settings.general.mode === 'replay' ? '' : null;
  const mode = checkedMode(config, { replay, continueReplay: false });
  if (isExchangeMode(mode)) chooseExchanges(config, mode);
  const symbols = runSymbols(config, mode);
  if (mode === 'replay') return instances;
  for (const instance of instances) {
    const isRun = instance.symbols.some((symbol) => symbols.includes(symbol));
    if (isRun) checkTimeframe(instance, mode);
  }
  return instances;
}

function gridOf(flag: string, text: string | null): Decimal | null {
  if (text === null) return null;
  const value = parseDecimal(text);
  if (value !== null && gt(value, ZERO)) return value;
  const example = flag === '--lot' ? '0.001' : '0.01';
  throw new InputError(
    `${flag} is ${quoted(text)}; allowed: a decimal number above 0 (${example})`,
  );
}
