/** The facade every surface talks to: view, subscribe, dispatch. */
import type { Command, Ticket } from '../domain/command.ts';
import type { Candle } from '../domain/candle.ts';
import type { EpochMs, Timeframe } from '../domain/time.ts';
import type { Side, Trade } from '../domain/trade.ts';
import type { TradingState, Verdict } from '../domain/verdict.ts';
import type { EngineView, TicketPreview } from '../engine/view.ts';
import type { BudgetView, FeedStatus, LogLine } from '../ports.ts';
import type { SpaceView } from './state/space-guard.ts';

export type Mode = 'demo' | 'replay' | 'paper' | 'testnet' | 'live';

/** Controls of the simulated clock's pacer: invisible to the engine (DECISIONS 9). */
export type PacerCommand =
  | { readonly kind: 'setSpeed'; readonly speed: number | 'max' }
  | { readonly kind: 'holdFeed'; readonly held: boolean }
  | { readonly kind: 'stepFeed' }
  /** Forward: as fast as it goes. Back: the recording starts anew in a fresh session directory. */
  | { readonly kind: 'seekFeed'; readonly time: EpochMs };

/** What the operator asks of the session itself, not of the engine. */
export type SessionCommand =
  | PacerCommand
  /** Writes the shown log lines to a file of the state directory; the answer names it. */
  | { readonly kind: 'exportLog'; readonly lines: readonly string[] }
  /** What the operator typed at the live gate. */
  | { readonly kind: 'passGate'; readonly phrase: string }
  /** Asks the exchange anew what the live gate wants to know. */
  | { readonly kind: 'checkGate' }
  /** Which of several accounts the panes show. */
  | { readonly kind: 'showAccount'; readonly index: number };

export interface SessionView extends EngineView {
  readonly mode: Mode;
  /** Orders go to a practice exchange on which this goes wrong; left out elsewhere. */
  readonly drill?: string;
  readonly profile: string;
  readonly seed: number;
  /** Number of the newest journal record. */
  readonly records: number;
  readonly feed: FeedView;
  /** Wall milliseconds since the feed last delivered; what "data age" shows. */
  readonly dataAgeMs: number | null;
  readonly store: {
    readonly failed: string | null;
    /** Wall milliseconds of the newest commit, and records that wait for the disk. */
    readonly commitMs: number | null;
    readonly waiting: number;
    /** Room on the disk; left out until it was looked at. */
    readonly space?: SpaceView;
  };
  /** Null where nobody measures. */
  readonly health: HealthView | null;
  /** Left out where there is no exchange. */
  readonly exchange?: ExchangeView;
  /** All accounts of the console; left out where there is one. */
  readonly accounts?: AccountsView;
  /** What a restart recovered; null after a fresh start. */
  readonly recovered: RecoveredView | null;
  /** Newest last, bounded. */
  readonly log: readonly LogLine[];
  /** Newest answers to commands, newest last; `id` rises. */
  readonly notices: readonly Notice[];
  /** Denials, breakers, stale feeds, failures; newest last, bounded. */
  readonly alerts: readonly AlertView[];
  /** What `watch` asked for; null until then. */
  readonly watched: WatchedView | null;
  /** What stands before real orders; left out where there is no exchange to trade on. */
  readonly gate?: GateView;
}

/** One condition of the live gate. */
export interface GateCheck {
  readonly name: string;
  /** Null: nobody can tell. */
  readonly ok: boolean | null;
  readonly value: string;
  /** What to do about it; empty where nothing is to be done. */
  readonly advice: string;
  /** Not met, it keeps the gate shut; others only warn. */
  readonly required: boolean;
}

/** The live gate as the screen shows it. */
export interface GateView {
  /** Such as `binance main`. */
  readonly account: string;
  readonly checks: readonly GateCheck[];
  /** Limits in force, in words. */
  readonly limits: readonly string[];
  /** To be typed next, word for word. */
  readonly phrase: string;
  /** What typing it says, in words. */
  readonly means: string;
  /** Typing it opens the gate; otherwise another phrase follows. */
  readonly opens: boolean;
  /** Why nothing can be typed yet, in words; null where it can. */
  readonly shut: string | null;
  /** Entries of this session may be allowed; always so on a testnet. */
  readonly passed: boolean;
  /** The exchange is being asked. */
  readonly asking: boolean;
}

