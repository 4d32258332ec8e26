/** Refusals in Kraken's own words. */
import type { RejectCode } from '../../../domain/record.ts';
import type { VenueFault } from '../../../domain/venue.ts';

/** Thrown within the dialect and answered as an error list or a WebSocket error. */
export class KrakenError extends Error {
  override readonly name = 'KrakenError';
}

/** Throws the refusal in Kraken's words. */
export function refuse(words: string): never {
  throw new KrakenError(words);
}

/** `EGeneral:Invalid arguments:price`; without a name it says no more. */
export function invalid(argument?: string): never {
  return refuse(`EGeneral:Invalid arguments${argument === undefined ? '' : `:${argument}`}`);
}

const WORDS: Readonly<Record<RejectCode, string>> = {
  INSUFFICIENT_FUNDS: 'EOrder:Insufficient funds',
  INSUFFICIENT_MARGIN: 'EOrder:Insufficient margin',
  MIN_NOTIONAL: 'EOrder:Cost minimum not met',
  MIN_QUANTITY: 'EOrder:Order minimum not met',
  TICK_SIZE: 'EOrder:Tick size check failed',
  STEP_SIZE: 'EGeneral:Invalid arguments:volume',
  UNKNOWN_SYMBOL: 'EQuery:Unknown asset pair',
  POST_ONLY_WOULD_TAKE: 'EOrder:Post only order',
  REDUCE_ONLY: 'EOrder:Reduce only:No position exists',
  FOK_NOT_FILLABLE: 'EGeneral:Invalid arguments:timeinforce',
  NO_LIQUIDITY: 'EOrder:Insufficient liquidity',
  WOULD_TRIGGER: 'EGeneral:Invalid arguments:price',
  TOO_MANY_ORDERS: 'EOrder:Orders limit exceeded',
  DUPLICATE_ID: 'EGeneral:Invalid arguments:cl_ord_id not unique',
  INVALID_ORDER: 'EGeneral:Invalid arguments',
  UNSUPPORTED: 'EGeneral:Invalid arguments:ordertype',
  AUTH: 'EAPI:Invalid key',
  RATE_LIMITED: 'EOrder:Rate limit exceeded',
  VENUE_DOWN: 'EService:Market in cancel_only mode',
};

/** An answer of the exchange behind the dialect, in Kraken's words. */
export function faultWords(fault: VenueFault): string {
  switch (fault.kind) {
    case 'rejected':
      return WORDS[innerCode(fault.reason) ?? fault.code];
    case 'notFound':
      return 'EOrder:Unknown order';
    case 'auth':
      return 'EAPI:Invalid key';
    case 'rateLimited':
      return fault.banned ? 'EGeneral:Temporary lockout' : 'EAPI:Rate limit exceeded';
    case 'down':
      return 'EService:Unavailable';
    case 'unknownOutcome':
      return 'EService:Busy';
  }
}

/** An amend is refused in words only: `refused: TICK_SIZE: ...`, or what funds it needs. */
function innerCode(reason: string): RejectCode | null {
  const code = /^refused: ([A-Z_]+):/.exec(reason)?.[1];
  if (code !== undefined && Object.hasOwn(WORDS, code)) return code as RejectCode;
  return /^refused: needs .* free /.test(reason) ? 'INSUFFICIENT_FUNDS' : null;
}
