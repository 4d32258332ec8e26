/** Orders of which one cancels the other (OCO), as the exchange keeps them. */
import { dropOldest } from '../../../domain/bounded.ts';
import { toNumber } from '../../../domain/decimal.ts';
import { isStopLike } from '../../../domain/order.ts';
import type { EpochMs } from '../../../domain/time.ts';
import type { EmulatorCore } from '../dialect.ts';
import { ApiError, mandatory, newOrderRejected, unknownOrder } from './api-error.ts';
import {
  type LegNames,
  type NewOrder,
  answerKind,
  parseClientId,
  parseNewOrder,
} from './order-request.ts';
import { type SpotOrder, canceledRow, clientIdOf, createdRow, numberOf } from './order-shapes.ts';
import { Params } from './params.ts';
import type { SpotAccount } from './spot-account.ts';

interface OrderList {
  readonly id: number;
  readonly clientId: string;
  readonly symbolId: string;
  readonly time: EpochMs;
  readonly legs: readonly SpotOrder[];
  ended: boolean;
}

type Json = Readonly<Record<string, unknown>>;

const MOST_LISTS = 1_000;

const namesOf = (leg: 'above' | 'below'): LegNames => ({
  type: `${leg}Type`,
  price: `${leg}Price`,
  stopPrice: `${leg}StopPrice`,
  timeInForce: `${leg}TimeInForce`,
  clientOrderId: `${leg}ClientOrderId`,
  trailingDelta: `${leg}TrailingDelta`,
  icebergQty: `${leg}IcebergQty`,
});

/** The lists of one account. The first leg that works ends the other. */
export class OrderLists {
  private readonly core: EmulatorCore;
  private readonly account: SpotAccount;
  private readonly lists = new Map<number, OrderList>();
  private count = 0;

  constructor(core: EmulatorCore, account: SpotAccount) {
    this.core = core;
    this.account = account;
    account.onWork = (of) => this.endOthers(of, true);
    account.onEnd = (of) => this.endOthers(of, false);
  }

  /** Both legs, or neither. Throws ApiError. */
  place(params: Params): unknown {
    const legs = (['above', 'below'] as const).map((leg) =>
      parseNewOrder(this.core.market, params, namesOf(leg)),
    );
    checkPrices(legs, this.core);
    const clientId = parseClientId(params, 'listClientOrderId') ?? this.account.nextId();
    const id = (this.count += 1);
    const made = this.account.together(() => this.placeLegs(legs, id));
    const { symbolId } = made[0]?.note ?? { symbolId: '' };
    const time = this.core.clock.now();
    const list: OrderList = { id, clientId, symbolId, time, legs: made, ended: false };
    this.lists.set(id, list);
    dropOldest(this.lists, MOST_LISTS);
    this.account.emit(this.listStatus(list));
    for (const leg of made) if (leg.order.status !== 'open') this.endOthers(leg, false);
    const kind = answerKind(params, 'RESULT');
    const orderReports = made.map((leg) => createdRow(leg, this.account.fillsOf(leg), kind));
    return { ...rowOf(list), transactionTime: time, orderReports };
  }

  /** Cancels what is left of a list. Throws ApiError. */
  cancel(params: Params): unknown {
    const list = this.select(params);
    if (!list || list.ended) throw unknownOrder();
    const cancelId = parseClientId(params, 'newClientOrderId') ?? this.account.nextId();
    const open = list.legs.filter(({ order }) => order.status === 'open');
    for (const leg of open) this.cancelLeg(leg, cancelId);
    const orderReports = list.legs.map((leg) => canceledRow(leg, cancelId));
    return { ...rowOf(list), transactionTime: this.core.clock.now(), orderReports };
  }

  find(params: Params): unknown {
    const list = this.select(params);
    if (!list) throw new ApiError(-2018, 'Order list does not exist.');
    return rowOf(list);
  }

  all(isOpen: boolean): unknown {
    return [...this.lists.values()].filter(({ ended }) => !isOpen || !ended).map(rowOf);
  }

  private placeLegs(legs: readonly NewOrder[], id: number): SpotOrder[] {
    const made: SpotOrder[] = [];
    try {
      for (const leg of legs) made.push(this.account.place(leg, { id }));
    } catch (error) {
      for (const leg of made) this.account.undo(leg);
      throw error;
    }
    return made;
  }

