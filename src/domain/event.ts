import type { BookLevels, BookLevel } from './book.ts';
import type { Candle } from './candle.ts';
import type { Command } from './command.ts';
import type { Intent } from './intent.ts';
import type { AccountRecord, FeedCheckpoint } from './record.ts';
import { type EpochMs, type Timeframe, timeframeMs } from './time.ts';
import type { Trade } from './trade.ts';
import type { VenueReport } from './venue.ts';

/** A finished candle of the feed's own timeframe. `time` is its close time. */
export interface CandleEvent {
  readonly kind: 'candle';
  readonly symbol: string;
  readonly time: EpochMs;
  readonly timeframe: Timeframe;
  readonly candle: Candle;
}

/** The event of a candle, dated by its close. The candle is not copied. */
export function finishedCandle(
  of: Pick<CandleEvent, 'symbol' | 'timeframe' | 'candle'>,
): CandleEvent {
  const { symbol, timeframe, candle } = of;
  const time = candle.openTime + timeframeMs(timeframe);
  return { kind: 'candle', symbol, time, timeframe, candle };
}

/** Public prints in the order they happened. */
export interface TradesEvent {
  readonly kind: 'trades';
  readonly symbol: string;
  readonly time: EpochMs;
  readonly trades: readonly Trade[];
}

/** A whole book; replaces what was known. */
export interface BookEvent {
  readonly kind: 'book';
  readonly symbol: string;
  readonly time: EpochMs;
  readonly levels: BookLevels;
}

/** Changed levels, quantity 0 removes one; applied in order. */
export interface BookChangeEvent {
  readonly kind: 'bookChange';
  readonly symbol: string;
  readonly time: EpochMs;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

/** A perpetual's fair price and, at a funding time, the rate that is paid (fraction). */
export interface MarkEvent {
  readonly kind: 'mark';
  readonly symbol: string;
  readonly time: EpochMs;
  readonly markPrice: number;
  /** Present at the moment of payment: longs pay shorts when it is above zero. */
  readonly fundingRate: number | null;
}

/** The feed's own place, so that a restart continues the same market (DECISIONS 10). */
export interface CheckpointEvent {
  readonly kind: 'checkpoint';
  readonly symbol: '';
  readonly time: EpochMs;
  /** The feed's state as plain JSON; only the feed reads it. */
  readonly checkpoint: FeedCheckpoint;
}
export type MarketEvent =
  CandleEvent | TradesEvent | BookEvent | BookChangeEvent | MarkEvent | CheckpointEvent;

/** A venue link that was lost or came back. */
export interface LinkEvent {
  readonly kind: 'link';
  readonly time: EpochMs;
  readonly name: string;
  readonly up: boolean;
}

/** A timer of the engine's own clock that fired. */
export interface TimerEvent {
  readonly kind: 'timer';
  readonly time: EpochMs;
  readonly name: string;
}

/** What the operator (screen, command line) or a config reload asks for. */
export interface CommandEvent {
  readonly kind: 'command';
  readonly time: EpochMs;
  readonly command: Command;
}

/** Start and stop of a run, journaled as they are. */
export interface LifecycleEvent {
  readonly kind: 'lifecycle';
  readonly time: EpochMs;
  readonly record: AccountRecord;
}

/** What a venue says about our orders and money: a record by nature. */
export interface AccountEvent {
  readonly kind: 'account';
  readonly time: EpochMs;
  readonly record: AccountRecord;
}

/** The books can no longer be trusted: a stall, a clock jump, a wake-up, a lost link. */
export interface RecoverEvent {
  readonly kind: 'recover';
  readonly time: EpochMs;
  /** In words, for journal and screen. */
  readonly reason: string;
}

/** A venue outside this process told everything it knows of the account. */
export interface ReportEvent {
  readonly kind: 'report';
  readonly time: EpochMs;
  readonly report: VenueReport;
}

/** What a strategy in a process of its own wants, reviewed against the state of now. */
export interface IntentsEvent {
  readonly kind: 'intents';
  readonly time: EpochMs;
  /** The host knows whose pipe it came through; the strategy itself names nobody. */
  readonly strategyId: string;
  readonly symbol: string;
  /** Engine time of what it answers. */
  readonly basis: EpochMs;
  readonly list: readonly Intent[];
}

/** A strategy in a process of its own threw, answered junk or ended. */
export interface StrategyFailedEvent {
  readonly kind: 'strategyFailed';
  readonly time: EpochMs;
  readonly strategyId: string;
  readonly symbol: string;
  readonly reason: string;
}

/** Everything that enters the engine beside market data. */
export type ControlEvent =
  | AccountEvent
  | CommandEvent
  | TimerEvent
  | LinkEvent
  | LifecycleEvent
  | RecoverEvent
  | ReportEvent
  | IntentsEvent
  | StrategyFailedEvent;
