/** What the local exchange knows of an account, with every number as exact text. */
import { toPlain } from '../../domain/codec.ts';
import { toText } from '../../domain/decimal.ts';
import type { VenueFill } from '../../domain/venue.ts';
import type { PracticeOrder } from '../practice/records.ts';
import type { EmulatorAccount, WireIds } from './dialect.ts';

/** The same with decimals as text. */
type Plain<T> = { readonly [Field in keyof T]: T[Field] extends object | null ? string : T[Field] };

export interface AccountDump {
  readonly account: string;
  readonly balances: readonly {
    readonly asset: string;
    readonly total: string;
    readonly free: string;
    readonly locked: string;
  }[];
  /** Open and ended, oldest first; as many as are remembered. `wireId`: as clients see it. */
  readonly orders: readonly (Plain<PracticeOrder> & { readonly wireId: string })[];
  readonly fills: readonly (Plain<VenueFill> & { readonly wireId: string })[];
}

const SAME: WireIds = { order: (id) => id, fill: (id) => id };

/** The dump of one account: what is compared with the journal, to the last digit. */
export function dumpAccount({ id, exchange }: EmulatorAccount, wire: WireIds = SAME): AccountDump {
  const balances = exchange.balances().map(({ asset, total, free, locked }) => {
    return { asset, total: toText(total), free: toText(free), locked: toText(locked) };
  });
  return {
    account: id,
    balances,
    orders: exchange.history().map((order) => ({
      ...(toPlain(order) as Plain<PracticeOrder>),
      wireId: wire.order(order.venueOrderId),
    })),
    fills: exchange.everyFill().map((fill) => ({
      ...(toPlain(fill) as Plain<VenueFill>),
      wireId: wire.fill(fill.id),
    })),
  };
}
