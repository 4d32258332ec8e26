/** The refusals of the dialect, with the exchange's own codes and texts (EXCHANGE 3.4). */
import type { RejectCode } from '../../../domain/record.ts';

/** A request that is refused. Thrown anywhere in the dialect, made a reply in one place. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly status: number;
  /** Beside code and text: what a replacement did and did not do. */
  readonly data: unknown;
  /** Seconds to wait; null where the exchange does not say. */
  readonly retryAfter: number | null;

  constructor(
    code: number,
    message: string,
    more: { readonly status?: number; readonly data?: unknown; readonly retryAfter?: number } = {},
  ) {
    super(message);
    this.code = code;
    this.status = more.status ?? 400;
    this.data = more.data;
    this.retryAfter = more.retryAfter ?? null;
  }

  /** The body of the reply. */
  toJSON(): unknown {
    const { code, message: msg, data } = this;
    return data === undefined ? { code, msg } : { code, msg, data };
  }
}

export const illegal = (name: string, range: string): ApiError =>
  new ApiError(
    -1100,
    `Illegal characters found in parameter '${name}'; legal range is '${range}'.`,
  );
export const mandatory = (name: string): ApiError =>
  new ApiError(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
export const oneOfTwo = (first: string, second: string): ApiError =>
  new ApiError(-1102, `Param '${first}' or '${second}' must be sent, but both were empty/null!`);
export const notRequired = (name: string): ApiError =>
  new ApiError(-1106, `Parameter '${name}' sent when not required.`);
export const tooPrecise = (name: string): ApiError =>
  new ApiError(-1111, `Parameter '${name}' has too much precision.`);
export const badCombination = (): ApiError =>
  new ApiError(-1128, 'Combination of optional parameters invalid.');
export const invalidData = (name: string): ApiError =>
  new ApiError(-1130, `Invalid data sent for parameter '${name}'.`);
export const badSymbol = (): ApiError => new ApiError(-1121, 'Invalid symbol.');
export const badInterval = (): ApiError => new ApiError(-1120, 'Invalid interval.');
export const filterFailure = (filter: string): ApiError =>
  new ApiError(-1013, `Filter failure: ${filter}`);
export const marketClosed = (): ApiError => new ApiError(-1013, 'Market is closed.');
export const newOrderRejected = (words: string): ApiError => new ApiError(-2010, words);
export const unknownOrder = (): ApiError => new ApiError(-2011, 'Unknown order sent.');
export const noSuchOrder = (): ApiError => new ApiError(-2013, 'Order does not exist.');
export const badKeyFormat = (): ApiError =>
  new ApiError(-2014, 'API-key format invalid.', { status: 401 });
export const badKey = (): ApiError =>
  new ApiError(-2015, 'Invalid API-key, IP, or permissions for action.', { status: 401 });
export const badSignature = (): ApiError =>
  new ApiError(-1022, 'Signature for this request is not valid.');
export const tooMuchWeight = (limit: number, retryAfter: number): ApiError =>
  new ApiError(
    -1003,
    `Too much request weight used; current limit is ${limit} request weight per 1 MINUTE. ` +
      'Please use WebSocket Streams for live updates to avoid polling the API.',
    { status: 429, retryAfter },
  );
export const bannedUntil = (time: number, retryAfter: number): ApiError =>
  new ApiError(
    -1003,
    `Way too much request weight used; IP banned until ${time}. ` +
      'Please use WebSocket Streams for live updates to avoid bans.',
    { status: 418, retryAfter },
  );

/** What the exchange says when its matching refuses an order. */
export function ofRefusal(code: RejectCode): ApiError {
  switch (code) {
    case 'INSUFFICIENT_FUNDS':
    case 'INSUFFICIENT_MARGIN':
      return newOrderRejected('Account has insufficient balance for requested action.');
    case 'MIN_NOTIONAL':
      return filterFailure('NOTIONAL');
    case 'MIN_QUANTITY':
    case 'STEP_SIZE':
      return filterFailure('LOT_SIZE');
    case 'TICK_SIZE':
      return filterFailure('PRICE_FILTER');
    case 'TOO_MANY_ORDERS':
      return filterFailure('MAX_NUM_ORDERS');
    case 'POST_ONLY_WOULD_TAKE':
      return newOrderRejected('Order would immediately match and take.');
    case 'WOULD_TRIGGER':
      return newOrderRejected('Stop price would trigger immediately.');
    case 'DUPLICATE_ID':
      return newOrderRejected('Duplicate order sent.');
    case 'UNKNOWN_SYMBOL':
      return badSymbol();
    case 'VENUE_DOWN':
    case 'UNSUPPORTED':
      return marketClosed();
    default:
      return newOrderRejected('Rest API trading is not enabled.');
  }
}
