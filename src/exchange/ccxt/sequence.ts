/**
 * Requests that carry a rising number leave one after the other: two on their way at once may
 * arrive in the other order, and the exchange refuses the one that comes late. The next waits for
 * the answer before it, but not longer than a second, so that one that stalls holds nobody back;
 * an urgent one is the next.
 */
export class Sequence {
  private readonly waiting: (() => void)[] = [];
  private isBusy = false;

  /** Does the work in its turn. Settles as the work does. */
  run<T>(work: () => Promise<T>, isUrgent: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const go = () => this.go(work, resolve, reject);
      if (!this.isBusy) return go();
      if (isUrgent) this.waiting.unshift(go);
      else this.waiting.push(go);
    });
  }

  private go<T>(
    work: () => Promise<T>,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ): void {
    this.isBusy = true;
    let isOver = false;
    const over = () => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      this.next();
    };
    const timer = setTimeout(over, MOST_WAIT_MS);
    timer.unref();
    void work().then(resolve, reject).finally(over);
  }

  private next(): void {
    const go = this.waiting.shift();
    this.isBusy = go !== undefined;
    go?.();
  }
}

const MOST_WAIT_MS = 1_000;
