import { BugError } from './errors.ts';

/** Rounds after seeding until small differences between seeds have spread over the state. */
const WARM_UP_ROUNDS = 15;
const STATE_LENGTH = 6;

/**
 * Seeded random numbers (the Rng port): sfc32 by Chris Doty-Humphrey (public domain, passes
 * PractRand; https://pracrand.sourceforge.net), 128 bits of state, normals by Marsaglia's polar
 * method. Its whole state is six plain numbers, so a checkpoint continues it exactly.
 */
export class SeededRng {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;
  /** The polar method makes normals in pairs; the second one waits here. */
  #hasSpare = false;
  #spare = 0;

  /** Any safe integer is a seed; different seeds give unrelated numbers. */
  constructor(seed: number) {
    this.#a = seed >>> 0;
    this.#b = Math.floor(seed / 2 ** 32) >>> 0;
    this.#c = 0x9e3779b9;
    for (let i = 0; i < WARM_UP_ROUNDS; i++) this.next();
  }

  /** Uniform in [0, 1), a multiple of 2^-32. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  }

  /** Standard normal. */
  normal(): number {
    if (this.#hasSpare) {
      this.#hasSpare = false;
      return this.#spare;
    }
    for (;;) {
      const x = 2 * this.next() - 1;
      const y = 2 * this.next() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = y * scale;
      this.#hasSpare = true;
      return x * scale;
    }
  }

  /** The state as plain numbers; `SeededRng.resume` continues from it exactly. */
  state(): number[] {
    const spare = this.#hasSpare ? this.#spare : 0;
    return [this.#a, this.#b, this.#c, this.#counter, this.#hasSpare ? 1 : 0, spare];
  }

  /** A generator that goes on where `state()` was taken. Throws BugError on another length. */
  static resume(state: readonly number[]): SeededRng {
    const [a = 0, b = 0, c = 0, counter = 0, hasSpare = 0, spare = 0] = state;
    if (state.length !== STATE_LENGTH) {
      throw new BugError(`random state has ${state.length} numbers, not ${STATE_LENGTH}`);
    }
    const rng = new SeededRng(0);
    rng.#a = a;
    rng.#b = b;
    rng.#c = c;
    rng.#counter = counter;
    rng.#hasSpare = hasSpare === 1;
    rng.#spare = spare;
    return rng;
  }
}
