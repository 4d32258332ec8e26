/** A drawing made cell by cell: characters of one cell in tokens, turned into rows at the end. */
import { type Row, type Size, type Span, TOKENS, type Token } from './rows.ts';

const SPACE = 32;
const INDEX = new Map<Token, number>(TOKENS.map((token, i) => [token, i]));

export class Cells {
  readonly width: number;
  readonly height: number;
  readonly #codes: Uint16Array;
  readonly #tokens: Uint8Array;

  constructor({ width, height }: Size) {
    this.width = Math.max(0, width);
    this.height = Math.max(0, height);
    this.#codes = new Uint16Array(this.width * this.height).fill(SPACE);
    this.#tokens = new Uint8Array(this.width * this.height);
  }

  /** One character of one cell, by its code. Nothing happens outside. */
  set(x: number, y: number, code: number, token: Token): void {
    if (!this.#has(x, y)) return;
    const index = y * this.width + x;
    this.#codes[index] = code;
    this.#tokens[index] = INDEX.get(token) ?? 0;
  }

  /** A text of characters of one cell each. */
  text(x: number, y: number, text: string, token: Token): void {
    for (let i = 0; i < text.length; i++) this.set(x + i, y, text.charCodeAt(i), token);
  }

  /** Is there nothing yet, or nothing any more? */
  isBlank(x: number, y: number): boolean {
    return this.#has(x, y) && this.#codes[y * this.width + x] === SPACE;
  }

  /** Blanks that nobody set take no token from their neighbors: it could show on them. */
  row(y: number): Row {
    const row: Span[] = [];
    const from = y * this.width;
    const end = from + this.width;
    let start = from;
    for (let i = from; i < end; i++) {
      if (this.#tokens[i] === this.#tokens[start]) continue;
      if (i > start) row.push(this.#span(start, i));
      start = i;
    }
    if (end > start) row.push(this.#span(start, end));
    return row;
  }

  rows(): readonly Row[] {
    return Array.from({ length: this.height }, (_, y) => this.row(y));
  }

  #span(from: number, to: number): Span {
    let text = '';
    for (let i = from; i < to; i++) text += String.fromCharCode(this.#codes[i] ?? SPACE);
    return { text, token: TOKENS[this.#tokens[from] ?? 0] ?? 'text.normal' };
  }

  #has(x: number, y: number): boolean {
    return x >= 0 && y >= 0 && x < this.width && y < this.height;
  }
}
