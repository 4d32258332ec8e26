/**
 * JSON of configuration files, read strictly: a mistake is refused with its line and column, and
 * so is what `JSON.parse` lets pass: a key given twice, a number too large to be one.
 */
import { InputError } from '../domain/errors.ts';

/** A configuration is a few kilobytes; larger is another file by mistake. */
export const MAX_CONFIG_BYTES = 1024 * 1024;
const MAX_DEPTH = 32;

/** Value of JSON text. Throws InputError naming `file`, line and column. */
export function parseJson(text: string, file: string): unknown {
  return new Reader(text.startsWith('\uFEFF') ? text.slice(1) : text, file).document();
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z0-9_+.-]+/y;
const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

class Reader {
  private readonly text: string;
  private readonly file: string;
  private at = 0;

  constructor(text: string, file: string) {
    this.text = text;
    this.file = file;
  }

  document(): unknown {
    const value = this.value(0);
    this.space();
    if (this.at < this.text.length) this.fail(`${this.shown()} after the end of the value`);
    return value;
  }

  private value(depth: number): unknown {
    if (depth > MAX_DEPTH) this.fail(`nested deeper than ${MAX_DEPTH} levels`);
    this.space();
    const next = this.text[this.at];
    if (next === '{') return this.object(depth);
    if (next === '[') return this.array(depth);
    if (next === '"') return this.string();
    return this.scalar();
  }

  private object(depth: number): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    this.at += 1;
    if (this.take('}')) return result;
    do {
      this.space();
      const start = this.at;
      if (this.text[start] !== '"')
        this.fail(`expected a key in double quotes, not ${this.shown()}`);
      const key = this.string();
      if (Object.hasOwn(result, key)) this.failAt(start, `key "${key}" is given twice`);
      if (!this.take(':')) this.fail(`expected ":" after "${key}", not ${this.shown()}`);
      const value = this.value(depth + 1);
      // Defined, not assigned: a key named __proto__ is then a key like any other.
      const property = { value, enumerable: true, configurable: true, writable: true };
      Object.defineProperty(result, key, property);
    } while (this.take(','));
    if (!this.take('}')) this.fail(`expected "," or "}", not ${this.shown()}`);
    return result;
  }

  private array(depth: number): unknown[] {
    const result: unknown[] = [];
    this.at += 1;
    if (this.take(']')) return result;
    do result.push(this.value(depth + 1));
    while (this.take(','));
    if (!this.take(']')) this.fail(`expected "," or "]", not ${this.shown()}`);
    return result;
  }

  private string(): string {
    const start = this.at;
    let end = start + 1;
    while (end < this.text.length && this.text[end] !== '"' && this.text[end] !== '\n') {
      end += this.text[end] === '\\' ? 2 : 1;
    }
    if (this.text[end] !== '"') this.failAt(start, 'text without a closing quote');
    this.at = end + 1;
    try {
      return JSON.parse(this.text.slice(start, end + 1)) as string;
    } catch {
      return this.failAt(start, 'text with a control character or an unknown escape');
    }
  }

  private scalar(): number | boolean | null {
    WORD.lastIndex = this.at;
    const word = WORD.exec(this.text)?.[0] ?? '';
    const literal = LITERALS.get(word);
    if (literal !== undefined) {
      this.at += word.length;
      return literal;
    }
    NUMBER.lastIndex = this.at;
    if (word === '' || NUMBER.exec(this.text)?.[0] !== word) {
      this.fail(`${this.shown()} is not a value`);
    }
    const number = Number(word);
    if (!Number.isFinite(number)) this.fail(`number ${word} is too large`);
    this.at += word.length;
    return number;
  }

  private take(character: string): boolean {
    this.space();
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private space(): void {
    while (' \t\r\n'.includes(this.text[this.at] ?? 'x')) this.at += 1;
  }

  private shown(): string {
    if (this.at >= this.text.length) return 'the end of the file';
    WORD.lastIndex = this.at;
    const word = WORD.exec(this.text)?.[0] ?? this.text[this.at] ?? '';
    return JSON.stringify(word.slice(0, 40));
  }

  private fail(message: string): never {
    return this.failAt(this.at, message);
  }

  private failAt(offset: number, message: string): never {
    const before = this.text.slice(0, offset).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    throw new InputError(`${this.file}:${before.length}:${column}: ${message}`);
  }
}
