/** What the four exchanges answer, and what it means (EXCHANGE 3.4, 6). */
import type { RequestKind } from '../../../src/exchange/ccxt/errors.ts';
import type { WireAnswer } from './wire-kit.ts';

export type Reply = WireAnswer | (() => never);

export const said = (code: number, msg: string, status = 400): WireAnswer => ({
  status,
  body: { code, msg },
});
const kraken = (...error: readonly string[]): WireAnswer => ({ body: { error } });
export const page = (status: number): WireAnswer => ({
  status,
  body: '<!DOCTYPE html><html><head><title>Sign in to the network</title></head></html>',
});
const rejected = (code: string) => ({ kind: 'rejected', code });

export type Case = readonly [name: string, reply: Reply, expected: object, kind?: RequestKind];

/** EXCHANGE 3.4, row by row, and what the library makes of it that could mislead. */
export const BINANCE: readonly Case[] = [
  [
    'no funds',
    said(-2010, 'Account has insufficient balance for requested action.'),
    rejected('INSUFFICIENT_FUNDS'),
  ],
  [
    'post-only would cross',
    said(-2010, 'Order would immediately match and take.'),
    rejected('POST_ONLY_WOULD_TAKE'),
  ],
  [
    'a stop on the wrong side',
    said(-2010, 'Stop price would trigger immediately.'),
    rejected('WOULD_TRIGGER'),
  ],
  ['an id that is open already', said(-2010, 'Duplicate order sent.'), rejected('DUPLICATE_ID')],
  ['quantity off the grid', said(-1013, 'Filter failure: LOT_SIZE'), rejected('STEP_SIZE')],
  ['price off the grid', said(-1013, 'Filter failure: PRICE_FILTER'), rejected('TICK_SIZE')],
  ['too small', said(-1013, 'Filter failure: NOTIONAL'), rejected('MIN_NOTIONAL')],
  ['too many orders', said(-1013, 'Filter failure: MAX_NUM_ORDERS'), rejected('TOO_MANY_ORDERS')],
  ['a closed market', said(-1013, 'Market is closed.'), { kind: 'down' }],
  ['a cancel of what is gone', said(-2011, 'Unknown order sent.'), { kind: 'notFound' }, 'cancel'],
  [
    'a question for what is not there',
    said(-2013, 'Order does not exist.'),
    { kind: 'notFound' },
    'query',
  ],
  ['a symbol that is not', said(-1121, 'Invalid symbol.'), rejected('UNKNOWN_SYMBOL')],
  [
    'a bad parameter',
    said(-1102, "Mandatory parameter 'price' was not sent."),
    rejected('INVALID_ORDER'),
  ],
  [
    'a clock that is off',
    said(-1021, 'Timestamp for this request is outside of the recvWindow.'),
    { kind: 'rateLimited', waitMs: 1000, banned: false },
  ],
  ['a wrong signature', said(-1022, 'Signature for this request is not valid.'), { kind: 'auth' }],
  ['a malformed key', said(-2014, 'API-key format invalid.', 401), { kind: 'auth' }],
  [
    'a key that is refused',
    said(-2015, 'Invalid API-key, IP, or permissions for action.', 401),
    { kind: 'auth' },
  ],
  [
    'too many requests',
    { ...said(-1003, 'Too many requests.', 429), headers: { 'Retry-After': '7' } },
    { kind: 'rateLimited', waitMs: 7000, banned: false },
  ],
  [
    'too many requests, any body',
    { status: 429, body: '' },
    { kind: 'rateLimited', waitMs: 10_000, banned: false },
  ],
  [
    'a ban',
    {
      ...said(-1003, 'Way too much request weight used; IP banned until 1.', 418),
      headers: { 'Retry-After': '120' },
    },
    { kind: 'rateLimited', waitMs: 120_000, banned: true },
  ],
  [
    'a ban without a time',
    { status: 418, body: 'teapot' },
    { kind: 'rateLimited', waitMs: 120_000, banned: true },
  ],
  [
    'a ban until a date',
    {
      status: 418,
      headers: {
        'Retry-After': 'Fri, 20 Nov 2026 10:01:00 GMT',
        Date: 'Fri, 20 Nov 2026 10:00:00 GMT',
      },
      body: '',
    },
    { kind: 'rateLimited', waitMs: 60_000, banned: true },
  ],
  [
    'a ban of a thousand years',
    { status: 418, headers: { 'Retry-After': '999999999' }, body: '' },
    { kind: 'rateLimited', waitMs: 259_200_000, banned: true },
  ],
  [
    'a limit of orders',
    said(-1015, 'Too many new orders.'),
    { kind: 'rateLimited', banned: false },
  ],
  [
    'a timeout behind the exchange',
    said(-1007, 'Timeout waiting for response from backend server.', 408),
    { kind: 'unknownOutcome' },
  ],
  ['an unknown failure', said(-1000, 'An unknown error occurred.'), { kind: 'unknownOutcome' }],
  [
    'a disconnect',
    said(-1001, 'Internal error; unable to process your request.'),
    { kind: 'unknownOutcome' },
  ],
  [
    'an unexpected answer inside',
    said(-1006, 'An unexpected response was received.'),
    { kind: 'unknownOutcome' },
  ],
  [
    'half a replacement',
    said(-2021, 'Order cancel-replace partially failed.', 409),
    { kind: 'unknownOutcome' },
  ],
  ['a code that nobody knows', said(-9999, 'What is this?'), { kind: 'unknownOutcome' }],
  [
    'a known refusal with status 500',
    said(-2010, 'Account has insufficient balance for requested action.', 500),
    { kind: 'unknownOutcome' },
  ],
];

