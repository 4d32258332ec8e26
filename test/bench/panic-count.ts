// Counts the cancels of each trial of the panic bench where they arrive.

/** What the parent is told; times in nanoseconds of the machine's monotonic clock, as text. */
export interface CancelTold {
  readonly trial: number;
  readonly first: string;
  readonly last: string;
  readonly count: number;
}

interface Trial {
  first: bigint;
  last: bigint;
  count: number;
}

export class CancelCount {
  private readonly orders: number;
  private readonly trials = new Map<number, Trial>();

  constructor(orders: number) {
    this.orders = orders;
  }

  /** The ids of a trial's orders carry its number. Tells the parent when all have arrived. */
  add(orderId: string, arrived: bigint): void {
    const number = Number(/^td(\d{6})/.exec(orderId)?.[1] ?? NaN);
    if (Number.isNaN(number)) return;
    const trial = this.trials.get(number) ?? { first: arrived, last: arrived, count: 0 };
    this.trials.set(number, trial);
    trial.last = arrived;
    trial.count += 1;
    if (trial.count !== this.orders) return;
    const { first, last, count } = trial;
    process.send?.({
      trial: number,
      first: String(first),
      last: String(last),
      count,
    } satisfies CancelTold);
  }
}
