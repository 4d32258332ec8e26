/** What the main thread and the emergency thread say to each other. */
import type { OrderId } from '../../domain/ids.ts';
import type { LogLevel } from '../../ports.ts';
import type { HaltKeys } from '../../ui/input/byte-source.ts';
import type { Cleared } from './clearance.ts';
import type { ExchangeReach, WirePlan } from './client.ts';

/** What the thread is started with. */
export interface ThreadPlan {
  /** Of the `Board`. */
  readonly board: SharedArrayBuffer;
  /** Null where the venue lives in this process: then only the main loop reaches it. */
  readonly wire: WirePlan | null;
}

export type StopKind = 'halt' | 'flatten';

export type ToThread =
  /** The state directory's lock is ours: the socket may be opened, the stop file watched. */
  | { readonly kind: 'serve'; readonly directory: string; readonly account: string }
  /** The exchange is connected: the thread makes a client of its own. */
  | { readonly kind: 'reach'; readonly reach: ExchangeReach }
  | { readonly kind: 'mayExist'; readonly orderId: OrderId; readonly symbol: string }
  | { readonly kind: 'gone'; readonly orderId: OrderId }
  /** From now on heartbeats come. */
  | { readonly kind: 'armed' }
  /** The stop reached the main loop; orders that follow were made after it. */
  | { readonly kind: 'heard'; readonly id: number }
  | { readonly kind: 'stopped'; readonly id: number; readonly books: Books }
  | { readonly kind: 'resumed'; readonly id: number; readonly problem: string | null }
  | { readonly kind: 'keys'; readonly keys: HaltKeys }
  | { readonly kind: 'read' }
  | { readonly kind: 'stopReading' }
  | { readonly kind: 'close' };

/** What the main loop's books say after a stop. */
export interface Books {
  readonly tradingState: string;
  readonly reason: string;
  /** Working orders that the stop should have taken away. */
  readonly open: number;
  readonly kept: number;
  readonly canceled: number;
  /** Symbols still held. */
  readonly holdings: readonly string[];
  /** What could not be done, in words. */
  readonly problem: string | null;
}

export type FromThread =
  | {
      readonly kind: 'stop';
      readonly id: number;
      readonly stop: StopKind;
      readonly by: string;
      /** Epoch milliseconds: the two threads share no other clock. */
      readonly wallMs: number;
    }
  | { readonly kind: 'stalled'; readonly silentMs: number }
  | {
      readonly kind: 'cleared';
      readonly stop: StopKind;
      readonly cleared: Cleared;
      /** The main loop was away: nobody else has looked at the venue. */
      readonly isAlone: boolean;
    }
  | { readonly kind: 'resume'; readonly id: number; readonly phrase: string | null }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'inputEnded' }
  /** The terminal cannot be read from here: the main loop has to. */
  | { readonly kind: 'noKeyboard'; readonly problem: string }
  | { readonly kind: 'serving'; readonly problem: string | null }
  | { readonly kind: 'note'; readonly level: LogLevel; readonly text: string };
