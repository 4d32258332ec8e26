import type { Secret } from '../../domain/secret.ts';

/** Which account of which exchange, and where. Plain data without secrets: it crosses threads. */
export interface ExchangePlan {
  /** The exchange's id, such as `binance`. */
  readonly id: string;
  /** Our own name of the account, such as `main`. */
  readonly account: string;
  /** `data`: public market data and nothing else (paper). */
  readonly venue: 'live' | 'testnet' | 'data';
  /** Base address of an emulator such as `http://127.0.0.1:8777`; null: the exchange itself. */
  readonly endpoint: string | null;
  /** Unified symbols that are followed and traded. */
  readonly symbols: readonly string[];
  /** Nobody named the symbols: those that the exchange does not trade are left out. */
  readonly isLenient?: true;
}

/** What signs requests. Held as secrets until the moment a client is made of them. */
export interface Credentials {
  readonly key: Secret;
  readonly secret: Secret;
  /** The exchange's own third part; null where it has none. */
  readonly passphrase: Secret | null;
}

/** What an exchange says of a key; null: it does not tell. */
export interface KeyPermissions {
  readonly read: boolean | null;
  readonly trade: boolean | null;
  readonly withdraw: boolean | null;
  /** Between accounts of the exchange or to other users of it. */
  readonly transfer: boolean | null;
  /** Works from listed addresses only. */
  readonly ipRestricted: boolean | null;
}
