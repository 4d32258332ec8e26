/**
 * Every setting with its default, range and meaning. JSON schemas for editors, messages about
 * wrong values and `config show` are made from here.
 */
import { z } from 'zod';
import { gt, lte, ZERO, decimal, parseDecimal, toText } from '../domain/decimal.ts';
import { LIMIT_RANGES, type NumberLimit, type RiskLimits } from '../domain/limits.ts';
import { parseSymbol } from '../domain/market.ts';
import { shownSymbol } from '../domain/safe-text.ts';
import { parseSizing, SIZING_HELP } from '../domain/sizing.ts';
import { TIMEFRAMES, type Timeframe } from '../domain/time.ts';
import { DEFAULT_SEED } from './files.ts';

/** What a new console follows: all of the demo market. */
const DEFAULT_SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'BTC/USDT:USDT'];
/** What goes wrong between the console and a practice exchange; `none`: there is no such exchange. */
export const DRILL_NAMES = [
  'none', 'calm', 'lost-answers', 'lost-requests', 'bad-stream', 'maintenance', 'strangers',
  'storm',
] as const; // prettier-ignore
export type DrillName = (typeof DRILL_NAMES)[number];
/** What a console without a terminal does with its trading. */
export const TERMINAL_LOSS = ['keep', 'pause', 'flatten'] as const;
export const MODES = ['demo', 'replay', 'paper', 'testnet', 'live'] as const;
export const TIMEFRAME_NAMES = Object.keys(TIMEFRAMES) as Timeframe[];

const LARGEST = decimal('1e15');
const LARGEST_SEED = 2 ** 32 - 1;

/** Money and rates: a JSON number or, for every last digit, text. Kept as text. */
function decimalSetting(range: { readonly zero: boolean; readonly max: string }) {
  const words = `decimal number ${range.zero ? 'from 0' : 'above 0'} up to ${range.max}`;
  const limit = decimal(range.max);
  return z
    .union([z.number(), z.string()], { error: words })
    .refine((value) => {
      const parsed = parseDecimal(String(value));
      if (parsed === null || !lte(parsed, limit)) return false;
      return gt(parsed, ZERO) || (range.zero && parsed === ZERO);
    }, words)
    .transform((value) => toText(decimal(String(value))))
    .meta({ pattern: String.raw`^\d+(\.\d+)?$` });
}

const SYMBOL_WORDS = 'symbol such as BTC/USDT or BTC/USDT:USDT';
const symbolSchema = z
  .string({ error: SYMBOL_WORDS })
  .refine((text) => parseSymbol(text) !== null, {
    error: ({ input }) => {
      // A letter of another alphabet may look like the one that was meant.
      const shown = shownSymbol(String(input), 40);
      return shown === input ? SYMBOL_WORDS : `${SYMBOL_WORDS} (this is ${shown})`;
    },
  });

export const symbolsSchema = z
  .array(symbolSchema)
  .min(1)
  .max(50)
  .refine((all) => new Set(all).size === all.length, 'symbols, each once');

const describedNumber = (schema: z.ZodNumber, byDefault: number, text: string) =>
  schema.default(byDefault).describe(text);

export const EXCHANGE_ID = /^[a-z0-9][a-z0-9_]{1,31}$/;
export const EXCHANGE_WORDS = 'id of an exchange such as binance or kraken';

const generalSchema = z.strictObject({
  profile: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/, '1 to 32 letters, digits, "-" or "_"')
    .default('default')
    .describe('Name of this set of books; state of each profile and mode lies in its own place.'),
  mode: z
    .enum(MODES)
    .default('demo')
    .describe(
      'demo: embedded simulated market; replay: a recorded file; paper: an exchange, simulated orders; testnet: its test network; live: real money.',
    ),
  exchange: z
    .string()
    .regex(EXCHANGE_ID, EXCHANGE_WORDS)
    .nullable()
    .default(null)
    .describe(
      'Exchange of the modes paper, testnet and live, such as binance; null: the enabled ones of config/exchanges/.',
    ),
  emulator: z
    .boolean()
    .default(false)
    .describe('The exchange is a local one for practice, started when it does not run yet.'),
  symbols: symbolsSchema
    .default([...DEFAULT_SYMBOLS])
    .describe('Markets to follow. A replay plays the first one unless --symbols names another.'),
  timeframe: z
    .enum(TIMEFRAME_NAMES)
    .default('1m')
    .describe('Candle length of recorded files that do not tell theirs, and of --strategy.'),
  speed: z
    .union([z.number().min(1).max(1000), z.literal('max')])
    .default(60)
    .describe('Simulated seconds per second, 1 to 1000, or "max".'),
  drill: z
    .enum(DRILL_NAMES)
    .default('none')
    .describe(
      'Demo only: orders go to a practice exchange in a process of its own, and this goes wrong on the way.',
    ),
  onTerminalLoss: z
    .enum(TERMINAL_LOSS)
    .default('keep')
    .describe(
      'When the terminal of a console goes (SSH drops): keep trading without a screen, pause, or flatten.',
    ),
  seed: describedNumber(
    z.int().min(0).max(LARGEST_SEED),
    DEFAULT_SEED,
    'Seed of the demo market: the same seed gives the same market.',
  ),
});

