/** One account of a real exchange as the order manager's wire: every call is one request. */
import { type Decimal, toText } from '../../domain/decimal.ts';
import { required } from '../../domain/errors.ts';
import type { Order, OrderType } from '../../domain/order.ts';
import type { EpochMs } from '../../domain/time.ts';
import type {
  OrderRef,
  VenueAccount,
  VenueFault,
  VenueFill,
  VenueOrder,
} from '../../domain/venue.ts';
import type {
  Answer,
  Log,
  OrderChange,
  RequestBudget,
  VenueAbilities,
  VenueClient,
  VenueListener,
} from '../../ports.ts';
import { AccountStream } from './account-stream.ts';
import type { Connection } from './connection.ts';
import { toFault } from './errors.ts';
import { Unreadable } from './foreign.ts';
import { readFills } from './fill-pages.ts';
import type { Instance } from './instance-type.ts';
import { KnownOrders } from './known-orders.ts';
import { type MapContext, toCreatedOrder, toVenueAccount, toVenueOrder } from './map.ts';
import { findByClientId } from './order-lookup.ts';
import { toOrderArguments } from './order-request.ts';
import type { ExchangePlan } from './plan.ts';
import { asksEachSymbol, budgetOf } from './request-limits.ts';
import type { ExchangeRow } from './row.ts';
import { Sequence } from './sequence.ts';

export interface AccountClientOptions {
  readonly connection: Connection;
  readonly plan: ExchangePlan;
  readonly accountId: string;
  now(): EpochMs;
  readonly log: Log;
}

/**
 * The wire to the account of a connection that has keys. Nothing is repeated, nothing is limited
 * and nothing has a deadline here: that is the order manager's. `close` ends the stream and the
 * connections of the account; market data go on.
 */
export function createAccountClient(options: AccountClientOptions): VenueClient {
  return new AccountClient(options);
}

type Kind = 'create' | 'cancel' | 'query';

class AccountClient implements VenueClient {
  readonly abilities: VenueAbilities;
  readonly budget: RequestBudget;
  readonly isPolled: boolean;
  private readonly trading: Instance;
  private readonly row: ExchangeRow;
  private readonly symbols: readonly string[];
  private readonly known = new KnownOrders();
  private readonly context: MapContext;
  private readonly stream: AccountStream;
  private readonly sequence: Sequence | null;
  private readonly listeners = new Set<VenueListener>();

  constructor({ connection, plan, accountId, log }: AccountClientOptions) {
    const { row, clock } = connection;
    this.trading = required(connection.trading, 'keys of the account');
    this.row = row;
    this.symbols = plan.symbols;
    this.abilities = abilitiesOf(row);
    this.budget = budgetOf(row, plan.symbols.length);
    this.isPolled = row.sources.orders === 'poll';
    this.sequence = row.hasNonce ? new Sequence() : null;
    if (this.sequence) joinSequence(this.trading, this.sequence);
    this.context = {
      row,
      accountId,
      market: (symbol) => connection.markets.find((one) => one.symbol === symbol),
      markets: () => connection.markets,
      venueNow: () => clock.now(),
      known: (venueOrderId) => this.known.find(venueOrderId),
    };
    this.stream = new AccountStream({
      instance: this.trading,
      row,
      context: this.context,
      seen: (order) => this.known.remember(order),
      tell: (what) => {
        for (const listener of this.listeners) what(listener);
      },
      log,
    });
  }

  createOrder(order: Readonly<Order>, answer: Answer<VenueOrder>): void {
    const market = this.context.market(order.symbol);
    const request = toOrderArguments(order, { row: this.row, market });
    if (!request.ok) {
      const { code, reason } = request;
      return answer({ ok: false, fault: { kind: 'rejected', code, reason } });
    }
    const { symbol, type, side, amount, price, params } = request.value;
    const create = () => this.trading.createOrder(symbol, type, side, amount, price, params);
    const take = (raw: unknown) => this.remember(toCreatedOrder(raw, order, this.context));
    this.send('create', async () => take(await create()), {
      answer,
      refine: (fault) => refineRefusal(fault, order),
    });
  }