/** Several accounts in one console: each has its own books, limits and state. */
export interface AccountsView {
  readonly lines: readonly AccountLine[];
  /** Index of the one that the panes show. */
  readonly shown: number;
  /** Everything together in the currency of the first account. */
  readonly total: {
    readonly currency: string;
    readonly equity: number;
    readonly dayPnl: number;
    /** Accounts whose currency no followed market converts: they are not in it. */
    readonly missing: readonly string[];
  };
}

export interface AccountLine {
  /** Such as `kraken:main`. */
  readonly name: string;
  readonly tradingState: TradingState;
  readonly equity: number;
  readonly dayPnl: number;
  readonly currency: string;
  readonly drawdownFraction: number;
  readonly positions: number;
  readonly workingOrders: number;
  readonly data: FeedStatus['by'] | null;
  readonly link: ExchangeView['link'];
}

/** How the exchange of a session is reached. */
export interface ExchangeView {
  readonly id: string;
  readonly account: string;
  /** A local one for practice; its address. */
  readonly emulator: string | null;
  /** False: only its market data are used, and nobody has proven those either. */
  readonly isProven: boolean;
  /** How market data arrive: the worst of all markets, and the age of what came last there. */
  readonly data: { readonly by: FeedStatus['by']; readonly ageMs: number | null };
  /** Every kind of data of every market. */
  readonly feeds: readonly FeedStatus[];
  /** Null on paper, where no account is asked. */
  readonly link: 'stream' | 'poll' | 'down' | null;
  /** Our clock minus the exchange's; null where it cannot be told. */
  readonly skewMs: number | null;
  /** Of the request limit of the account; null on paper. */
  readonly budget: BudgetView | null;
}

/** What a start found in the state directory. */
export interface RecoveredView {
  readonly records: number;
  readonly positions: number;
  readonly openOrders: number;
  readonly fills: number;
  readonly tradingState: string;
  readonly stateReason?: string;
  /** Market events the session had seen: where the market continues. */
  readonly events: number;
  /** Damage that was repaired or stepped over, in words. */
  readonly repairs: readonly string[];
}

/** How well the process keeps up, over some seconds; null where nothing was measured yet. */
export interface HealthView {
  /** Mean time the engine takes for a market event, in microseconds. */
  readonly eventMicros: number | null;
  /** What one of a hundred turns of the event loop comes late by, or more, in milliseconds. */
  readonly loopDelayMs: number | null;
}

export interface FeedView {
  readonly speed: number | 'max';
  readonly held: boolean;
  readonly ended: boolean;
  readonly events: number;
  /** Events of the whole recording; null when endless. */
  readonly length: number | null;
  readonly hasBook: boolean;
  /** Of the recording; null when endless. */
  readonly startTime: EpochMs | null;
  readonly endTime: EpochMs | null;
  /** A seek is under way to this time. */
  readonly seeking: EpochMs | null;
}

/**
 * What the screen looks at closely. The views that follow carry it: a subscription, so that a
 * screen in another process can ask the same way.
 */
export interface WatchRequest {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Most candles wanted, newest last. */
  readonly candles: number;
  /** Open time of the newest candle wanted; null follows the market. */
  readonly until: EpochMs | null;
  /** Book levels of each side, and prints; 0 for none. */
  readonly bookLevels: number;
  readonly trades: number;
  /** Whose indicators are drawn; null for none. */
  readonly strategyId: string | null;
  /** Further indicators by catalog name, with their default parameters. */
  readonly indicators: readonly string[];
  readonly patterns: boolean;
}