  private select(params: Params): OrderList | undefined {
    const id = params.whole('orderListId');
    const clientId = params.text('origClientOrderId') ?? params.text('listClientOrderId');
    if (id !== null) return this.lists.get(id);
    if (clientId === null) throw mandatory('orderListId');
    return [...this.lists.values()].findLast((list) => list.clientId === clientId);
  }

  /** `worked`: the leg was executed in part or triggered; otherwise it has ended. */
  private endOthers(of: SpotOrder, worked: boolean): void {
    const list = this.lists.get(of.note.listId);
    if (!list || list.ended) return;
    const isFilled = of.order.status === 'filled';
    for (const leg of list.legs) {
      // One that ended because another worked ends nothing.
      if (of.note.expired || leg.order === of.order || leg.order.status !== 'open') continue;
      if (worked || isFilled) this.account.expire(leg);
      else this.cancelLeg(leg, this.account.nextId());
    }
    if (list.ended || list.legs.some(({ order }) => order.status === 'open')) return;
    list.ended = true;
    this.account.emit(this.listStatus(list));
  }

  private cancelLeg({ order }: SpotOrder, cancelId: string): void {
    if (order.status !== 'open') return;
    const orderId = numberOf(order.venueOrderId);
    this.account.cancel({ symbol: order.symbol, orderId, clientOrderId: null }, cancelId);
  }

  private listStatus(list: OrderList): Json {
    const now = this.core.clock.now();
    const row = rowOf(list);
    return {
      e: 'listStatus',
      E: now,
      s: list.symbolId,
      g: list.id,
      c: 'OCO',
      l: row.listStatusType,
      L: row.listOrderStatus,
      r: 'NONE',
      C: list.clientId,
      T: now,
      O: list.legs.map(({ order }) => ({
        s: list.symbolId,
        i: numberOf(order.venueOrderId),
        c: clientIdOf(order),
      })),
    };
  }
}

const rowOf = (list: OrderList) => ({
  orderListId: list.id,
  contingencyType: 'OCO',
  listStatusType: list.ended ? 'ALL_DONE' : 'EXEC_STARTED',
  listOrderStatus: list.ended ? 'ALL_DONE' : 'EXECUTING',
  listClientOrderId: list.clientId,
  transactionTime: list.time,
  symbol: list.symbolId,
  orders: list.legs.map(({ order }) => ({
    symbol: list.symbolId,
    orderId: numberOf(order.venueOrderId),
    clientOrderId: clientIdOf(order),
  })),
});

/** One leg stops a loss, the other takes a profit, and the market lies between them. */
function checkPrices(legs: readonly NewOrder[], core: EmulatorCore): void {
  const [above, below] = legs;
  if (!above || !below) return;
  const stops = legs.filter(({ type }) => isStopLike(type)).length;
  const isSale = above.side === 'sell';
  const stopIsRight = isStopLike((isSale ? below : above).type);
  const { last } = core.market.day(above.market.symbol);
  const startOf = (leg: NewOrder): number => {
    const price = leg.triggerPrice ?? leg.price;
    return price === null ? last : toNumber(price);
  };
  const isBetween = startOf(above) >= last && startOf(below) <= last;
  if (stops === 1 && stopIsRight && isBetween) return;
  throw newOrderRejected('The relationship of the prices for the orders is not correct.');
}

/** The parameters of the older request for an OCO, in the names of the newer one. */
export function ofOlderRequest(params: Params): Params {
  const isSale = params.text('side') === 'SELL';
  const [limit, stop] = isSale ? ['above', 'below'] : ['below', 'above'];
  const hasStopLimit = params.text('stopLimitPrice') !== null;
  const names = new Map([
    ['price', `${limit}Price`],
    ['limitClientOrderId', `${limit}ClientOrderId`],
    ['stopPrice', `${stop}StopPrice`],
    ['stopLimitPrice', `${stop}Price`],
    ['stopLimitTimeInForce', `${stop}TimeInForce`],
    ['stopClientOrderId', `${stop}ClientOrderId`],
  ]);
  const renamed = Array.from(params.entries(), ([name, value]) => [names.get(name) ?? name, value]);
  return new Params(
    new Map([
      ...(renamed as [string, string][]),
      [`${limit}Type`, 'LIMIT_MAKER'],
      [`${stop}Type`, hasStopLimit ? 'STOP_LOSS_LIMIT' : 'STOP_LOSS'],
    ]),
  );
}
