/**
 * Answers of the four exchanges in the shapes they have there (EXCHANGE 3 and 9), about one order
 * of ours at its exchange's own number 4242, one fill of it, and a balance.
 */
import { createOrderId, type RunId } from '../../../src/domain/ids.ts';
import type { AnswerRequest, WireAnswer, WireRequest } from './wire-kit.ts';

const OUR_ID = createOrderId('abcdefghijk' as RunId, 7, 'entry');
const TIME = Date.UTC(2026, 10, 20, 9, 59);

const binanceOrder = {
  symbol: 'BTCUSDT',
  orderId: 4242,
  orderListId: -1,
  clientOrderId: OUR_ID,
  transactTime: TIME,
  price: '50000.00000000',
  origQty: '0.01250000',
  executedQty: '0.00000000',
  origQuoteOrderQty: '0.00000000',
  cummulativeQuoteQty: '0.00000000',
  status: 'NEW',
  timeInForce: 'GTC',
  type: 'LIMIT',
  side: 'BUY',
  stopPrice: '0.00000000',
  time: TIME,
  updateTime: TIME,
  isWorking: true,
  workingTime: TIME,
  fills: [],
};

const BINANCE: Readonly<Record<string, unknown>> = {
  'POST /api/v3/order': binanceOrder,
  'GET /api/v3/order': binanceOrder,
  'DELETE /api/v3/order': { ...binanceOrder, status: 'CANCELED', origClientOrderId: OUR_ID },
  'GET /api/v3/openOrders': [binanceOrder],
  'DELETE /api/v3/openOrders': [{ ...binanceOrder, status: 'CANCELED' }],
  'GET /api/v3/myTrades': [
    {
      symbol: 'BTCUSDT',
      id: 77,
      orderId: 4242,
      price: '49999.50000000',
      qty: '0.00500000',
      quoteQty: '249.99750000',
      commission: '0.00000500',
      commissionAsset: 'BTC',
      time: TIME,
      isBuyer: true,
      isMaker: false,
      isBestMatch: true,
    },
  ],
  'GET /api/v3/account': {
    balances: [
      { asset: 'BTC', free: '1.00500000', locked: '0.00000000' },
      { asset: 'USDT', free: '9000.00000000', locked: '375.00000000' },
    ],
    updateTime: TIME,
  },
  'GET /sapi/v1/account/apiRestrictions': {
    ipRestrict: true,
    enableReading: true,
    enableSpotAndMarginTrading: true,
    enableWithdrawals: false,
    enableInternalTransfer: false,
    permitsUniversalTransfer: false,
  },
};

const krakenOrder = {
  refid: null,
  userref: 0,
  cl_ord_id: `t${OUR_ID.slice(2)}`,
  status: 'open',
  opentm: TIME / 1000,
  starttm: 0,
  expiretm: 0,
  descr: {
    pair: 'XBTUSD',
    aclass: 'forex',
    type: 'buy',
    ordertype: 'limit',
    price: '50000.0',
    price2: '0',
    leverage: 'none',
    order: 'buy 0.01250000 XBTUSD @ limit 50000.0',
    close: '',
  },
  vol: '0.01250000',
  vol_exec: '0.00000000',
  cost: '0.00000',
  fee: '0.00000',
  price: '0.00000',
  stopprice: '0.00000',
  limitprice: '0.00000',
  misc: '',
  oflags: 'fciq',
};

const kraken = (result: unknown) => ({ error: [], result });

const KRAKEN: Readonly<Record<string, unknown>> = {
  'POST /0/private/AddOrder': kraken({ descr: krakenOrder.descr, txid: ['4242'] }),
  'POST /0/private/QueryOrders': kraken({ '4242': krakenOrder }),
  'POST /0/private/OpenOrders': kraken({ open: { '4242': krakenOrder } }),
  'POST /0/private/ClosedOrders': kraken({
    closed: { '4242': { ...krakenOrder, status: 'canceled', closetm: TIME / 1000 } },
    count: 1,
  }),
  'POST /0/private/CancelOrder': kraken({ count: 1 }),
  'POST /0/private/CancelAll': kraken({ count: 1 }),
  'POST /0/private/AmendOrder': kraken({ amend_id: 'TVWYUR-PKYYR-YDBGEY' }),
  'POST /0/private/EditOrder': kraken({ txid: '4242', descr: { order: '' } }),
  'POST /0/private/TradesHistory': kraken({
    trades: {
      '77': {
        ordertxid: '4242',
        postxid: 'TKH2SE-M7IF5-CFI7LT',
        pair: 'XXBTZUSD',
        time: TIME / 1000,
        type: 'buy',
        ordertype: 'limit',
        price: '49999.50000',
        cost: '249.99750',
        fee: '0.64999',
        vol: '0.00500000',
        margin: '0.00000',
        leverage: '0',
        misc: '',
        trade_id: 77,
        maker: false,
      },
    },
    count: 1,
  }),
  'POST /0/private/BalanceEx': kraken({
    XXBT: { balance: '1.0050000000', hold_trade: '0.0000000000' },
    ZUSD: { balance: '9375.0000', hold_trade: '375.0000' },
  }),
  'POST /0/private/CancelAllOrdersAfter': kraken({
    currentTime: '2026-11-20T10:00:00Z',
    triggerTime: '2026-11-20T10:01:00Z',
  }),
  'POST /0/private/GetApiKeyInfo': kraken({
    apiKeyName: 'tapedeck',
    permissions: ['query-funds', 'query-open-trades', 'modify-trades', 'close-trades'],
    ipAllowlist: [],
  }),
};

