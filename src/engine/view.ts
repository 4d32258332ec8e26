/** What readers see of the engine: a plain copy, made at most a few times a second. */
import type { SettingValue } from '../domain/command.ts';
import type { Decimal } from '../domain/decimal.ts';
import type { OrderId } from '../domain/ids.ts';
import type { Order } from '../domain/order.ts';
import type { PositionSide } from '../domain/position.ts';
import type { EpochMs, Timeframe } from '../domain/time.ts';
import type { TradingState, Verdict } from '../domain/verdict.ts';
import type { DriftEntry, ExternalEntry } from '../execution/money.ts';
import type { StrategyThought } from '../ports.ts';

/** Values that cannot be known are null, never 0. Fractions, not percent. */
export interface AccountView {
  readonly accountId: string;
  readonly currency: string;
  readonly tradingState: TradingState;
  readonly stateSince: EpochMs;
  readonly stateReason: string;
  /** What would clear it, for states stricter than running. */
  readonly stateClears: string;
  readonly cash: Decimal;
  readonly equity: number;
  readonly equityStart: number;
  readonly dayPnl: number;
  readonly dayPnlFraction: number;
  readonly drawdownFraction: number;
  readonly drawdownLimit: number;
  /** Sum of losses to all stops / equity, and its limit. */
  readonly openRiskFraction: number;
  readonly openRiskLimit: number;
  readonly riskEnabled: boolean;
  /** Silence after which the venue's dead-man timer cancels orders; null where it is off. */
  readonly deadManSeconds: number | null;
}

export interface MarketView {
  readonly symbol: string;
  readonly priceDigits: number;
  readonly quantityDigits: number;
  readonly lastPrice: number | null;
  readonly bid: number | null;
  readonly ask: number | null;
  readonly spreadBps: number | null;
  /** Over the last 24 hours as far as candles reach; how far that is stands in `dayReachMs`. */
  readonly changeFraction: number | null;
  readonly volumeQuote: number | null;
  readonly dayReachMs: number | null;
  /** Closes for a sparkline, oldest first. */
  readonly closes: readonly number[];
  /** Engine time of the newest data; null before the first. */
  readonly dataTime: EpochMs | null;
}

/** Where a protective order rests and what it would cost. */
export interface ProtectionView {
  readonly stopPrice: Decimal | null;
  readonly targetPrice: Decimal | null;
  /** The target rests nowhere: this program watches the price and closes by itself. */
  readonly watchesTarget?: boolean;
  readonly trailFraction: number | null;
  /**
   * `venue`, `engine`, `unknown` when a stop was sent and the venue has not said that it has it, or
   * null when nothing protects the position.
   */
  readonly rests: 'venue' | 'engine' | 'unknown' | null;
  /** Loss against now if the stop fills at its price, quote, ≤ 0; null without a stop. */
  readonly worstCase: number | null;
  /** Mean adverse slippage of market orders here lately, on top of that; null while unknown. */
  readonly slippageBps: number | null;
}

export interface PositionView {
  readonly symbol: string;
  readonly positionSide: PositionSide;
  readonly priceDigits: number;
  readonly quantityDigits: number;
  readonly quantity: Decimal;
  readonly entryPrice: Decimal;
  readonly markPrice: number | null;
  readonly unrealizedPnl: number | null;
  /** Unrealized in units of the initial risk; null without a stop. */
  readonly rMultiple: number | null;
  readonly openedTime: EpochMs;
  readonly feesPaid: Decimal;
  readonly fundingPaid: Decimal;
  readonly strategyIds: readonly string[];
  readonly protection: ProtectionView;
  /** Best and worst unrealized P&L since it opened (quote), and in units of the initial risk. */
  readonly maxFavorable: number | null;
  readonly maxAdverse: number | null;
  readonly maxFavorableR: number | null;
  readonly maxAdverseR: number | null;
  /** Notional at mark / equity. */
  readonly exposureFraction: number | null;
  /** Smaller than any order the venue takes: nothing can close or protect it. */
  readonly isDust: boolean;
}