  cancelOrder(ref: OrderRef, answer: Answer<void>): void {
    const { clientIds } = this.row;
    const { symbol, venueOrderId, orderId } = ref;
    this.send('cancel', async () => {
      if (venueOrderId !== null) return void (await this.trading.cancelOrder(venueOrderId, symbol));
      const id = required(orderId, 'id of the order to cancel');
      if (clientIds.cancelParam === null) {
        const { venueOrderId: found } = await this.find({ symbol, orderId: id });
        return void (await this.trading.cancelOrder(found, symbol));
      }
      const params = { [clientIds.cancelParam]: clientIds.encode(id) };
      await this.trading.cancelOrder(undefined, symbol, params);
    }, { answer }); // prettier-ignore
  }

  amendOrder(ref: OrderRef, change: OrderChange, answer: Answer<VenueOrder>): void {
    const { symbol, venueOrderId } = ref;
    const known = venueOrderId === null ? undefined : this.known.find(venueOrderId);
    if (!this.abilities.amend || venueOrderId === null || !known) {
      const reason = `${this.row.title} cannot change this order`;
      const fault = { kind: 'rejected', code: 'UNSUPPORTED', reason } as const;
      return answer({ ok: false, fault });
    }
    const trigger = change.triggerPrice && triggerParameter(known.type);
    const params = trigger && change.triggerPrice ? { [trigger]: toText(change.triggerPrice) } : {};
    this.send('create', async () => {
      const { type, side } = known;
      const named = type === 'limit' || type.endsWith('Limit') ? 'limit' : 'market';
      const [amount, price] = [textOf(change.quantity), textOf(change.price)];
      await this.trading.editOrder(venueOrderId, symbol, named, side, amount, price, params);
      // The answer names the change and not the order: what it has become is read.
      return this.orderOf(await this.trading.fetchOrder(venueOrderId, symbol));
    }, { answer }); // prettier-ignore
  }

  fetchOrder(ref: OrderRef, answer: Answer<VenueOrder>): void {
    const { symbol, venueOrderId, orderId } = ref;
    this.send('query', async () => {
      if (venueOrderId !== null) {
        return this.orderOf(await this.trading.fetchOrder(venueOrderId, symbol));
      }
      return this.find({ symbol, orderId: required(orderId, 'id of the order to ask for') });
    }, { answer }); // prettier-ignore
  }

  fetchOpenOrders(answer: Answer<readonly VenueOrder[]>): void {
    const { symbols, trading } = this;
    this.send('query', async () => {
      const lists = asksEachSymbol(this.row, symbols.length)
        ? await Promise.all(symbols.map((symbol) => trading.fetchOpenOrders(symbol)))
        : [await trading.fetchOpenOrders()];
      return lists.flatMap((list) => this.ordersOf(list));
    }, { answer }); // prettier-ignore
  }

  fetchFills(since: EpochMs, answer: Answer<readonly VenueFill[]>): void {
    const { trading, symbols, context } = this;
    const read = () => readFills({ trading, symbols, since, context });
    this.send('query', read, { answer });
  }

  fetchAccount(answer: Answer<VenueAccount>): void {
    const read = async () => toVenueAccount(await this.trading.fetchBalance(), this.context);
    this.send('query', read, { answer });
  }

  setDeadMan(timeoutMs: number, answer: Answer<void>): void {
    const set = async () => void (await this.trading.cancelAllOrdersAfter(timeoutMs));
    this.send('query', set, { answer });
  }

  listen(listener: VenueListener): () => void {
    this.listeners.add(listener);
    this.stream.start();
    return () => void this.listeners.delete(listener);
  }

  close(): void {
    this.listeners.clear();
    this.stream.stop();
  }

  /** Answers exactly once: with what the work gives, or with what its failure means. */
  private send<T>(
    kind: Kind,
    work: () => Promise<T>,
    of: {
      readonly answer: Answer<T>;
      readonly refine?: (fault: VenueFault) => VenueFault;
    },
  ): void {
    const { answer, refine = (fault) => fault } = of;
    const { sequence } = this;
    const ask = () => (sequence ? sequence.run(work, kind === 'cancel') : work());
    void (sequence && kind === 'query' ? unlessOvertaken(this.trading, ask) : ask()).then(
      (value) => answer({ ok: true, value }),
      (error: unknown) => answer({ ok: false, fault: refine(this.faultOf(error, kind)) }),
    );
  }

