import { valueAt } from './value-at.ts';

/**
 * The last `capacity` values in a buffer of twice that length, each written twice, so that the
 * window lies in one piece in time order: `values[start]` is the oldest and
 * `values[start + capacity - 1]` the newest. Sums over it do not depend on where a run began.
 */
export class RecentValues {
  readonly capacity: number;
  readonly values: Float64Array;
  start = 0;
  #count = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.values = new Float64Array(capacity * 2);
  }

  get isFull(): boolean {
    return this.#count === this.capacity;
  }

  /** The oldest value kept; meaningful once full. */
  get oldest(): number {
    return valueAt(this.values, this.start);
  }

  add(value: number): void {
    this.values[this.start] = value;
    this.values[this.start + this.capacity] = value;
    this.start = this.start + 1 === this.capacity ? 0 : this.start + 1;
    if (this.#count < this.capacity) this.#count += 1;
  }
}
