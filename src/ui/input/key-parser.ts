/**
 * Bytes of a keyboard to key presses. The bytes may be split anywhere, inside a character or an
 * escape sequence; nothing in them can make this throw or keep more than a bounded rest.
 */
import { type InputEvent, toEvents } from './key-chunk.ts';
import {
  MAX_PARAMS,
  type Token,
  altName,
  isPrintable,
  readControl,
  readCsi,
  readSs3,
} from './key-sequences.ts';
import { PasteReader } from './paste-reader.ts';
import { HALT_KEY } from './urgent.ts';
import { Utf8Reader } from './utf8-reader.ts';

export interface KeyParserOptions {
  readonly onEvent: (event: InputEvent) => void;
  /** Calls back once, `ms` milliseconds later; the result cancels it. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** Is a run of this character in one chunk a key held down? */
  readonly repeats: (character: string) => boolean;
}

/** Escape alone is a key if nothing follows it this soon. */
const ESCAPE_MS = 50;
/** A sequence that has begun is never typed by hand: a slow line may take its time. */
const SEQUENCE_MS = 500;
/** Answers of a terminal come in one go; a lost end must not swallow keys for long. */
const STRING_MS = 100;
/** A terminal sends a paste in one go; after this much silence its end is not coming. */
const PASTE_MS = 1_500;
/** A pause inside a paste, after which the emergency stop alone in a chunk was pressed by hand. */
const PASTE_PAUSE_MS = 200;
/** What follows a long piece of text this soon belongs to it. */
const BURST_MS = 50;
const BURST_CHARACTERS = 16;

const MAX_STRING = 4_096;
const MAX_TEXT = 65_536;
const MOUSE_BYTES = 3;

/** What follows the escape of an operating system command, a device string and their like. */
const STRINGS = ']PX^_';
const INTRODUCERS = `[O${STRINGS}`;

const ESC = 0x1b;
const CAN = 0x18;
const BEL = 0x07;

type State = 'ground' | 'escape' | 'csi' | 'ss3' | 'string' | 'mouse' | 'paste';

export class KeyParser {
  readonly #options: KeyParserOptions;
  #state: State = 'ground';
  #tokens: Token[] = [];
  #params = '';
  /** Bytes of the string or mouse report so far. */
  #count = 0;
  /** The escape may be the end of a string. */
  #afterString = false;
  #inBurst = false;
  #isPasteQuiet = false;
  readonly #utf8 = new Utf8Reader();
  readonly #paste = new PasteReader();
  #cancelTimer: () => void = () => undefined;

  constructor(options: KeyParserOptions) {
    this.#options = options;
  }