/** RELIABILITY 3, row 4: nothing of these says what became of the order. */
export const UNREADABLE: readonly (readonly [string, Reply])[] = [
  ['an HTML page, status 200', page(200)],
  ['an empty answer, status 200', { body: '' }],
  ['one space, status 200', { body: ' ' }],
  ['truncated JSON, status 200', { body: '{"symbol":"BTCUSDT","orderId":1' }],
  ['JSON null, status 200', { body: 'null' }],
  ['JSON false, status 200', { body: 'false' }],
  ['a JSON number, status 200', { body: '42' }],
  ['a JSON text, status 200', { body: '"ok"' }],
  ['words, status 200', { body: 'upstream connect error' }],
  ['an HTML page, status 400', page(400)],
  ['an HTML page, status 401', page(401)],
  ['a firewall page, status 403', page(403)],
  ['an HTML page, status 404', page(404)],
  ['an HTML page, status 405', page(405)],
  ['a proxy that wants a password, status 407', page(407)],
  ['an empty answer, status 408', { status: 408, body: '' }],
  ['an HTML page, status 409', page(409)],
  ['an HTML page, status 422', page(422)],
  ['for legal reasons, status 451', page(451)],
  ['an empty answer, status 500', { status: 500, body: '' }],
  ['an HTML page, status 501', page(501)],
  ['an HTML page, status 502', page(502)],
  ['an HTML page, status 503', page(503)],
  ['JSON without a code, status 503', { status: 503, body: { msg: 'unavailable' } }],
  ['an HTML page, status 504', page(504)],
  ['a captive portal, status 511', page(511)],
  ['an HTML page, status 520', page(520)],
  ['an HTML page, status 522', page(522)],
  ['an HTML page, status 525', page(525)],
  [
    'a socket that was reset',
    () => {
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    },
  ],
  [
    'a failed fetch',
    () => {
      throw new TypeError('fetch failed');
    },
  ],
  [
    'a library of its own mind',
    () => {
      throw new RangeError('boom');
    },
  ],
];

export const KRAKEN: readonly Case[] = [
  [
    'a nonce that is too small',
    kraken('EAPI:Invalid nonce'),
    { kind: 'rateLimited', waitMs: 1000, banned: false },
  ],
  ['a wrong key', kraken('EAPI:Invalid key'), { kind: 'auth' }],
  ['a wrong signature', kraken('EAPI:Invalid signature'), { kind: 'auth' }],
  ['a permission that is missing', kraken('EGeneral:Permission denied'), { kind: 'auth' }],
  ['no funds', kraken('EOrder:Insufficient funds'), rejected('INSUFFICIENT_FUNDS')],
  ['too small', kraken('EOrder:Order minimum not met'), rejected('MIN_QUANTITY')],
  ['too cheap', kraken('EOrder:Cost minimum not met'), rejected('MIN_NOTIONAL')],
  ['price off the grid', kraken('EOrder:Tick size check failed'), rejected('TICK_SIZE')],
  [
    'more decimals than the pair has',
    kraken('EOrder:Invalid price:XBTUSD price can only be specified up to 1 decimals.'),
    rejected('TICK_SIZE'),
  ],
  ['post-only would cross', kraken('EOrder:Post only order'), rejected('POST_ONLY_WOULD_TAKE')],
  [
    'an id that is open already',
    kraken('EGeneral:Invalid arguments:cl_ord_id not unique'),
    rejected('DUPLICATE_ID'),
  ],
  ['a cancel of what is gone', kraken('EOrder:Unknown order'), { kind: 'notFound' }, 'cancel'],
  [
    'a question for what is not there',
    kraken('EOrder:Unknown order'),
    { kind: 'notFound' },
    'query',
  ],
  ['too many requests', kraken('EAPI:Rate limit exceeded'), { kind: 'rateLimited', banned: false }],
  [
    'too many orders a minute',
    kraken('EOrder:Rate limit exceeded'),
    { kind: 'rateLimited', banned: false },
  ],
  ['a lockout', kraken('EGeneral:Temporary lockout'), { kind: 'rateLimited', banned: true }],
  ['cancels alone are taken', kraken('EService:Market in cancel_only mode'), { kind: 'down' }],
  ['an engine that is busy', kraken('EService:Busy'), { kind: 'unknownOutcome' }],
  ['an engine that is away', kraken('EService:Unavailable'), { kind: 'unknownOutcome' }],
  ['a word that nobody knows', kraken('EOrder:Something new'), { kind: 'unknownOutcome' }],
  ['an HTML page', page(200), { kind: 'unknownOutcome' }],
];