const simulationSchema = z.strictObject({
  cash: decimalSetting({ zero: false, max: toText(LARGEST) })
    .prefault('10000')
    .describe('Quote currency that a new simulated account starts with.'),
  fee: decimalSetting({ zero: true, max: '0.1' })
    .nullable()
    .prefault(null)
    .describe('Fee as a fraction of notional; null: rates of the market, 0.001 for files.'),
  slippageBps: describedNumber(
    z.number().min(0).max(1000),
    0,
    'Basis points that a market order fills worse than its price where no book is known.',
  ),
  spread: describedNumber(
    z.number().min(0).max(0.1),
    0,
    'Bid-ask spread as a fraction of the price, where no book is known.',
  ),
  latencyMs: describedNumber(
    z.number().min(0).max(60_000),
    0,
    'Milliseconds between an order and its arrival at the simulated venue.',
  ),
  fill: z
    .enum(['next-open', 'close'])
    .default('next-open')
    .describe('Where an order decided at the close of a candle fills: next open, or that close.'),
  leverage: describedNumber(
    z.number().min(1).max(125),
    1,
    'Leverage of perpetual positions, up to what the market grants.',
  ),
});

function limitNumber(name: NumberLimit, byDefault: number, text: string) {
  const { min, above, max, whole } = LIMIT_RANGES[name];
  const number = whole === true ? z.int() : z.number();
  return describedNumber(
    (above === true ? number.gt(min) : number.min(min)).max(max),
    byDefault,
    text,
  );
}

export const riskSchema = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('false switches rules and breakers off; balance, margin and grids stay.'),
  symbols: symbolsSchema
    .nullable()
    .default(null)
    .describe('Symbols that may be traded; null: every market that is followed.'),
  priceBandFraction: limitNumber(
    'priceBandFraction',
    0.05,
    'Farthest a marketable price may be from the last price.',
  ),
  maxSpreadBps: limitNumber(
    'maxSpreadBps',
    50,
    'Widest spread, in basis points, at which an entry is sent.',
  ),
  minNotionalQuote: limitNumber(
    'minNotionalQuote',
    0,
    'Smallest entry in quote currency; 0 leaves it to the venue.',
  ),
  maxNotionalFraction: limitNumber(
    'maxNotionalFraction',
    1,
    'Largest order as a fraction of equity.',
  ),
  maxPositionFraction: limitNumber(
    'maxPositionFraction',
    1,
    'Largest position in one symbol as a fraction of equity.',
  ),
  maxAccountPositionFraction: limitNumber(
    'maxAccountPositionFraction',
    3,
    'All positions together as a fraction of equity.',
  ),
  maxPositions: limitNumber('maxPositions', 10, 'Most positions open at once.'),
  maxOrdersPerMinute: limitNumber(
    'maxOrdersPerMinute',
    60,
    'Most orders in a minute; further entries are denied.',
  ),
  duplicateSeconds: limitNumber(
    'duplicateSeconds',
    10,
    'An equal order again within this time is taken for a slip; 0 switches it off.',
  ),
  riskPerTradeFraction: limitNumber(
    'riskPerTradeFraction',
    0.02,
    'Largest loss of one entry at its stop as a fraction of equity; without a stop, all of it.',
  ),
  openRiskFraction: limitNumber(
    'openRiskFraction',
    0.1,
    'Losses to all stops together as a fraction of equity.',
  ),
  grossExposureFraction: limitNumber(
    'grossExposureFraction',
    3,
    'Sum of all notionals as a fraction of equity.',
  ),
  netExposureFraction: limitNumber(
    'netExposureFraction',
    2,
    'Long minus short notionals as a fraction of equity.',
  ),
  staleSeconds: limitNumber('staleSeconds', 90, 'Market data older than this blocks entries.'),
  cooldownSeconds: limitNumber(
    'cooldownSeconds',
    300,
    'No new entry of a strategy in a symbol for this long after its stop-loss.',
  ),
  dailyLossFraction: limitNumber(
    'dailyLossFraction',
    0.05,
    'Loss since 00:00 UTC, as a fraction of equity then, after which positions only shrink.',
  ),
  drawdownFraction: limitNumber(
    'drawdownFraction',
    0.15,
    'Fall from the equity peak, as a fraction of it, after which trading halts.',
  ),
  clusterExposureFraction: limitNumber(
    'clusterExposureFraction',
    1.5,
    'Markets that move together, long minus short, as a fraction of equity.',
  ),
  clusterCorrelation: limitNumber(
    'clusterCorrelation',
    0.8,
    'Markets whose candle returns correlate at least so much count as one cluster.',
  ),
  lossStreakCount: limitNumber(
    'lossStreakCount',
    20,
    'Losing round trips in a row after which a strategy takes no new entries.',
  ),
  errorCount: limitNumber(
    'errorCount',
    10,
    'Errors of strategies and unknown outcomes within incidentSeconds that pause the account.',
  ),
  disconnectCount: limitNumber(
    'disconnectCount',
    5,
    'Lost connections to the venue within incidentSeconds that pause the account.',
  ),
  rejectionCount: limitNumber(
    'rejectionCount',
    5,
    'Orders the venue refused within incidentSeconds, after which a strategy is paused.',
  ),
  slippageBps: limitNumber(
    'slippageBps',
    100,
    'Average adverse slippage of the newest 20 market orders that pauses a symbol.',
  ),
  volatilityRatio: limitNumber(
    'volatilityRatio',
    6,
    'Recent over usual size of candle returns that pauses a symbol.',
  ),
  incidentSeconds: limitNumber(
    'incidentSeconds',
    600,
    'How long an error, a refusal or a lost connection counts.',
  ),
  breakerCooldownSeconds: limitNumber(
    'breakerCooldownSeconds',
    900,
    'Earliest time after it tripped at which the operator may clear a breaker.',
  ),
  deadMan: z
    .boolean()
    .default(false)
    .describe(
      'Lets the timer of a venue that has one cancel all orders when we fall silent: mostly stops too.',
    ),
  deadManSeconds: limitNumber(
    'deadManSeconds',
    60,
    'Silence after which the dead-man timer of the venue fires; it is set anew three times as often.',
  ),
});

