/** A few numbers that the main thread and the emergency thread share; no message is that fast. */

const GATE = 0;
const BEATS = 1;
const TYPING = 2;
const HANDLED = 3;
const READING = 4;
/** The time cell begins on a border of eight bytes. */
const CELLS = 6;
const CELL_BYTES = CELLS * Int32Array.BYTES_PER_ELEMENT;
const CLOSED_AT = 0;
const NONCE = 1;
const TIMES = 2;
const BYTES = CELL_BYTES + TIMES * BigInt64Array.BYTES_PER_ELEMENT;

/** One side's look at the shared numbers; both sides make one over the same buffer. */
export class Board {
  readonly buffer: SharedArrayBuffer;
  private readonly cells: Int32Array<SharedArrayBuffer>;
  private readonly times: BigInt64Array<SharedArrayBuffer>;

  constructor(buffer = new SharedArrayBuffer(BYTES)) {
    this.buffer = buffer;
    this.cells = new Int32Array(buffer, 0, CELLS);
    this.times = new BigInt64Array(buffer, CELL_BYTES);
  }

  /** Read before each create: once it is true, none leaves. */
  get isClosed(): boolean {
    return Atomics.load(this.cells, GATE) === 1;
  }

  closeGate(): void {
    if (this.isClosed) return;
    Atomics.store(this.times, CLOSED_AT, process.hrtime.bigint());
    Atomics.store(this.cells, GATE, 1);
  }

  /** When the gate was last closed, in nanoseconds of the machine's monotonic clock; 0n: never. */
  get closedAt(): bigint {
    return Atomics.load(this.times, CLOSED_AT);
  }

  /**
   * A number above every earlier one of both threads, and of earlier runs as long as the clock goes
   * on: milliseconds since 1970, which some exchanges compare with their own. For keys whose
   * requests must carry rising ones (DECISIONS 18).
   */
  nextNonce(): number {
    for (;;) {
      const last = Atomics.load(this.times, NONCE);
      const now = BigInt(Date.now());
      const next = now > last ? now : last + 1n;
      if (Atomics.compareExchange(this.times, NONCE, last, next) === last) return Number(next);
    }
  }

  openGate(): void {
    Atomics.store(this.cells, GATE, 0);
  }

  /** The main loop turns. */
  beat(): void {
    Atomics.add(this.cells, BEATS, 1);
  }

  get beats(): number {
    return Atomics.load(this.cells, BEATS);
  }

  /** A letter would land in a text; worth as much as the newest heartbeat. */
  get isTyping(): boolean {
    return Atomics.load(this.cells, TYPING) === 1;
  }

  set isTyping(isTyping: boolean) {
    Atomics.store(this.cells, TYPING, isTyping ? 1 : 0);
  }

  /** Chunks of input the main loop has acted on. */
  get handled(): number {
    return Atomics.load(this.cells, HANDLED);
  }

  addHandled(): void {
    Atomics.add(this.cells, HANDLED, 1);
  }

  get isReading(): boolean {
    return Atomics.load(this.cells, READING) === 1;
  }

  /** Says whether the terminal is read, and wakes who waits for the end of it. */
  setReading(isReading: boolean): void {
    Atomics.store(this.cells, READING, isReading ? 1 : 0);
    Atomics.notify(this.cells, READING);
  }

  /** Blocks until nothing is read any more, at most so long. */
  waitUntilNotReading(ms: number): void {
    Atomics.wait(this.cells, READING, 1, ms);
  }
}
