/** Prices, quantities and limits as they are typed. */
import { type Decimal, isPositive, parseDecimal } from '../../domain/decimal.ts';
import { type Typing, typeOnly } from './text-field.ts';

const typeDigits = typeOnly(/[^0-9.]/g, 24);

/** Digits and one point: what would bring a second one is not taken at all. */
export const typeAmount: Typing = (text, typed) => {
  const next = typeDigits(text, typed);
  return next.indexOf('.') === next.lastIndexOf('.') ? next : text;
};

/** A typed number, read exactly, `.5` and `5.` too; null for anything else. */
export const readNumber = (text: string): Decimal | null =>
  parseDecimal(text.startsWith('.') ? `0${text}` : text.replace(/\.$/, ''));

/** A typed number above zero; null for anything else. */
export function readAmount(text: string): Decimal | null {
  const value = readNumber(text);
  return value !== null && isPositive(value) ? value : null;
}