const uiSchema = z.strictObject({
  theme: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'name of a theme')
    .default('dark')
    .describe('Colors of the console: a file of themes/ without its ending.'),
  keys: z
    .record(z.string().max(64), z.array(z.string().max(32)).max(8))
    .default({})
    .describe('Keys of actions that differ from the table of keys: {"zoom": ["z", "f5"]}.'),
});

export const editorSchema = z.string().optional().describe('Where an editor finds this schema.');

/** `config/tapedeck.json`. */
export const settingsSchema = z.strictObject({
  $schema: editorSchema,
  general: generalSchema.prefault({}),
  simulation: simulationSchema.prefault({}),
  risk: riskSchema.prefault({}),
  ui: uiSchema.prefault({}),
});

const paramSchema = z.union([z.number(), z.string(), z.boolean()], {
  error: 'number, text, true or false',
});

const exitFraction = (max: number, text: string) =>
  z.number().gt(0).max(max).nullable().default(null).describe(text);

/** `config/strategies/<id>.json`: one instance; the file's name is its id. */
export const instanceSchema = z.strictObject({
  $schema: editorSchema,
  strategy: z.string().min(1).max(64).describe('Name of a strategy: `strategies list`.'),
  symbols: symbolsSchema.describe('Markets it trades, each on its own.'),
  timeframe: z.enum(TIMEFRAME_NAMES).default('1m').describe('Candle length it decides on.'),
  account: z
    .string()
    .regex(/^[a-z0-9_]+:[a-z0-9-]+$/, 'an account such as kraken:main')
    .nullable()
    .default(null)
    .describe('Account it trades, such as kraken:main; null: the first one of the console.'),
  params: z
    .record(z.string(), paramSchema)
    .default({})
    .describe('Parameters that differ from the defaults: `strategies show NAME`.'),
  sizing: z
    .string()
    .refine((text) => parseSizing(text) !== null, SIZING_HELP)
    .default('percent:5')
    .describe(`How large an entry is: ${SIZING_HELP}.`),
  enabled: z.boolean().default(true).describe('false: shown in the console, switched off.'),
  stopFraction: exitFraction(0.99, 'Stop this far from the entry price, as a fraction of it.'),
  targetFraction: exitFraction(10, 'Target this far from the entry price, as a fraction of it.'),
  trailFraction: exitFraction(0.99, 'Stop that trails the best price by this fraction of it.'),
});

export type Settings = Omit<z.output<typeof settingsSchema>, '$schema'>;
export type InstanceFile = Omit<z.output<typeof instanceSchema>, '$schema'>;
export type InstanceInput = z.input<typeof instanceSchema>;

/** Fails to compile when a limit of the domain has no setting, or a setting no limit. */
export const asRiskLimits = (risk: Settings['risk']): RiskLimits => risk;
export const RISK_KEYS = Object.keys(riskSchema.shape) as (keyof RiskLimits)[];
