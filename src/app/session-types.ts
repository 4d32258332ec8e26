/** The facade every surface talks to: view, subscribe, dispatch. */
import type { Command, Ticket } from '../domain/command.ts';
import type { EpochMs } from '../domain/time.ts';
import type { EngineView, TicketPreview } from '../engine/view.ts';
import type { LogLine } from '../ports.ts';

export type Mode = 'demo' | 'replay' | 'paper' | 'testnet' | 'live';

/** Controls of the simulated clock's pacer: invisible to the engine (DECISIONS 9). */
export type PacerCommand =
  | { readonly kind: 'setSpeed'; readonly speed: number | 'max' }
  | { readonly kind: 'holdFeed'; readonly held: boolean }
  | { readonly kind: 'stepFeed' };

export interface SessionView extends EngineView {
  readonly mode: Mode;
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
  };
  /** What a restart recovered; null after a fresh start. */
  readonly recovered: RecoveredView | null;
  /** Newest last, bounded. */
  readonly log: readonly LogLine[];
  /** Newest answers to commands, newest last; `id` rises. */
  readonly notices: readonly Notice[];
}

/** What a start found in the state directory. */
export interface RecoveredView {
  readonly records: number;
  readonly positions: number;
  readonly openOrders: number;
  readonly fills: number;
  readonly tradingState: string;
  /** Market events the session had seen: where the market continues. */
  readonly events: number;
  /** Damage that was repaired or stepped over, in words. */
  readonly repairs: readonly string[];
}

export interface FeedView {
  readonly speed: number | 'max';
  readonly held: boolean;
  readonly ended: boolean;
  readonly events: number;
  /** Events of the whole recording; null when endless. */
  readonly length: number | null;
  readonly hasBook: boolean;
}

export interface Notice {
  readonly id: number;
  readonly time: EpochMs;
  readonly level: 'info' | 'warn' | 'error';
  readonly text: string;
}

export interface Session {
  /** The newest view; the same object until something changed. */
  view(): SessionView;
  /** Called at most a few times a second, after the view changed. Returns unsubscribe. */
  subscribe(listener: () => void): () => void;
  /** Tightening commands act in the same turn. Answers come as notices in the view. */
  dispatch(command: Command | PacerCommand): void;
  /** What a ticket would do now: every rule's verdict, fee, slippage. Changes nothing. */
  preview(ticket: Ticket): TicketPreview;
  /** Ends the run: last records durable, snapshot written. */
  close(reason: string): Promise<void>;
}
