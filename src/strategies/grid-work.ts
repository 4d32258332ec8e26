import { toNumber } from '../domain/decimal.ts';
import { type Order, isWorking } from '../domain/order.ts';
import type { Side } from '../domain/trade.ts';

/** The level of a holding whose level is not known. */
export const REST = 0;

/** The grid's own working orders, by level. */
export interface GridWork {
  readonly buys: ReadonlySet<number>;
  /** Base units each level still offers. */
  readonly sells: ReadonlyMap<number, number>;
  /** Base units offered at all levels. */
  readonly selling: number;
  readonly hasSells: boolean;
  readonly isEmpty: boolean;
  /** Anchor of the orders; null without one. */
  readonly anchor: number | null;
  /** Tags of the orders whose cancel is not on its way yet: of all, and of the sells. */
  readonly cancelable: readonly string[];
  readonly sellTags: readonly string[];
}

interface GridTag {
  readonly side: Side;
  readonly level: number;
  readonly anchor: number;
}

/** Side, level and anchor of a tag such as `buy-3@46377.5`; null when it is not a grid's. */
export function parseGridTag(tag: string | null): GridTag | null {
  const match = /^(buy|sell)-(\d{1,3})@(\d[\d.e+-]*)$/.exec(tag ?? '');
  if (!match) return null;
  const anchor = Number(match[3]);
  if (!(anchor > 0) || !Number.isFinite(anchor)) return null;
  return { side: match[1] === 'buy' ? 'buy' : 'sell', level: Number(match[2]), anchor };
}

/** Sorts a strategy's working orders; levels above `levels` (parameters changed) count as well. */
export function gridWork(orders: readonly Readonly<Order>[], levels: number): GridWork {
  const buys = new Set<number>();
  const sells = new Map<number, number>();
  const cancelable: string[] = [];
  const sellTags: string[] = [];
  let selling = 0;
  let anchor: number | null = null;
  for (const order of orders) {
    const tag = parseGridTag(order.tag);
    if (tag === null || order.tag === null || !isWorking(order)) continue;
    anchor ??= tag.anchor;
    const level = Math.min(tag.level, levels);
    const isLeaving = order.status === 'pendingCancel';
    if (!isLeaving) cancelable.push(order.tag);
    if (tag.side === 'buy') {
      buys.add(level);
      continue;
    }
    if (!isLeaving) sellTags.push(order.tag);
    const remaining = toNumber(order.quantity) - toNumber(order.filled);
    sells.set(level, (sells.get(level) ?? 0) + remaining);
    selling += remaining;
  }
  const isEmpty = buys.size === 0 && sells.size === 0;
  return {
    buys,
    sells,
    selling,
    hasSells: sells.size > 0,
    isEmpty,
    anchor,
    cancelable,
    sellTags,
  };
}
