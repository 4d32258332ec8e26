/** Characters from bytes that may be split anywhere; what is no UTF-8 is told apart, not guessed. */
export class Utf8Reader {
  #missing = 0;
  #code = 0;
  /** Range of the next byte: rules out overlong forms, surrogates and what lies beyond Unicode. */
  #low = 0x80;
  #high = 0xbf;

  /** Is a character begun and not complete? */
  get isOpen(): boolean {
    return this.#missing > 0;
  }

  /**
   * The code point this byte completes. `more`: not complete yet. `broken`: no UTF-8, the byte is
   * used up. `other`: the character begun is broken, and the byte belongs to something else.
   */
  push(byte: number): number | 'more' | 'broken' | 'other' {
    if (this.#missing > 0) return this.#goOn(byte);
    if (byte < 0x80) return byte;
    if (byte < 0xc2 || byte > 0xf4) return 'broken';
    this.#missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    this.#code = byte & (0x3f >> this.#missing);
    this.#low = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
    this.#high = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
    return 'more';
  }

  drop(): void {
    this.#missing = 0;
  }

  #goOn(byte: number): number | 'more' | 'other' {
    if (byte < this.#low || byte > this.#high) {
      this.#missing = 0;
      return 'other';
    }
    this.#code = (this.#code << 6) | (byte & 0x3f);
    this.#missing -= 1;
    this.#low = 0x80;
    this.#high = 0xbf;
    return this.#missing > 0 ? 'more' : this.#code;
  }
}
