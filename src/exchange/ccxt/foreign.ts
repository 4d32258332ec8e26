/** Values of exchanges as the library hands them on: read exactly, or not believed. */
import { type Decimal, decimal, isPositive, parseDecimal } from '../../domain/decimal.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { EpochMs } from '../../domain/time.ts';

/** An answer or message that cannot be believed; never thrown beyond this room. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

export type Fields = Readonly<Record<string, unknown>>;

/** What the library may have computed itself: with more digits than count, or not at all. */
export function computed(value: unknown): Decimal | null {
  const amount = typeof value === 'string' ? parseDecimal(value) : null;
  return amount && isPositive(amount) ? amount : null;
}

/** The first that is a time, epoch ms; undefined when none is. */
export function timeOf(...values: readonly unknown[]): EpochMs | undefined {
  const value = values.find((one) => typeof one === 'number' && Number.isSafeInteger(one));
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/** A price above zero; null for none, which some exchanges write as 0. */
export function priceOf(value: unknown): Decimal | null {
  const price = firstAmount(value);
  return price !== null && isPositive(price) ? price : null;
}

/** The first that is told; null when none is. Throws Unreadable for one that cannot be read. */
export function firstAmount(...values: readonly unknown[]): Decimal | null {
  const value = values.find((one) => one !== undefined && one !== null && one !== '');
  return value === undefined ? null : amountOf(value, 'an amount');
}

const MOST_DIGITS = decimal('1000000000000000000');

/** An exact decimal. Numbers are refused: what came through a float is not what the exchange said. */
export function amountOf(value: unknown, what: string): Decimal {
  const amount = typeof value === 'string' ? parseDecimal(value) : null;
  if (amount === null || amount > MOST_DIGITS) {
    throw new Unreadable(`${what} is no decimal text: ${safeText(String(value)).slice(0, 40)}`);
  }
  return amount;
}

/** Significant digits that a number of JSON carries whole. */
const EXACT_DIGITS = 15;

/** An amount as the exchange itself writes it, which may be a number of JSON; null without one. */
export function wireAmount(value: unknown): Decimal | null {
  if (typeof value !== 'number') return firstAmount(value);
  const text = String(value);
  const digits = text.replace(/e.*$/, '').replace(/[-.]/g, '').replace(/^0+/, '');
  return amountOf(digits.length > EXACT_DIGITS ? null : text, 'an amount');
}

/** An object. Throws Unreadable for what is none. */
export function fieldsOf(value: unknown, what: string): Fields {
  const fields = optionalFields(value);
  if (fields === null) throw new Unreadable(`${what} is no object`);
  return fields;
}

/** An object; null for what is none. */
export function optionalFields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null ? (value as Fields) : null;
}

/** The raw object behind a unified one; exchanges nest it differently. */
export const infoOf = (of: Fields): Fields => optionalFields(of['info']) ?? {};

/** Text. Throws Unreadable for what is none, or empty. */
export function textOf(value: unknown, what: string): string {
  return required(optionalText(value), what);
}

/** Text up to a length that ids, symbols and reasons never have. */
export function optionalText(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  if (value.length > MOST_TEXT) throw new Unreadable('a text is too long');
  return value;
}

const MOST_TEXT = 200;

/** What has to be there. Throws Unreadable naming what is missing. */
export function required<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Unreadable(`${what} is missing`);
  return value;
}
