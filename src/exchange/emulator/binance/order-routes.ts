/** Signed requests about orders: create, test, cancel, replace, ask. */
import type { EmulatorCore } from '../dialect.ts';
import {
  ApiError,
  invalidData,
  mandatory,
  noSuchOrder,
  oneOfTwo,
  unknownOrder,
} from './api-error.ts';
import { answerKind, parseClientId, parseNewOrder, usualAnswer } from './order-request.ts';
import { type SpotOrder, canceledRow, createdRow, numberOf, orderRow } from './order-shapes.ts';
import type { Params } from './params.ts';
import { type Route, trade, userGet } from './route.ts';
import type { Selector, SpotAccount } from './spot-account.ts';
import { requireMarket } from './symbols.ts';

const API = '/api/v3';
const MOST_ROWS = 1_000;
const MODES = ['STOP_ON_FAILURE', 'ALLOW_FAILURE'] as const;

/** What a client may do and ask about orders, over a core. */
export function orderRoutes(core: EmulatorCore): Route[] {
  return [
    trade('POST', [`${API}/order`, 'order.place', 1], (params, of) => create(core, params, of)),
    trade('POST', [`${API}/order/test`, 'order.test', 1], (params) => {
      parseNewOrder(core.market, params);
      return {};
    }),
    trade('POST', [`${API}/order/cancelReplace`, 'order.cancelReplace', 1], (params, of) =>
      replace(core, params, of),
    ),
    trade('DELETE', [`${API}/order`, 'order.cancel', 1], (params, of) => cancel(core, params, of)),
    trade('DELETE', [`${API}/openOrders`, 'openOrders.cancelAll', 1], (params, of) =>
      cancelAll(core, params, of),
    ),
    userGet([`${API}/order`, 'order.status', 4], (params, of) => {
      const found = of.find(selectorOf(core, params));
      if (!found) throw noSuchOrder();
      return orderRow(found);
    }),
    userGet([`${API}/openOrders`, 'openOrders.status', openWeight], (params, of) =>
      openOf(core, params, of).map(orderRow),
    ),
    userGet([`${API}/allOrders`, 'allOrders', 20], (params, of) => allOrders(core, params, of)),
  ];
}

const openWeight = (params: Params): number => (params.text('symbol') === null ? 80 : 6);

/** Which order a request means, by `orderId` or `origClientOrderId`. */
function selectorOf(
  core: EmulatorCore,
  params: Params,
  names: readonly [string, string] = ['orderId', 'origClientOrderId'],
): Selector {
  const { symbol } = requireMarket(core.market, params);
  const [orderId, clientOrderId] = [params.whole(names[0]), params.text(names[1])];
  if (orderId === null && clientOrderId === null) throw oneOfTwo(names[1], names[0]);
  return { symbol, orderId, clientOrderId };
}

function create(core: EmulatorCore, params: Params, of: SpotAccount): unknown {
  const asked = parseNewOrder(core.market, params);
  const kind = answerKind(params, usualAnswer(asked.wireType));
  const made = of.place(asked);
  return createdRow(made, of.fillsOf(made), kind);
}

function cancel(core: EmulatorCore, params: Params, of: SpotAccount): unknown {
  const which = selectorOf(core, params);
  const cancelId = parseClientId(params, 'newClientOrderId') ?? of.nextId();
  return canceledRow(of.cancel(which, cancelId), cancelId);
}

function cancelAll(core: EmulatorCore, params: Params, of: SpotAccount): unknown {
  params.required('symbol');
  const open = openOf(core, params, of);
  if (open.length === 0) throw unknownOrder();
  return open.map((found) => {
    const cancelId = of.nextId();
    // The other leg of a list has gone with the first.
    if (found.order.status === 'open') cancelOne(of, found, cancelId);
    return canceledRow(found, cancelId);
  });
}

function cancelOne(of: SpotAccount, { order }: SpotOrder, cancelId: string): void {
  const orderId = numberOf(order.venueOrderId);
  of.cancel({ symbol: order.symbol, orderId, clientOrderId: null }, cancelId);
}

function openOf(core: EmulatorCore, params: Params, of: SpotAccount): SpotOrder[] {
  const named = params.text('symbol') === null ? null : requireMarket(core.market, params).symbol;
  return of.open().filter(({ order }) => named === null || order.symbol === named);
}

function allOrders(core: EmulatorCore, params: Params, of: SpotAccount): unknown {
  const { symbol } = requireMarket(core.market, params);
  const fromId = params.whole('orderId');
  const [start, end] = [params.whole('startTime'), params.whole('endTime')];
  const limit = params.limit(500, MOST_ROWS);
  const fits = of
    .orders()
    .filter(
      ({ order }) =>
        order.symbol === symbol &&
        numberOf(order.venueOrderId) >= (fromId ?? 0) &&
        order.createdTime >= (start ?? 0) &&
        order.createdTime <= (end ?? Number.POSITIVE_INFINITY),
    );
  const isNewest = fromId === null && start === null;
  return (isNewest ? fits.slice(-limit) : fits.slice(0, limit)).map(orderRow);
}

/** Cancels one order and creates another; the second only goes out as the mode says. */
function replace(core: EmulatorCore, params: Params, of: SpotAccount): unknown {
  const name = 'cancelReplaceMode';
  const mode = params.word(name, MODES, invalidData(name));
  if (mode === null) throw mandatory(name);
  const which = selectorOf(core, params, ['cancelOrderId', 'cancelOrigClientOrderId']);
  const asked = parseNewOrder(core.market, params);
  const kind = answerKind(params, usualAnswer(asked.wireType));
  const cancelId = parseClientId(params, 'cancelNewClientOrderId') ?? of.nextId();
  const canceled = attempt(() => canceledRow(of.cancel(which, cancelId), cancelId));
  const isAttempted = canceled.ok || mode === 'ALLOW_FAILURE';
  const created = isAttempted
    ? attempt(() => {
        const made = of.place(asked);
        return createdRow(made, of.fillsOf(made), kind);
      })
    : null;
  const data = {
    cancelResult: resultOf(canceled),
    newOrderResult: created === null ? 'NOT_ATTEMPTED' : resultOf(created),
    cancelResponse: canceled.value,
    newOrderResponse: created?.value ?? null,
  };
  if (canceled.ok && created?.ok) return data;
  if (!canceled.ok && !created?.ok) {
    throw new ApiError(-2022, 'Order cancel-replace failed.', { data });
  }
  throw new ApiError(-2021, 'Order cancel-replace partially failed.', { status: 409, data });
}

interface Attempt {
  readonly ok: boolean;
  readonly value: unknown;
}

/** What came of a part: a refusal is an answer like any other. */
function attempt(run: () => unknown): Attempt {
  try {
    return { ok: true, value: run() };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { ok: false, value: error.toJSON() };
  }
}

const resultOf = ({ ok }: Attempt): string => (ok ? 'SUCCESS' : 'FAILURE');