export interface WatchedView {
  readonly symbol: string;
  /** As asked; the shortest longer one the market gives where it does not give that. */
  readonly timeframe: Timeframe;
  /** What the market gives, shortest first; empty before its first candle or print. */
  readonly timeframes: readonly Timeframe[];
  readonly priceDigits: number;
  readonly quantityDigits: number;
  /** Price step of the market. */
  readonly tickSize: number;
  /** Oldest first. The last one is still forming where `forming` is set. */
  readonly candles: readonly Candle[];
  readonly forming: boolean;
  /** Older and newer candles than these exist. */
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  /** Values by candle, oldest first; null before their warm-up. */
  readonly lines: readonly ChartLine[];
  readonly patterns: readonly PatternMark[];
  /** Our fills within the candles, oldest first. */
  readonly fills: readonly FillMark[];
  /** Null where the market has none ("no book in this recording"); empty before its first. */
  readonly book: WatchedBook | null;
  /** Public prints, newest first; null where the market has none; empty after a restart. */
  readonly trades: readonly Trade[] | null;
  /** Indicators that `indicators` may name. */
  readonly catalog: readonly string[];
}

export interface ChartLine {
  /** Such as `SMA 10`. */
  readonly label: string;
  /** On the price scale, or on one of its own below. */
  readonly scale: 'price' | 'own';
  readonly values: readonly (number | null)[];
}

export interface PatternMark {
  readonly openTime: EpochMs;
  /** Such as `bullish engulfing`. */
  readonly name: string;
  readonly bias: 'bullish' | 'bearish' | 'neutral';
}

export interface FillMark {
  readonly time: EpochMs;
  readonly side: Side;
  readonly price: number;
  readonly quantity: number;
  /** Opens or grows a position, or makes it smaller. */
  readonly opens: boolean;
  readonly strategyId: string | null;
}

export interface WatchedBook {
  /** Price and quantity, best first. */
  readonly bids: readonly (readonly [number, number])[];
  readonly asks: readonly (readonly [number, number])[];
  /** (bids − asks) / (bids + asks) over these levels, in [−1, 1]; null without any. */
  readonly imbalance: number | null;
  /** Engine time of the newest change; null before the first. */
  readonly time: EpochMs | null;
}

export interface AlertView {
  readonly id: number;
  readonly time: EpochMs;
  readonly level: 'warn' | 'error';
  readonly source: 'denial' | 'breaker' | 'feed' | 'journal' | 'rejection' | 'state' | 'truth';
  readonly text: string;
  /** How often the same was raised since; the newest `time` is shown. */
  readonly count: number;
  /** The condition still holds. */
  readonly active: boolean;
  /** What would clear or change it, in words; empty where nothing would. */
  readonly clears: string;
  /** A denial's rule, for "why". */
  readonly verdict: Verdict | null;
  readonly strategyId: string | null;
  readonly symbol: string | null;
}

/** One step in the life of an order, a position or a strategy, from the journal. */
export interface HistoryLine {
  /** Number of the journal record. */
  readonly record: number;
  readonly time: EpochMs;
  readonly text: string;
}

export type HistoryOf =
  { readonly orderId: string } | { readonly symbol: string } | { readonly strategyId: string };

export interface Notice {
  readonly id: number;
  readonly time: EpochMs;
  readonly level: 'info' | 'warn' | 'error';
  readonly text: string;
}

/** Something that is said, before it is one of the notices. */
export type Words = Pick<Notice, 'level' | 'text'>;

export interface Session {
  /** The newest view; the same object until something changed. */
  view(): SessionView;
  /** Called at most a few times a second, after the view changed. Returns unsubscribe. */
  subscribe(listener: () => void): () => void;
  /** Tightening commands act in the same turn. Answers come as notices in the view. */
  dispatch(command: Command | SessionCommand): void;
  /** What the next views carry as `watched`. */
  watch(request: WatchRequest): void;
  /** The newest steps of one order, symbol or strategy, newest last, bounded. */
  history(of: HistoryOf): readonly HistoryLine[];
  /** What a ticket would do now: every rule's verdict, fee, slippage. Changes nothing. */
  preview(ticket: Ticket): TicketPreview;
  /** Ends the run: last records durable, snapshot written. */
  close(reason: string): Promise<void>;
}
