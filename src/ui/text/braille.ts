/** Lines in braille: every cell has two dots across and four down. */
import type { Size } from './rows.ts';

export const DOTS_ACROSS = 2;
export const DOTS_DOWN = 4;

const BLANK = 0x2800;
/** Bits by row, left then right: dots 1 2 3 7 and 4 5 6 8 of Unicode's braille patterns. */
const BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** A field of dots over `width` × `height` cells. */
export class Dots {
  readonly width: number;
  readonly height: number;
  readonly #bits: Uint8Array;

  constructor({ width, height }: Size) {
    this.width = Math.max(0, width);
    this.height = Math.max(0, height);
    this.#bits = new Uint8Array(this.width * this.height);
  }

  /** Dot column and row from the top left. Nothing happens outside. */
  set(x: number, y: number): void {
    const column = Math.floor(x / DOTS_ACROSS);
    const row = Math.floor(y / DOTS_DOWN);
    if (column < 0 || row < 0 || column >= this.width || row >= this.height) return;
    const index = row * this.width + column;
    const bit = BITS[y % DOTS_DOWN]?.[x % DOTS_ACROSS] ?? 0;
    this.#bits[index] = (this.#bits[index] ?? 0) | bit;
  }

  /** All dots of a column between two rows, whichever is higher. */
  column(x: number, from: number, to: number): void {
    const last = Math.min(Math.max(from, to), this.height * DOTS_DOWN - 1);
    for (let y = Math.max(0, Math.min(from, to)); y <= last; y++) this.set(x, y);
  }

  /** Code of the cell's character; 0 where it has no dot. */
  code(column: number, row: number): number {
    const bits = this.#bits[row * this.width + column] ?? 0;
    return bits === 0 ? 0 : BLANK + bits;
  }
}

/**
 * Draws dot heights column by column as one unbroken line: each column also fills half the way to
 * its neighbors. Null interrupts it.
 */
export function drawLine(dots: Dots, heights: readonly (number | null)[]): void {
  for (let x = 0; x < heights.length; x++) {
    const here = heights[x] ?? null;
    if (here === null) continue;
    const before = heights[x - 1] ?? null;
    // From just behind the last column's dot to this one: a steep line stays one dot wide.
    const step = before === null ? here : before + Math.sign(here - before);
    dots.column(x, step, here);
  }
}