  /** Reads one chunk as it came; events are told before this returns, or from a timer. */
  feed(chunk: Uint8Array): void {
    this.#cancelTimer();
    if (this.#state === 'paste' && this.#isPasteQuiet && isHalt(chunk)) this.#endPaste();
    this.#isPasteQuiet = false;
    this.#splitEscape(chunk);
    for (const byte of chunk) this.#take(byte);
    this.#tell();
    this.#setTimer();
  }

  /** Forgets what is half read: the terminal was somebody else's meanwhile. */
  reset(): void {
    this.#cancelTimer();
    this.#state = 'ground';
    this.#tokens = [];
    this.#inBurst = false;
    this.#utf8.drop();
    this.#paste.take();
  }

  /**
   * Alt and a key come in one chunk. A key in the next chunk was pressed after Escape, and must not
   * be lost in it; only the beginning of a sequence may be cut off from its escape.
   */
  #splitEscape([first]: Uint8Array): void {
    if (this.#state !== 'escape' || this.#afterString || first === undefined) return;
    if (INTRODUCERS.includes(String.fromCharCode(first))) return;
    this.#endHalf();
    this.#tell();
  }

  #take(byte: number): void {
    if (this.#state === 'paste') {
      if (this.#paste.push(byte)) this.#endPaste();
      return;
    }
    // The emergency stop ends whatever was being read.
    if (byte === CAN) {
      this.#endHalf();
      this.#add({ kind: 'key', name: HALT_KEY });
      return;
    }
    switch (this.#state) {
      case 'ground':
        return this.#takeGround(byte);
      case 'escape':
        return this.#takeEscape(byte);
      case 'csi':
        return this.#takeCsi(byte);
      case 'ss3':
        return this.#takeSs3(byte);
      case 'string':
        return this.#takeString(byte);
      case 'mouse':
        this.#count += 1;
        if (this.#count === MOUSE_BYTES) this.#state = 'ground';
    }
  }

  #takeGround(byte: number): void {
    if (byte >= 0x80 || this.#utf8.isOpen) return this.#takeUtf8(byte);
    if (byte === ESC) {
      this.#state = 'escape';
      this.#afterString = false;
    } else if (byte < 0x20 || byte === 0x7f) this.#add(readControl(byte));
    else this.#addText(String.fromCharCode(byte));
  }

  #takeUtf8(byte: number): void {
    const code = this.#utf8.push(byte);
    if (code === 'more') return;
    if (code === 'broken') this.#add({ kind: 'junk' });
    else if (code === 'other') {
      this.#add({ kind: 'junk' });
      this.#take(byte);
    } else if (isPrintable(code)) this.#addText(String.fromCodePoint(code));
    else this.#add({ kind: 'junk' });
  }

  #takeEscape(byte: number): void {
    const character = String.fromCharCode(byte);
    this.#state = 'ground';
    if (byte === ESC) {
      if (!this.#afterString) this.#add({ kind: 'key', name: 'escape' });
      this.#state = 'escape';
      this.#afterString = false;
    } else if (character === '[') {
      this.#state = 'csi';
      this.#params = '';
    } else if (character === 'O') this.#state = 'ss3';
    else if (this.#afterString && character === '\\') return;
    else if (STRINGS.includes(character)) {
      this.#state = 'string';
      this.#count = 0;
    } else if (byte >= 0x80) {
      this.#add({ kind: 'junk' });
      this.#takeUtf8(byte);
    } else if (byte >= 0x20 && byte < 0x7f) this.#add({ kind: 'key', name: altName(character) });
    else {
      const control = readControl(byte);
      this.#add(control.kind === 'key' ? { kind: 'key', name: `alt+${control.name}` } : control);
    }
  }

  #takeCsi(byte: number): void {
    const character = String.fromCharCode(byte);
    if (byte < 0x20 || byte >= 0x7f) return this.#breakOff(byte);
    const isFinal = byte >= 0x40 || (character === '$' && /^\d+$/.test(this.#params));
    if (!isFinal || (character === '[' && this.#params === '')) {
      // Too long is broken, whatever comes; its end is still waited for.
      if (this.#params.length <= MAX_PARAMS) this.#params += character;
      return;
    }
    this.#state = 'ground';
    if (this.#params.length > MAX_PARAMS) this.#add({ kind: 'junk' });
    else if (character === 'M' && this.#params === '') this.#openMouse();
    else if (character === '~' && this.#params === '200') this.#openPaste();
    else this.#add(readCsi(this.#params, character));
  }

  #takeSs3(byte: number): void {
    if (byte < 0x20 || byte >= 0x7f) return this.#breakOff(byte);
    this.#state = 'ground';
    this.#add(readSs3(String.fromCharCode(byte)));
  }

  #takeString(byte: number): void {
    this.#count += 1;
    if (byte === ESC) {
      this.#state = 'escape';
      this.#afterString = true;
    } else if (byte === BEL) this.#state = 'ground';
    else if (this.#count > MAX_STRING) {
      this.#state = 'ground';
      this.#inBurst = true;
    }
    this.#add({ kind: 'junk' });
  }

  /** A byte that no sequence holds: the sequence is broken, the byte begins anew. */
  #breakOff(byte: number): void {
    this.#endHalf();
    this.#take(byte);
  }

  /** Ends what is half read without its end. */
  #endHalf(): void {
    if (this.#state === 'escape' && !this.#afterString) this.#add({ kind: 'key', name: 'escape' });
    else if (this.#state !== 'ground' || this.#utf8.isOpen) this.#add({ kind: 'junk' });
    this.#utf8.drop();
    this.#state = 'ground';
  }

  /** Three bytes follow a click, in a terminal that another program left reporting the mouse. */
  #openMouse(): void {
    this.#state = 'mouse';
    this.#count = 0;
    this.#add({ kind: 'junk' });
  }

  #openPaste(): void {
    this.#state = 'paste';
    // Whatever comes with a paste is no key press, also where the paste stays open.
    this.#add({ kind: 'junk' });
  }

  #endPaste(): void {
    this.#state = 'ground';
    this.#add({ kind: 'paste', text: this.#paste.take() });
  }

  #add(token: Token): void {
    if (token.kind === 'text') return this.#addText(token.text);
    const last = this.#tokens.at(-1);
    if (token.kind === 'junk' && last?.kind === 'junk') return;
    this.#tokens.push(token);
  }

  #addText(text: string): void {
    const last = this.#tokens.at(-1);
    if (last?.kind !== 'text') this.#tokens.push({ kind: 'text', text });
    else if (last.text.length < MAX_TEXT) {
      this.#tokens[this.#tokens.length - 1] = { kind: 'text', text: last.text + text };
    }
  }

  /** Tells what the chunk, or the end of a wait, has brought. */
  #tell(): void {
    const [tokens, inBurst] = [this.#tokens, this.#inBurst];
    const { repeats, onEvent } = this.#options;
    this.#tokens = [];
    if (tokens.length === 0) return;
    this.#inBurst = inBurst || tokens.some(isBurst);
    for (const event of toEvents(tokens, { inBurst, repeats })) onEvent(event);
  }

  #setTimer(): void {
    const ms = this.#waitMs();
    if (ms !== null) this.#cancelTimer = this.#options.after(ms, () => this.#onSilence());
  }

  #waitMs(): number | null {
    switch (this.#state) {
      case 'ground':
        return this.#inBurst || this.#utf8.isOpen ? BURST_MS : null;
      case 'escape':
        return ESCAPE_MS;
      case 'csi':
      case 'ss3':
        return SEQUENCE_MS;
      case 'string':
      case 'mouse':
        return STRING_MS;
      case 'paste':
        return this.#isPasteQuiet ? PASTE_MS - PASTE_PAUSE_MS : PASTE_PAUSE_MS;
    }
  }

  #onSilence(): void {
    if (this.#state === 'paste' && !this.#isPasteQuiet) {
      this.#isPasteQuiet = true;
    } else {
      // What comes of the silence was not part of what came before it.
      this.#inBurst = false;
      if (this.#state === 'paste') this.#endPaste();
      else this.#endHalf();
      this.#isPasteQuiet = false;
      this.#tell();
    }
    this.#setTimer();
  }
}

const isHalt = (chunk: Uint8Array): boolean =>
  chunk.length > 0 && chunk.every((byte) => byte === CAN);

/** So long, or so broken, that more of it is on the way. */
const isBurst = (token: Token): boolean =>
  token.kind === 'junk' || (token.kind === 'text' && token.text.length >= BURST_CHARACTERS);
