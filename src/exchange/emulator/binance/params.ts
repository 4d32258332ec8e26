/** Parameters of one request, read with the exchange's own complaints. */
import { type Decimal, decimalPlaces, parseDecimal } from '../../../domain/decimal.ts';
import { ApiError, illegal, mandatory, tooPrecise } from './api-error.ts';

const AMOUNT = String.raw`^([0-9]{1,20})(\.[0-9]{1,20})?$`;
const WHOLE = '^[0-9]{1,20}$';
/** What the exchange counts money in. */
const DIGITS = 8;

/** Names and texts as they came; every reading checks what it reads and throws ApiError. */
export class Params {
  private readonly values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>) {
    this.values = values;
  }

  /** Of url-encoded text: a query, a form. */
  static ofText(text: string): Params {
    return new Params(new Map(new URLSearchParams(text)));
  }

  /** The parameter, null when it is not there. Throws ApiError where it is there and empty. */
  text(name: string): string | null {
    const value = this.values.get(name);
    if (value === '') throw new ApiError(-1105, `Parameter '${name}' was empty.`);
    return value ?? null;
  }

  /** As `text`, where there has to be one. */
  required(name: string): string {
    const value = this.values.get(name);
    if (value === undefined || value === '') throw mandatory(name);
    return value;
  }

  /** A whole number such as an id or a time. */
  whole(name: string): number | null {
    const value = this.text(name);
    if (value === null) return null;
    const number = Number(value);
    if (!new RegExp(WHOLE).test(value) || !Number.isSafeInteger(number)) {
      throw illegal(name, WHOLE);
    }
    return number;
  }

  /** How many rows are asked for: `usual` unless said, never more than `most`. */
  limit(usual: number, most: number): number {
    const asked = this.whole('limit') ?? usual;
    if (asked < 1) throw illegal('limit', WHOLE);
    return Math.min(asked, most);
  }

  /** A price or quantity. */
  amount(name: string): Decimal | null {
    const value = this.text(name);
    if (value === null) return null;
    const amount = new RegExp(AMOUNT).test(value) ? parseDecimal(value) : null;
    if (amount === null) throw illegal(name, AMOUNT);
    if (decimalPlaces(amount) > DIGITS) throw tooPrecise(name);
    return amount;
  }

  /** One of a few words; `fault` is what the exchange says of any other. */
  word<T extends string>(name: string, words: readonly T[], fault: ApiError): T | null {
    const value = this.text(name);
    if (value === null) return null;
    const word = words.find((known) => known === value);
    if (word === undefined) throw fault;
    return word;
  }

  /** Names without a value or with one, in the order they were sent. */
  entries(): Iterable<readonly [string, string]> {
    return this.values;
  }
}
