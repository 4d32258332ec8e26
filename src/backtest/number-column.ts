const FIRST_CAPACITY = 4_096;

/** Numbers of unknown count in a typed array that doubles as it grows. */
export class NumberColumn {
  #values = new Float64Array(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Float64Array(this.#length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  /** The pushed values, in an array of exactly their size. */
  toArray(): Float64Array {
    return this.#values.slice(0, this.#length);
  }
}
