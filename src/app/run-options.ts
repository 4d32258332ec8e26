/** Everything a run is made of, after config layers and flags were merged and checked. */
import type { Decimal } from '../domain/decimal.ts';
import type { DrillName } from '../config/schema.ts';
import type { UnsafeStart } from '../config/secrets.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { Secret } from '../domain/secret.ts';
import type { Sizing } from '../domain/sizing.ts';
import type { EpochMs, Timeframe } from '../domain/time.ts';
import type { StrategyDefinition } from '../ports.ts';
import type { ExchangeChoice } from './exchange/choice.ts';
import type { Mode } from './session-types.ts';
import type { UserStrategies } from './user-strategies/user-strategies.ts';

/** One configured instance: a strategy on some symbols at one timeframe. */
export interface StrategyInstance {
  /** Unique; the strategy's name, or `name-2` … when it runs more than once. */
  readonly id: string;
  readonly strategy: string;
  readonly symbols: readonly string[];
  readonly timeframe: Timeframe;
  /** Raw values; checked by the strategy's own schema in `app/params.ts`. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly sizing: Sizing;
  readonly enabled: boolean;
  /** Attached to its entries unless an intent brings its own; fractions of the entry price. */
  readonly stopFraction: number | null;
  readonly targetFraction: number | null;
  readonly trailFraction: number | null;
  /** Of a strategy that is a file of the user's; left out: a built-in of that name. */
  readonly definition?: StrategyDefinition;
}

/** The market model of simulated venues. */
export interface SimulationOptions {
  readonly cash: Decimal;
  /** Overrides maker and taker rates of the markets; null keeps them (0.001 for files). */
  readonly feeRate: Decimal | null;
  readonly slippageBps: number;
  readonly spreadFraction: number;
  readonly latencyMs: number;
  readonly fill: 'next-open' | 'close';
  readonly leverage: number;
  /** Overrides for file symbols (DECISIONS 23: tick 0.01, step 0.00000001). */
  readonly stepSize: Decimal | null;
  readonly tickSize: Decimal | null;
}

export interface RunOptions {
  readonly mode: Mode;
  readonly profile: string;
  readonly stateDirectory: string;
  readonly symbols: readonly string[];
  /** Timeframe of candles in files and of ad-hoc strategies. */
  readonly timeframe: Timeframe;
  readonly replayFile: string | null;
  /** Keep the replay's session directory instead of starting a fresh one. */
  readonly continueReplay: boolean;
  readonly speed: number | 'max';
  readonly strategies: readonly StrategyInstance[];
  /** Where strategies of files run; left out: there are none. */
  readonly userStrategies?: UserStrategies;
  readonly simulation: SimulationOptions;
  readonly risk: RiskLimits;
  readonly seed: number;
  /** Of the modes paper, testnet and live. */
  readonly exchange?: ExchangeChoice | null;
  /** Orders go to a practice exchange in a process of its own, and this goes wrong on the way. */
  readonly drill?: Exclude<DrillName, 'none'> | null;
  /** Lifts PAUSED at the start (never live); refused when the state is stricter (DECISIONS 12). */
  readonly start: boolean;
  /** Wall time after which a headless run ends by itself. */
  readonly durationMs: number | null;
  /** First moment of simulated time; null = the demo market's own. */
  readonly startTime: EpochMs | null;
  readonly tradesFile: string | null;
  readonly record: boolean;
  readonly version: string;
  /** What of the way this process was started a live account must not be traded with. */
  readonly unsafe?: UnsafeStart;
  /** Of the environment: whatever is said or written is without them. */
  readonly secrets?: readonly Secret[];
}
