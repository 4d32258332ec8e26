import { SeededRng } from '../../src/domain/rng.ts';

export interface Rng {
  /** Uniform in [0, 1). */
  next(): number;
}

/** Throws of one seeded source. */
export class Dice implements Rng {
  readonly rng: SeededRng;

  constructor(seed: number) {
    this.rng = new SeededRng(seed);
  }

  next(): number {
    return this.rng.next();
  }

  /** Whole number of `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.rng.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.rng.next() < probability;
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.rng.next() * from.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }

  /** Waiting time of something that happens `perDay` times a day on average, in ms. */
  wait(perDay: number): number {
    return Math.ceil(-Math.log(1 - this.rng.next()) * (86_400_000 / perDay));
  }
}

/** One seed of two numbers, for a source that must not depend on what was thrown before. */
export function mixSeed(seed: number, other: number): number {
  let mixed = (seed ^ 0x9e3779b9) >>> 0;
  for (const part of [other >>> 0, Math.floor(other / 2 ** 32) >>> 0]) {
    mixed = Math.imul(mixed ^ part, 0x85ebca6b) >>> 0;
    mixed = (mixed ^ (mixed >>> 13)) >>> 0;
  }
  return mixed;
}