const gemini = (reason: string, message: string, status = 400): WireAnswer => ({
  status,
  body: { result: 'error', reason, message },
});

export const GEMINI: readonly Case[] = [
  [
    'a nonce that is too small',
    gemini('InvalidNonce', "Nonce '1' has not increased"),
    { kind: 'rateLimited', waitMs: 1000 },
  ],
  [
    'no funds',
    gemini('InsufficientFunds', 'Failed to place buy order', 406),
    rejected('INSUFFICIENT_FUNDS'),
  ],
  ['a wrong signature', gemini('InvalidSignature', 'InvalidSignature'), { kind: 'auth' }],
  [
    'a role that is missing',
    gemini('MissingRole', 'assign one of these roles [Trader]', 403),
    { kind: 'auth' },
  ],
  [
    'a price off the grid',
    gemini('InvalidPrice', 'Invalid price for symbol BTCUSD: 1.001'),
    rejected('INVALID_ORDER'),
  ],
  [
    'an order that is not there',
    gemini('OrderNotFound', 'Order 1 not found', 404),
    { kind: 'notFound' },
    'cancel',
  ],
  ['maintenance', gemini('Maintenance', 'closed', 400), { kind: 'down' }],
  ['maintenance, while asking', gemini('Maintenance', 'closed', 503), { kind: 'down' }, 'query'],
  ['maintenance as status 503', gemini('Maintenance', 'closed', 503), { kind: 'unknownOutcome' }],
  [
    'technical issues',
    gemini('System', 'We are experiencing technical issues'),
    { kind: 'unknownOutcome' },
  ],
  [
    'too many requests',
    gemini('RateLimit', 'Slow down', 429),
    { kind: 'rateLimited', banned: false },
  ],
];

const crypto = (code: number, message: string, status = 400): WireAnswer => ({
  status,
  body: { id: 1, method: 'private/create-order', code, message },
});

export const CRYPTOCOM: readonly Case[] = [
  [
    'a nonce that is refused',
    crypto(40102, 'INVALID_NONCE'),
    { kind: 'rateLimited', waitMs: 1000 },
  ],
  ['a wrong key', crypto(40101, 'UNAUTHORIZED', 401), { kind: 'auth' }],
  ['an address that may not', crypto(40103, 'IP_ILLEGAL', 401), { kind: 'auth' }],
  ['no funds', crypto(306, 'INSUFFICIENT_AVAILABLE_BALANCE'), rejected('INSUFFICIENT_FUNDS')],
  ['too small', crypto(415, 'BELOW_MIN_ORDER_SIZE'), rejected('MIN_QUANTITY')],
  ['post-only would cross', crypto(43005, 'POST_ONLY_REJ'), rejected('POST_ONLY_WOULD_TAKE')],
  ['a fill-or-kill that was killed', crypto(43003, 'FILL_OR_KILL'), rejected('FOK_NOT_FILLABLE')],
  [
    'a part of an order that went',
    crypto(43004, 'IMMEDIATE_OR_CANCEL'),
    { kind: 'unknownOutcome' },
  ],
  ['an order that is not there', crypto(40401, 'NOT_FOUND'), { kind: 'notFound' }, 'cancel'],
  [
    'too many requests',
    crypto(42901, 'TOO_MANY_REQUESTS', 429),
    { kind: 'rateLimited', banned: false },
  ],
  ['an error of the system', crypto(50001, 'INTERNAL_ERROR', 500), { kind: 'unknownOutcome' }],
  ['an HTML page', page(200), { kind: 'unknownOutcome' }],
  ['an empty answer', { body: '' }, { kind: 'unknownOutcome' }],
];
