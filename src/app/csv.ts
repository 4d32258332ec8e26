/** CSV of exports, trades and equity, and how a file of it is written. */
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TradeEntry } from '../backtest/trades.ts';
import { InputError, messageOf } from '../domain/errors.ts';
import type { EquityCurve } from '../portfolio/stats.ts';
import { replaceFile } from '../store/whole-file.ts';

/** Header and rows; columns are all keys in the order they appear, `first` before others. */
export function toCsv(rows: readonly object[], first: readonly string[] = []): string {
  const columns = [...new Set([...first, ...rows.flatMap((row) => Object.keys(row))])];
  const lines = rows.map((row) => {
    const values = new Map<string, unknown>(Object.entries(row));
    return columns.map((column) => cell(values.get(column))).join(',');
  });
  return [columns.join(','), ...lines].map((line) => `${line}\n`).join('');
}

const TRADE_COLUMNS = [
  'openTime',
  'closeTime',
  'positionSide',
  'quantity',
  'entryPrice',
  'exitPrice',
  'pnl',
  'fees',
  'reason',
] as const;

/** Round trips as CSV with a header; times are epoch ms, as in the JSON. */
export function tradesCsv(trades: readonly TradeEntry[]): string {
  return toCsv(trades, TRADE_COLUMNS);
}

/** Equity at every bar's close as CSV: the bar's open time in epoch ms, equity in quote. */
export function equityCsv(curve: EquityCurve): string {
  const rows: string[] = ['time,equity'];
  for (let i = 0; i < curve.values.length; i++) rows.push(`${curve.times[i]},${curve.values[i]}`);
  return rows.join('\n') + '\n';
}

/**
 * Asked before a run, so that its result is not lost at the end for a slip in a path: throws
 * InputError where no file can be made. `flag` is what named it.
 */
export function requireWritable(flag: string, path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new InputError(`${flag}: ${path} is a directory; name a file`);
  }
  const directory = dirname(path);
  try {
    accessSync(directory, constants.W_OK);
  } catch {
    throw new InputError(`${flag}: ${directory} is no directory to write to; create it first`);
  }
}

/** The mask of the user decides who may read what was asked for. */
const AS_THE_USER_LIKES = 0o666;

/** Writes a file whole or not at all. Throws InputError (exit 1) with the path and the reason. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  try {
    replaceFile(path, content, AS_THE_USER_LIKES);
  } catch (error) {
    throw new InputError(`${path}: cannot be written: ${messageOf(error)}`, 1);
  }
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return toCell(value);
  return toCell(typeof value === 'string' ? value : JSON.stringify(value));
}

const NUMBER = /^-?\d+(\.\d+)?$/;
/** Spreadsheets run cells that begin like this as formulas. */
const FORMULA = /^(?:[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]|[\t\r])/u;
/** A file is also looked at in a terminal; only a line break has a meaning in a cell. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * One cell: quoted where it must be, and text that a spreadsheet would run as a formula gets an
 * apostrophe before it. Numbers stay numbers, negative ones too.
 */
function toCell(value: string | number): string {
  const text = String(value);
  if (NUMBER.test(text)) return text;
  const seen = text.replace(UNSEEN, '?');
  const harmless = FORMULA.test(text) ? `'${seen}` : seen;
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
