/** Kraken's private REST calls that place, change and end orders. */
import { toText } from '../../../domain/decimal.ts';
import type { OrderChange } from '../../../ports.ts';
import type { EmulatorCore } from '../dialect.ts';
import type { OrderNaming } from './account.ts';
import { KrakenError, invalid, refuse } from './errors.ts';
import { Fields } from './fields.ts';
import type { KrakenNames } from './names.ts';
import {
  type OrderReader,
  checkDeadline,
  readPrice,
  readRestOrder,
  readVolume,
} from './order-request.ts';
import type { PrivateCall, PrivateRequest } from './private.ts';
import { secondsText } from './public.ts';
import type { KrakenOrder } from './records.ts';
import { describeOrder, volumeText } from './rest-json.ts';
import type { OrderTerms } from './terms.ts';

const FEWEST_IN_BATCH = 2;
const MOST_IN_BATCH = 15;
const MOST_CANCELED = 50;

/** The calls that trade, by their names. */
export function tradingCalls(
  core: EmulatorCore,
  names: KrakenNames,
): Readonly<Record<string, PrivateCall>> {
  const reader = (): OrderReader => createReader(core, names);
  return {
    AddOrder: (request) => addOrder(request, reader()),
    AddOrderBatch: (request) => addBatch(request, reader()),
    AmendOrder: (request) => amendOrder(request, core),
    EditOrder: (request) => editOrder(request, core),
    CancelOrder: ({ who, fields }) => ({ count: who.cancel(namingOf(fields)) }),
    CancelOrderBatch: cancelBatch,
    CancelAll: ({ who }) => ({ count: who.cancelAll() }),
    CancelAllOrdersAfter: cancelAllAfter,
  };
}

/** What reading an order needs of the exchange. */
export function createReader(core: EmulatorCore, names: KrakenNames): OrderReader {
  return {
    names,
    now: core.clock.now(),
    quantityFor: (symbol, side, quote) => core.market.quantityFor(symbol, side, quote),
  };
}

function addOrder({ who, fields }: PrivateRequest, reader: OrderReader): unknown {
  checkDeadline(fields, reader.now);
  const terms = readRestOrder(fields, reader);
  const order = who.add(terms, { validate: fields.isTrue('validate') });
  const descr = { order: describeOrder(terms) };
  return order ? { descr, txid: [order.txid] } : { descr };
}

/** All are read before the first is placed; one that is refused then does not stop the others. */
function addBatch({ who, fields }: PrivateRequest, reader: OrderReader): unknown {
  checkDeadline(fields, reader.now);
  const list = fields.list('orders').map((one) => Fields.of(one) ?? invalid('orders'));
  if (list.length < FEWEST_IN_BATCH || list.length > MOST_IN_BATCH) invalid('orders');
  const validate = fields.isTrue('validate');
  const all = list.map((one) => readRestOrder(one, reader, fields.text('pair')));
  const orders = all.map((terms) => {
    try {
      const order = who.add(terms, { validate });
      return { ...(order && { txid: order.txid }), descr: { order: describeOrder(terms) } };
    } catch (error) {
      if (error instanceof KrakenError) return { error: error.message };
      throw error;
    }
  });
  return { orders };
}

/** Parameters of an amend are named alike in REST and WebSocket. */
export function changeOf(fields: Fields, order: KrakenOrder, core: EmulatorCore): OrderChange {
  const { pair } = order;
  const quantity = fields.text('order_qty');
  const limit = fields.text('limit_price');
  const trigger = fields.text('trigger_price');
  if (quantity === undefined && limit === undefined && trigger === undefined) invalid();
  const price = limit === undefined ? undefined : readPrice(limit, pair, 'limit_price');
  if (price && fields.isTrue('post_only')) {
    const { bids, asks } = core.market.book(pair.symbol);
    const best = order.terms.side === 'buy' ? asks[0]?.price : bids[0]?.price;
    const far = Number(toText(price)) - (best ?? Number.NaN);
    if (order.terms.side === 'buy' ? far >= 0 : far <= 0) refuse('EOrder:Post only order');
  }
  return {
    ...(quantity !== undefined && { quantity: readVolume(quantity, pair) }),
    ...(price && { price }),
    ...(trigger !== undefined && { triggerPrice: readPrice(trigger, pair, 'trigger_price') }),
  };
}

function amendOrder({ who, fields }: PrivateRequest, core: EmulatorCore): unknown {
  checkDeadline(fields, core.clock.now());
  const amend_id = who.amend(namingOf(fields), (order) => changeOf(fields, order, core));
  return { amend_id };
}

function editOrder({ who, fields }: PrivateRequest, core: EmulatorCore): unknown {
  checkDeadline(fields, core.clock.now());
  const naming = { txid: fields.text('txid') ?? invalid('txid') };
  const [before, after] = who.edit(naming, (order) => editedTerms(fields, order));
  const { terms, latest } = after;
  return {
    status: 'ok',
    txid: after.txid,
    originaltxid: before.txid,
    volume: volumeText(latest.quantity),
    price: latest.price ? toText(latest.price) : '0',
    price2: '0',
    orders_cancelled: 1,
    descr: { order: describeOrder(terms) },
  };
}

/** An edited order is a new one: it has no client id. */
function editedTerms(fields: Fields, { terms, pair, latest }: KrakenOrder): OrderTerms {
  const volume = fields.text('volume');
  const hasTrigger = latest.triggerPrice !== null;
  const limit = fields.text(hasTrigger ? 'price2' : 'price');
  const trigger = hasTrigger ? fields.text('price') : undefined;
  const userref = fields.number('userref');
  return {
    ...terms,
    volume: volume === undefined ? latest.quantity : readVolume(volume, pair),
    cost: null,
    price: limit === undefined ? latest.price : readPrice(limit, pair),
    trigger: trigger === undefined ? latest.triggerPrice : readPrice(trigger, pair),
    postOnly: fields.text('oflags')?.split(',').includes('post') ?? terms.postOnly,
    clOrdId: null,
    userref: userref ?? terms.userref,
  };
}

function cancelBatch({ who, fields }: PrivateRequest): unknown {
  const named = [...fields.list('orders'), ...fields.list('cl_ord_ids')];
  if (named.length === 0 || named.length > MOST_CANCELED) invalid('orders');
  const isClient = fields.list('orders').length === 0;
  let count = 0;
  for (const one of named) {
    const inner = Fields.of(one);
    const txid = inner?.text('txid') ?? String(one);
    const naming = isClient ? { clOrdId: String(one) } : { txid };
    if (who.named(naming).some(({ latest }) => latest.status === 'open')) {
      count += who.cancel(naming);
    }
  }
  return count > 0 ? { count } : refuse('EOrder:Unknown order');
}

/** The same by WebSocket, with other names around it. */
export function cancelAllAfter({ who, fields }: PrivateRequest): {
  readonly currentTime: string;
  readonly triggerTime: string;
} {
  const { now, due } = who.cancelAllAfter(fields.number('timeout') ?? invalid('timeout'));
  return { currentTime: secondsText(now), triggerTime: due === null ? '0' : secondsText(due) };
}

/** The order that a request is about; by the client's id where it has one. */
function namingOf(fields: Fields): OrderNaming {
  const clOrdId = fields.text('cl_ord_id');
  return clOrdId === undefined ? { txid: fields.text('txid') } : { clOrdId };
}