export interface OrderView extends Readonly<Order> {
  readonly priceDigits: number;
  readonly quantityDigits: number;
}

export interface StrategyStatus {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly symbols: readonly string[];
  readonly timeframe: Timeframe;
  readonly enabled: boolean;
  /** Candles still needed before its first intent; 0 when ready. */
  readonly warmingUp: number;
  readonly params: Readonly<Record<string, unknown>>;
  /** What each parameter means and may be, in the order of the schema. */
  readonly paramInfo: readonly ParamInfo[];
  /** The values before the newest change, for taking it back; null where none was changed. */
  readonly previousParams: Readonly<Record<string, SettingValue>> | null;
  readonly thoughts: readonly (StrategyThought & { readonly symbol: string })[];
  /** Its own ledger: signed quantity by symbol, and net P&L with what is open at mark. */
  readonly positions: readonly { readonly symbol: string; readonly quantity: Decimal }[];
  readonly netPnl: number;
  readonly roundTrips: number;
  readonly lastDecision: DecisionView | null;
}

/** One parameter of a strategy: what its schema says of it, and its value. */
export interface ParamInfo extends ParamSpec {
  readonly value: SettingValue;
}

/** One parameter as the schema of its strategy describes it. */
export interface ParamSpec {
  readonly name: string;
  readonly description: string;
  readonly kind: 'number' | 'integer' | 'boolean' | 'choice' | 'text';
  readonly standard: SettingValue;
  readonly min: number | null;
  readonly max: number | null;
  readonly choices: readonly string[];
}

/** The last thing a strategy wanted and what became of it. */
export interface DecisionView {
  readonly time: EpochMs;
  readonly symbol: string;
  readonly what: string;
  readonly reason: string;
  /** The strategy's inputs at the decision, such as its indicators, by name. */
  readonly inputs: Readonly<Record<string, number | string | boolean | null>>;
  readonly verdicts: readonly Verdict[];
  readonly orderId: OrderId | null;
}

export interface PnlRow {
  readonly key: string;
  readonly realizedPnl: number;
  readonly feesPaid: number;
  readonly fundingPaid: number;
  readonly netPnl: number;
  readonly roundTrips: number;
}

export interface PnlView {
  readonly realizedPnl: Decimal;
  readonly unrealizedPnl: number;
  readonly feesPaid: Decimal;
  readonly fundingPaid: Decimal;
  readonly netPnl: number;
  readonly roundTrips: number;
  readonly winRate: number | null;
  readonly profitFactor: number | null;
  /** Of the hourly equity curve, annualized; null below 24 samples. */
  readonly sharpe: number | null;
  /** Loss that 5 % of the hours exceeded, fraction of equity ≥ 0; null below 40 samples. */
  readonly valueAtRisk: number | null;
  /** Deepest fall of the equity curve from its peak, fraction ≥ 0; null without a curve. */
  readonly maxDrawdownFraction: number | null;
  readonly bySymbol: readonly PnlRow[];
  readonly byStrategy: readonly PnlRow[];
  /** Oldest first; keys are dates such as 2026-01-05. */
  readonly byDay: readonly PnlRow[];
  /** Equity at closed hours, oldest first. */
  readonly equityCurve: readonly (readonly [EpochMs, number])[];
}

export interface BreakerView {
  /** Its name, with the strategy or symbol it tripped for; what `clearBreaker` takes. */
  readonly name: string;
  readonly breaker: string;
  /** Strategy or symbol it tripped for, or is nearest to; null for the whole account. */
  readonly of: string | null;
  /** What tripped it, or what is measured now; null while nothing can be. */
  readonly value: number | null;
  readonly now: number | null;
  /** The limit that tripped it, or the one in force; the one in force. */
  readonly limit: number;
  readonly nowLimit: number;
  readonly unit: 'fraction' | 'count' | 'bps' | 'ratio';
  readonly setting: string | null;
  /** What it lowers trading to. */
  readonly state: TradingState;
  readonly tripped: boolean;
  readonly trippedTime: EpochMs | null;
  /** Engine time until the operator may clear it; 0 when that is now. */
  readonly cooldownLeftMs: number;
  readonly clears: string;
}