  private faultOf(error: unknown, kind: Kind): VenueFault {
    if (error instanceof Unreadable) return { kind: 'unknownOutcome', reason: error.message };
    return toFault(error, { instance: this.trading, row: this.row, kind });
  }

  private async find(of: { readonly symbol: string; readonly orderId: Order['id'] }) {
    const { trading, row, context } = this;
    const isKnown = (id: string): boolean => {
      const known = this.known.find(id);
      return known !== undefined && known.clientOrderId !== of.orderId;
    };
    return this.remember(await findByClientId({ trading, row, context, isKnown, ...of }));
  }

  private orderOf(raw: unknown): VenueOrder {
    const order = toVenueOrder(raw, this.context);
    if (!order) throw new Unreadable('the answer is about another market');
    return this.remember(order);
  }

  private ordersOf(list: unknown): VenueOrder[] {
    if (!Array.isArray(list)) throw new Unreadable('the list of orders is no list');
    const orders = list.map((raw) => toVenueOrder(raw, this.context));
    return orders.filter((order) => order !== null).map((order) => this.remember(order));
  }

  private remember(order: VenueOrder): VenueOrder {
    this.known.remember(order);
    return order;
  }
}

/** What rests at the exchange: what a recorded request proves. The rest is our own to watch. */
export function abilitiesOf(row: ExchangeRow): VenueAbilities {
  const { amend, oco, deadMan } = row.abilities;
  const has = (type: OrderType) => row.shapes.some((shape) => shape.type === type);
  return {
    stops: has('stop') || has('stopLimit'),
    trailingStops: has('trailingStop'),
    oco,
    amend: amend === 'native',
    gtd: false,
    holdsCoins: true,
    cutsToFunds: false,
    deadMan,
  };
}

/** Requests with a rising number made beside this client: sign-in to a stream, rights of a key. */
const OWN_REQUESTS = [
  'privatePostGetWebSocketsToken',
  'privatePostGetApiKeyInfo',
  'privatePostV1Roles',
];

/** They leave in the order of ours: one that overtakes makes the exchange refuse another. */
function joinSequence(trading: Instance, sequence: Sequence): void {
  for (const name of OWN_REQUESTS) {
    const call: unknown = Reflect.get(trading, name);
    if (typeof call !== 'function') continue;
    const request = call as (params: unknown) => Promise<unknown>;
    const inTurn = (params: unknown) => sequence.run(() => request.call(trading, params), false);
    Reflect.set(trading, name, (params: unknown) => unlessOvertaken(trading, () => inTurn(params)));
  }
}

/**
 * The emergency thread signs with the same key, over a connection of its own: a question whose
 * number it overtakes is refused unread and asked again. An order is not: it may have been stopped
 * meanwhile.
 */
async function unlessOvertaken<T>(trading: Instance, ask: () => Promise<T>): Promise<T> {
  for (let again = 0; again < MOST_OVERTAKEN; again += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof trading.errors.InvalidNonce)) throw error;
    }
  }
  return ask();
}

const MOST_OVERTAKEN = 2;

/** On a spot market reduce-only means: sell what is there. Lacking coins are nothing to reduce. */
function refineRefusal(fault: VenueFault, order: Readonly<Order>): VenueFault {
  const isShort = fault.kind === 'rejected' && fault.code === 'INSUFFICIENT_FUNDS';
  const isReducing = order.reduceOnly && order.side === 'sell';
  return isShort && isReducing ? { ...fault, code: 'REDUCE_ONLY' } : fault;
}

function triggerParameter(type: OrderType): 'stopLossPrice' | 'takeProfitPrice' {
  return type === 'takeProfit' || type === 'takeProfitLimit' ? 'takeProfitPrice' : 'stopLossPrice';
}

const textOf = (value: Decimal | undefined): string | undefined =>
  value === undefined ? undefined : toText(value);
