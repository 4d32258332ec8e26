/** Our fills as a chart marks them. */
import { type Decimal, add, div, isPositive, sign, sub, toNumber } from '../../domain/decimal.ts';
import type { Fill } from '../../domain/fill.ts';
import { MANUAL, type Order } from '../../domain/order.ts';
import type { RecordBody } from '../../domain/record.ts';
import type { Side } from '../../domain/trade.ts';
import { type MoneyState, findOrder, ledgerKey, ledgerOf } from '../../execution/money.ts';
import type { FillMark } from '../session-types.ts';

/** Newest fills kept of each symbol. */
export const KEPT_FILLS = 500;

/**
 * The newest fills of every symbol: each record as it is applied, and what the recovered orders
 * know of earlier ones. An order does not keep its fills one by one, so an earlier order is one
 * mark, at its average price and the time of its newest change.
 */
export class FillMarks {
  readonly #money: MoneyState;
  readonly #marks = new Map<string, FillMark[]>();

  constructor(money: MoneyState) {
    this.#money = money;
    for (const { symbol, mark } of recoveredMarks(money)) this.#keep(symbol, mark);
  }

  /** Takes a record that the money has just applied. */
  onRecord(record: RecordBody): void {
    if (record.kind !== 'fill') return;
    const order = findOrder(this.#money, record.orderId);
    if (order) this.#keep(record.symbol, markOf(this.#money, record, order));
  }

  /** The newest fills in a symbol, oldest first. */
  of(symbol: string): readonly FillMark[] {
    return this.#marks.get(symbol) ?? [];
  }

  #keep(symbol: string, mark: FillMark): void {
    let marks = this.#marks.get(symbol);
    if (!marks) this.#marks.set(symbol, (marks = []));
    marks.push(mark);
    if (marks.length > KEPT_FILLS) marks.shift();
  }
}

function markOf(money: MoneyState, fill: Fill, order: Order): FillMark {
  return {
    time: fill.time,
    side: fill.side,
    price: toNumber(fill.price),
    quantity: toNumber(fill.quantity),
    opens: isOnSide(ledgerOf(money, order).position.quantity, fill.side),
    strategyId: ownerOf(order),
  };
}

/** A fill opens or grows a holding when what is held after it is on its own side. */
function isOnSide(after: Decimal, side: Side): boolean {
  return sign(after) === (side === 'buy' ? 1 : -1);
}

const ownerOf = ({ strategyId }: Order): string | null =>
  strategyId === MANUAL ? null : strategyId;

/** What each order filled, oldest first: holdings are walked back from what they are now. */
function recoveredMarks(money: MoneyState): { symbol: string; mark: FillMark }[] {
  const held = new Map<string, Decimal>();
  return [...money.closed.values(), ...money.working.values()]
    .filter(({ filled }) => isPositive(filled))
    .toSorted((a, b) => a.updatedTime - b.updatedTime)
    .toReversed()
    .map((order) => {
      const { symbol, side, filled } = order;
      const key = ledgerKey(order.strategyId, symbol);
      const after = held.get(key) ?? ledgerOf(money, order).position.quantity;
      held.set(key, side === 'buy' ? sub(after, filled) : add(after, filled));
      const mark: FillMark = {
        time: order.updatedTime,
        side,
        price: toNumber(div(order.filledNotional, filled)),
        quantity: toNumber(filled),
        opens: isOnSide(after, side),
        strategyId: ownerOf(order),
      };
      return { symbol, mark };
    })
    .toReversed();
}