/** A strategy or symbol that is stopped harder than the account. */
export interface ScopeView {
  readonly kind: 'strategy' | 'symbol';
  readonly name: string;
  readonly state: TradingState;
  readonly since: EpochMs;
  readonly reason: string;
  readonly by: 'operator' | 'breaker' | 'engine';
}

/** Markets that move together, and what they may reach together over equity. */
export interface ClusterView {
  readonly symbols: readonly string[];
  readonly exposureFraction: number | null;
}

/** One limit and how near it is. */
export interface LimitView {
  /** Denial code of the rule or name of the breaker. */
  readonly code: string;
  readonly group: 'breaker' | 'account' | 'symbol' | 'order' | 'rate' | 'basis';
  /** Setting that changes it, such as `risk.maxPositions`; null where nobody may choose it. */
  readonly setting: string | null;
  /** What it is measured at now; null where it is measured per order. */
  readonly value: number | null;
  readonly limit: number;
  readonly unit: 'fraction' | 'bps' | 'quote' | 'count' | 'seconds' | 'ratio';
  /** Symbol of the nearest one, for limits per symbol. */
  readonly symbol: string | null;
}

/** One state of the engine, as readers see it. */
export interface EngineView {
  readonly now: EpochMs;
  readonly account: AccountView;
  readonly markets: readonly MarketView[];
  readonly positions: readonly PositionView[];
  /** Working orders first, then the newest closed ones. */
  readonly orders: readonly OrderView[];
  readonly strategies: readonly StrategyStatus[];
  readonly pnl: PnlView;
  readonly breakers: readonly BreakerView[];
  readonly scopes: readonly ScopeView[];
  readonly clusters: readonly ClusterView[];
  /** Every limit that is on, in a fixed order. */
  readonly limits: readonly LimitView[];
  readonly truth: TruthView;
}

/** What is not certain, or not ours: what the operator has to decide, or to wait for. */
export interface TruthView {
  /** Nothing is opened until the venue's report agrees with the books. */
  readonly recovering: {
    readonly since: EpochMs;
    readonly reason: string;
    /** What keeps it from ending, in words; null before the first report. */
    readonly blocked: string | null;
  } | null;
  /** The account's state once RECOVERING ends. */
  readonly heldState: TradingState;
  /** A halt or a flattening whose end the venue has not shown yet. */
  readonly stopUnproven: boolean;
  /** Open orders of the account that are not ours. */
  readonly externalOrders: readonly ExternalEntry[];
  /** Holdings that our fills do not explain. */
  readonly drifts: readonly DriftEntry[];
  /** Orders that were sent and never answered: their whole size is reserved. */
  readonly unknownOrders: number;
  /** Symbols with fills that the venue has not told itself yet. */
  readonly inferredFills: number;
  /** Orders concluded never placed within a day. */
  readonly tombstones: number;
}

/** What the order ticket shows before anything is sent. */
export interface TicketPreview {
  readonly notional: number | null;
  readonly fee: number | null;
  readonly feeKind: 'maker' | 'taker';
  /** Against the best price, from walking the book; null without a book that shows enough. */
  readonly slippageBps: number | null;
  /** Null where none is taken. */
  readonly margin: number | null;
  /** Loss to the stop in quote; null without a stop, 0 for what closes a position. */
  readonly riskQuote: number | null;
  readonly riskFraction: number | null;
  readonly grossAfterFraction: number | null;
  readonly verdicts: readonly Verdict[];
  readonly wouldSend: boolean;
}
