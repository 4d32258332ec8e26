/** Asks a stream again and again, and can neither spin nor starve anybody. */
import type { Scheduler } from '../../ports.ts';

export interface WatchLoopPorts {
  /** One call of the library; it resolves when something new is in its caches. */
  watch(): Promise<unknown>;
  /** Takes what is new; false when there was nothing. */
  take(result: unknown): boolean;
  /** The stream is broken; it is tried again after a while. */
  onFault(error: unknown): void;
  readonly after: Scheduler['after'];
  /** In [0, 1). */
  random(): number;
}

/** First wait after a fault; doubled with each further one up to the longest. */
const SHORTEST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 15_000;
/** Answers without news in a row that no stream gives: it is broken in a way of its own. */
const EMPTY_ANSWERS = 64;

/**
 * Begins at once and runs until `stop`. A fault waits on a timer (jittered, doubling), and so does
 * a stream that answers at once without news, so that a call that settles in the same turn (a
 * cached failure of loadMarkets) cannot keep anybody else from running.
 */
export class WatchLoop {
  /** A call waits for news: the last one was answered, or none has failed yet. */
  isAsking = false;
  private readonly ports: WatchLoopPorts;
  private faults = 0;
  private empty = 0;
  private isLooking = false;
  private stopped = false;
  private cancelWait: () => void = () => undefined;

  constructor(ports: WatchLoopPorts) {
    this.ports = ports;
    this.ask();
  }

  stop(): void {
    this.stopped = true;
    this.isAsking = false;
    this.cancelWait();
  }

  private ask(): void {
    if (this.stopped) return;
    this.isAsking = true;
    let answer: Promise<unknown>;
    try {
      answer = this.ports.watch();
    } catch (error) {
      this.fail(error);
      return;
    }
    // Both handlers are there before anything can settle: a drop leaves no unhandled rejection.
    answer.then(
      (result) => this.hear(result),
      (error: unknown) => this.fail(error),
    );
  }

  private hear(result: unknown): void {
    if (this.stopped) return;
    this.note(this.ports.take(result));
    if (this.empty >= EMPTY_ANSWERS) {
      this.fail(new Error('the stream answers without news'));
      return;
    }
    this.ask();
    this.lookAgain();
  }

  /** Messages of the same packet may have come before the library listened again. */
  private lookAgain(): void {
    if (this.isLooking) return;
    this.isLooking = true;
    setImmediate(() => {
      this.isLooking = false;
      if (!this.stopped && this.ports.take(undefined)) this.note(true);
    });
  }

  private note(hadNews: boolean): void {
    this.empty = hadNews ? 0 : this.empty + 1;
    if (hadNews) this.faults = 0;
  }

  private fail(error: unknown): void {
    if (this.stopped) return;
    this.isAsking = false;
    this.empty = 0;
    this.ports.onFault(error);
    const longest = Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** this.faults);
    this.faults = Math.min(this.faults + 1, 30);
    const wait = longest * (0.5 + this.ports.random() / 2);
    this.cancelWait = this.ports.after(wait, () => this.ask());
  }
}
