import type { Transport } from './wire.ts';

/** A transport whose timers end together: one of half a minute would hold a process back that long. */
export class Timers implements Transport {
  private readonly transport: Transport;
  /** What cancels each timer that has not fired. */
  private readonly pending = new Map<symbol, () => void>();

  constructor(transport: Transport) {
    this.transport = transport;
  }

  now(): number {
    return this.transport.now();
  }

  after(ms: number, fire: () => void): () => void {
    const timer = Symbol('timer');
    let isOver = false;
    const end = (): void => {
      isOver = true;
      this.pending.delete(timer);
    };
    const cancel = this.transport.after(ms, () => {
      end();
      fire();
    });
    // A clock may fire what is due now before it returns.
    if (!isOver) this.pending.set(timer, cancel);
    return () => {
      end();
      cancel();
    };
  }

  cancelAll(): void {
    for (const cancel of this.pending.values()) cancel();
    this.pending.clear();
  }
}
