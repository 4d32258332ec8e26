/** Ids as Kraken's look, made of the exchange's own ones: the same every time. */
import { createHash } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const LENGTH = 16;

/** What an id is of: its first letter. */
type Letter = 'O' | 'T' | 'L';

/** Gives ids of one account, such as `OQCLML-BW3P3-BUCMWZ`. */
export class KrakenIds {
  private readonly salt: string;

  constructor(of: { readonly seed: number; readonly accountId: string }) {
    this.salt = `${of.seed}:${of.accountId}`;
  }

  /** `what` names the thing within the account, such as the venue's order id. */
  of(letter: Letter, what: string): string {
    const bytes = this.hash(`${letter}:${what}`).subarray(0, LENGTH);
    const text = letter + Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join('');
    return `${text.slice(0, 6)}-${text.slice(6, 11)}-${text.slice(11)}`;
  }

  /** A token for private WebSocket connections. */
  token(count: number): string {
    return this.hash(`token:${count}`).toString('base64');
  }

  private hash(what: string): Buffer {
    return createHash('sha256').update(`${this.salt}:${what}`).digest();
  }
}

/** Could it be the id of an order? */
export const isOrderId = (text: string): boolean =>
  /^O[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{6}$/.test(text);
