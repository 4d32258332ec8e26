import { InputError } from '../domain/errors.ts';
import type { EpochMs } from '../domain/time.ts';
import type { DataColumns } from './data-columns.ts';
import { parseTime, type TimeStyle, timeStyleOf } from './data-times.ts';

/** No market has such a price or volume; the number is a slip or another unit. */
const MAX_NUMBER = 1e15;
/** Character code of the last digit. */
const NINE = 57;
const OTHER_RADIX = /^0[xob]/i;
const SHOWN_CHARS = 40;

/** Turns the cells of a row into checked numbers; every fault says where, what and how to fix. */
export class CellReader {
  readonly #path: string;
  readonly #columns: DataColumns;
  #timeStyle: TimeStyle | null = null;

  constructor(path: string, columns: DataColumns) {
    this.#path = path;
    this.#columns = columns;
  }

  /** Epoch ms of the first cell. The first row settles how all times are written. */
  time(row: readonly unknown[], line: number): EpochMs {
    const text = this.#text(row, 0, line);
    this.#timeStyle ??= timeStyleOf(text);
    const style = this.#timeStyle;
    const time = style === null ? NaN : parseTime(text, style);
    if (!Number.isNaN(time)) return time;
    const other = timeStyleOf(text);
    if (style !== null && other !== null && other !== style) {
      throw this.#cellFault(0, row, line, `is ${named(other)}, the rows before ${named(style)}`);
    }
    throw this.#cellFault(
      0,
      row,
      line,
      'is no time; write ISO 8601 (2024-01-31T12:00:00Z) or epoch seconds, ms or µs',
    );
  }

  /** A number above zero. */
  price(row: readonly unknown[], column: number, line: number): number {
    const value = this.#number(row, column, line);
    if (value <= 0) throw this.#cellFault(column, row, line, 'is not above zero; correct the row');
    return value;
  }

  /** A number that is not negative. */
  amount(row: readonly unknown[], column: number, line: number): number {
    const value = this.#number(row, column, line);
    if (value < 0) throw this.#cellFault(column, row, line, 'is negative; correct the row');
    return value;
  }

  /** Whether the taker bought, from the side columns of a trade; null where there is neither. */
  isBuy(row: readonly unknown[], line: number): boolean | null {
    const { indexes } = this.#columns;
    if ((indexes[3] ?? -1) >= 0) {
      const side = this.#text(row, 3, line).toLowerCase();
      if (side === 'buy' || side === 'b') return true;
      if (side === 'sell' || side === 's') return false;
      throw this.#cellFault(3, row, line, 'is no side; write buy or sell');
    }
    if ((indexes[4] ?? -1) < 0) return null;
    const isMaker = this.#text(row, 4, line).toLowerCase();
    if (isMaker !== 'true' && isMaker !== 'false') {
      throw this.#cellFault(4, row, line, 'is neither true nor false');
    }
    return isMaker === 'false';
  }

  /** A fault of the whole row. */
  fault(line: number, message: string): InputError {
    return new InputError(`${this.#path}:${line}: ${message}`);
  }

  /** A time that is not after the one before. */
  orderFault(row: readonly unknown[], line: number, isDuplicate: boolean): InputError {
    const what = isDuplicate
      ? 'is there already; remove one of the rows'
      : 'is before the row above; sort the file by time, oldest first';
    return this.#cellFault(0, row, line, what);
  }

  #number(row: readonly unknown[], column: number, line: number): number {
    const cell = row[column];
    const value = typeof cell === 'number' ? cell : this.#parse(row, column, line);
    if (!Number.isFinite(value) || Math.abs(value) > MAX_NUMBER) {
      const what = Number.isFinite(value) ? `is beyond ${MAX_NUMBER}` : 'is not a finite number';
      throw this.#cellFault(column, row, line, `${what}; correct the row`);
    }
    return value;
  }

  #parse(row: readonly unknown[], column: number, line: number): number {
    const text = this.#text(row, column, line);
    const value = Number(text);
    // Number() also reads hexadecimal, octal and binary, which no market data is written in.
    const second = text.charCodeAt(1);
    if (Number.isNaN(value) || (second > NINE && OTHER_RADIX.test(text))) {
      throw this.#cellFault(column, row, line, 'is not a number; correct the row');
    }
    return value;
  }

  #text(row: readonly unknown[], column: number, line: number): string {
    const cell = row[column];
    const text = textOf(cell).trim();
    if (text === '') throw this.#cellFault(column, row, line, 'is empty; complete the row');
    return text;
  }

  #cellFault(column: number, row: readonly unknown[], line: number, what: string): InputError {
    const name = this.#columns.names[column] ?? '';
    const cell = row[column];
    const value = JSON.stringify(textOf(cell).slice(0, SHOWN_CHARS));
    return this.fault(line, `${name} ${value} ${what}`);
  }
}

function textOf(cell: unknown): string {
  if (cell === undefined || cell === null) return '';
  return typeof cell === 'string' ? cell : JSON.stringify(cell);
}

const named = (style: TimeStyle): string => (style === 'iso' ? 'ISO 8601' : `epoch ${style}`);
