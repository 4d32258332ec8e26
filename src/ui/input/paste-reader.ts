/** Text from the clipboard, up to the mark of its end. */

const END = Buffer.from('\u001B[201~');
const ESC = 0x1b;
/** Bytes kept of one paste; the rest is read and dropped. */
const MAX_PASTE = 65_536;

export class PasteReader {
  #kept: Buffer | null = null;
  #length = 0;
  /** Bytes of the end mark that have matched so far. */
  #matched = 0;

  /** Takes one byte; true when it completes the end mark. */
  push(byte: number): boolean {
    if (byte === END[this.#matched]) {
      this.#matched += 1;
      return this.#matched === END.length;
    }
    // Only the mark's first byte is an escape: a failed match can begin nowhere else.
    const failed = this.#matched;
    this.#matched = byte === ESC ? 1 : 0;
    for (let i = 0; i < failed; i += 1) this.#keep(END[i] ?? 0);
    if (byte !== ESC) this.#keep(byte);
    return false;
  }

  /**
   * The text so far on one line without control characters; the reader begins anew. Line breaks
   * become spaces, as every field has one line, and none of them is an Enter.
   */
  take(): string {
    const text = (this.#kept ?? Buffer.alloc(0)).toString('utf8', 0, this.#length);
    this.#kept = null;
    this.#length = 0;
    this.#matched = 0;
    return text.replace(/\s+/gu, ' ').replace(/[\p{Cc}\uFFFD]/gu, '');
  }

  #keep(byte: number): void {
    this.#kept ??= Buffer.allocUnsafe(MAX_PASTE);
    if (this.#length < MAX_PASTE) {
      this.#kept[this.#length] = byte;
      this.#length += 1;
    }
  }
}