const geminiOrder = {
  order_id: '4242',
  id: '4242',
  symbol: 'btcusd',
  exchange: 'gemini',
  avg_execution_price: '0.00',
  side: 'buy',
  type: 'exchange limit',
  timestamp: String(TIME / 1000),
  timestampms: TIME,
  is_live: true,
  is_cancelled: false,
  is_hidden: false,
  was_forced: false,
  executed_amount: '0',
  client_order_id: OUR_ID,
  options: [],
  price: '50000.00',
  original_amount: '0.0125',
  remaining_amount: '0.0125',
};

const GEMINI: Readonly<Record<string, unknown>> = {
  'POST /v1/order/new': geminiOrder,
  'POST /v1/order/status': geminiOrder,
  'POST /v1/order/cancel': {
    ...geminiOrder,
    is_live: false,
    is_cancelled: true,
    reason: 'Requested',
  },
  'POST /v1/orders': [geminiOrder],
  'POST /v1/mytrades': [
    {
      price: '49999.50',
      amount: '0.005',
      timestamp: TIME / 1000,
      timestampms: TIME,
      type: 'Buy',
      aggressor: true,
      fee_currency: 'USD',
      fee_amount: '0.99999',
      tid: 77,
      order_id: '4242',
      client_order_id: OUR_ID,
      exchange: 'gemini',
      is_clearing_fill: false,
      symbol: 'BTCUSD',
    },
  ],
  'POST /v1/balances': [
    { type: 'exchange', currency: 'BTC', amount: '1.005', available: '1.005' },
    { type: 'exchange', currency: 'USD', amount: '9375', available: '9000' },
  ],
  'POST /v1/roles': { isAuditor: false, isFundManager: false, isTrader: true },
};

const cryptoOrder = {
  account_id: '52e7c00f-1324-5a6z-bfgt-de445bde21a5',
  order_id: '4242',
  client_oid: OUR_ID,
  order_type: 'LIMIT',
  time_in_force: 'GOOD_TILL_CANCEL',
  side: 'BUY',
  exec_inst: [],
  quantity: '0.01250',
  limit_price: '50000.00',
  order_value: '625',
  avg_price: '0',
  ref_price: '0',
  cumulative_quantity: '0',
  cumulative_value: '0',
  cumulative_fee: '0',
  status: 'ACTIVE',
  update_user_id: '52e7c00f-1324-5a6z-bfgt-de445bde21a5',
  order_date: '2026-11-20',
  create_time: TIME,
  create_time_ns: `${TIME}000000`,
  update_time: TIME,
  instrument_name: 'BTC_USDT',
  fee_instrument_name: 'BTC',
};

const crypto = (result: unknown) => ({ id: 1, code: 0, result });

const CRYPTOCOM: Readonly<Record<string, unknown>> = {
  'POST /exchange/v1/private/create-order': crypto({ order_id: '4242', client_oid: OUR_ID }),
  'POST /exchange/v1/private/get-order-detail': crypto(cryptoOrder),
  'POST /exchange/v1/private/get-open-orders': crypto({ data: [cryptoOrder] }),
  'POST /exchange/v1/private/cancel-order': crypto({ order_id: '4242', client_oid: OUR_ID }),
  'POST /exchange/v1/private/cancel-all-orders': crypto({}),
  'POST /exchange/v1/private/get-trades': crypto({
    data: [
      {
        account_id: '52e7c00f-1324-5a6z-bfgt-de445bde21a5',
        event_date: '2026-11-20',
        journal_type: 'TRADING',
        side: 'BUY',
        instrument_name: 'BTC_USDT',
        fees: '-0.000005',
        trade_id: '77',
        trade_match_id: '7711',
        create_time: TIME,
        traded_price: '49999.50',
        traded_quantity: '0.00500',
        fee_instrument_name: 'BTC',
        client_oid: OUR_ID,
        taker_side: 'TAKER',
        order_id: '4242',
      },
    ],
  }),
  'POST /exchange/v1/private/user-balance': crypto({
    data: [
      {
        total_available_balance: '9000',
        position_balances: [
          { instrument_name: 'BTC', quantity: '1.005', reserved_qty: '0' },
          { instrument_name: 'USDT', quantity: '9375', reserved_qty: '375' },
        ],
      },
    ],
  }),
};

const ANSWERS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  binance: BINANCE,
  kraken: KRAKEN,
  gemini: GEMINI,
  cryptocom: CRYPTOCOM,
};

/** The order of gemini, as a list: how it may answer a question by our own id. */
export const GEMINI_LIST = [geminiOrder];

/** Answers by method and path; what is missing is no page there. */
export function answersOf(id: string, hasOpen: () => boolean = () => true): AnswerRequest {
  return ({ method, url }: WireRequest): WireAnswer => {
    if (url.pathname.endsWith('/OpenOrders') && !hasOpen()) return { body: kraken({ open: {} }) };
    const body = ANSWERS[id]?.[`${method} ${url.pathname}`];
    return body === undefined ? { status: 404, body: '' } : { body };
  };
}
