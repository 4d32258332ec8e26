import { assert } from './errors.ts';

const MASK = '***';

/**
 * A key, secret or passphrase in memory. Whatever prints, serializes or inspects it gets `***`;
 * `reveal` and `bytes` are the only ways out, so that every use can be searched for.
 */
export class Secret {
  readonly #bytes: Uint8Array;
  #isWiped = false;

  /** Takes the bytes over: wiping the secret wipes them. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The secret that a text is. The text itself stays in memory until it is collected. */
  static of(text: string): Secret {
    return new Secret(new TextEncoder().encode(text));
  }

  /** Its UTF-8 text. Throws BugError after `wipe`. */
  reveal(): string {
    return new TextDecoder().decode(this.bytes());
  }

  /** Its bytes themselves, not a copy. Throws BugError after `wipe`. */
  bytes(): Uint8Array {
    assert(!this.#isWiped, 'a secret was used after it was wiped');
    return this.#bytes;
  }

  /** Bytes it has. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Overwrites it. Texts made of it before are beyond reach. */
  wipe(): void {
    this.#isWiped = true;
    this.#bytes.fill(0);
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK;
  }
}
