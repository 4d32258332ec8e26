/** Reads the order of a request, by REST or WebSocket, and refuses what Kraken would. */
import {
  type Decimal,
  decimalPlaces,
  isPositive,
  lt,
  parseDecimal,
} from '../../../domain/decimal.ts';
import type { EpochMs } from '../../../domain/time.ts';
import { DAY_MS, SECOND_MS } from '../../../domain/time.ts';
import { invalid, refuse } from './errors.ts';
import type { Fields } from './fields.ts';
import type { KrakenNames, KrakenPair } from './names.ts';
import { type KrakenOrderType, type OrderTerms, ORDER_TYPES, type Trail } from './terms.ts';

/** An order may be good for a month. */
const LONGEST_LIFE_MS = 31 * DAY_MS;

/** What a request says, in one shape for both ways. Absent parameters are undefined. */
interface RawOrder {
  readonly pairName: string | undefined;
  readonly side: string | undefined;
  readonly ordertype: string | undefined;
  readonly volume: string | undefined;
  readonly limit: string | undefined;
  /** Trigger price; of a trailing stop the distance, such as `+5%`. */
  readonly trigger: string | undefined;
  readonly timeInForce: string | undefined;
  readonly expireTime: EpochMs | null;
  readonly postOnly: boolean;
  /** The volume is quote. */
  readonly inQuote: boolean;
  readonly clOrdId: string | undefined;
  readonly userref: string | undefined;
}

/** What reading an order needs to know. */
export interface OrderReader {
  readonly names: KrakenNames;
  readonly now: EpochMs;
  /** Base units that so much quote would buy now. */
  quantityFor(symbol: string, side: 'buy' | 'sell', quote: Decimal): Decimal;
}

/** The order of `AddOrder`; of a batch the pair stands beside the orders. Throws KrakenError. */
export function readRestOrder(fields: Fields, reader: OrderReader, pairName?: string): OrderTerms {
  const flags = fields.text('oflags')?.split(',') ?? [];
  const unknown = flags.find((flag) => !['fciq', 'viqc', 'post', 'nompp'].includes(flag));
  if (unknown !== undefined) invalid('oflags');
  refuseUnsupported(fields, ['close', 'displayvol']);
  const leverage = fields.text('leverage');
  if (leverage !== undefined && leverage !== 'none') invalid('leverage');
  if (fields.isTrue('reduce_only')) refuse('EOrder:Reduce only:No position exists');
  if ((fields.text('starttm') ?? '0') !== '0') refuse('EOrder:Scheduled orders limit exceeded');
  const ordertype = fields.text('ordertype');
  const price = fields.text('price');
  const price2 = fields.text('price2');
  const isPlain = ordertype === 'limit' || ordertype === 'market';
  return readOrder(
    {
      pairName: fields.text('pair') ?? pairName,
      side: fields.text('type'),
      ordertype,
      volume: fields.text('volume'),
      limit: isPlain ? price : price2,
      trigger: isPlain ? undefined : price,
      timeInForce: fields.text('timeinforce'),
      expireTime: restTime(fields.text('expiretm'), reader.now),
      postOnly: flags.includes('post'),
      inQuote: flags.includes('viqc'),
      clOrdId: fields.text('cl_ord_id'),
      userref: fields.text('userref'),
    },
    reader,
  );
}

/** The order of the WebSocket method `add_order`. Throws KrakenError. */
export function readSocketOrder(fields: Fields, reader: OrderReader): OrderTerms {
  refuseUnsupported(fields, ['conditional', 'display_qty', 'limit_price_type']);
  if (fields.isTrue('reduce_only')) refuse('EOrder:Reduce only:No position exists');
  if (fields.isTrue('margin')) invalid('margin');
  const triggers = fields.inner('triggers');
  const distance = triggers?.text('price');
  const isPercent = triggers?.text('price_type') === 'pct';
  const cash = fields.text('cash_order_qty');
  return readOrder(
    {
      pairName: fields.text('symbol'),
      side: fields.text('side'),
      ordertype: fields.text('order_type'),
      volume: cash ?? fields.text('order_qty'),
      limit: fields.text('limit_price'),
      trigger: distance === undefined || !isPercent ? distance : `${distance}%`,
      timeInForce: fields.text('time_in_force')?.toUpperCase(),
      expireTime: socketTime(fields.text('expire_time')),
      postOnly: fields.isTrue('post_only'),
      inQuote: cash !== undefined,
      clOrdId: fields.text('cl_ord_id'),
      userref: fields.text('order_userref'),
    },
    reader,
  );
}

/** Throws when the deadline that a request names is over. */
export function checkDeadline(fields: Fields, now: EpochMs): void {
  const text = fields.text('deadline');
  if (text === undefined) return;
  const time = Date.parse(text);
  if (Number.isNaN(time)) invalid('deadline');
  if (time < now) refuse('EService:Deadline elapsed');
}

/** A price on the pair's grid. Throws KrakenError in the venue's words. */
export function readPrice(text: string | undefined, pair: KrakenPair, name = 'price'): Decimal {
  const price = text === undefined ? null : parseDecimal(text);
  if (price === null || !isPositive(price)) return invalid(name);
  if (decimalPlaces(price) > pair.priceDigits) {
    const words = `price can only be specified up to ${pair.priceDigits} decimals.`;
    refuse(`EOrder:Invalid price:${pair.symbol} ${words}`);
  }
  return price;
}

/** A quantity on the pair's grid, not below the smallest. Throws KrakenError. */
export function readVolume(text: string | undefined, pair: KrakenPair): Decimal {
  const volume = text === undefined ? null : parseDecimal(text);
  if (volume === null || !isPositive(volume)) return invalid('volume');
  if (decimalPlaces(volume) > pair.lotDigits) invalid('volume');
  if (lt(volume, pair.market.minQuantity)) refuse('EOrder:Order minimum not met');
  return volume;
}

/**
 * A client order id: a UUID with or without hyphens, or up to 18 printable characters
 * (https://docs.kraken.com/api/docs/guides/spot-clordid).
 */
export function checkClientId(text: string): string {
  const isUuid = /^[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}$/i.test(text);
  return isUuid || /^[!-~]{1,18}$/.test(text) ? text : invalid('cl_ord_id');
}

function readOrder(raw: RawOrder, reader: OrderReader): OrderTerms {
  const pair = reader.names.pair(raw.pairName ?? '');
  if (!pair) return refuse('EQuery:Unknown asset pair');
  const { side } = raw;
  if (side !== 'buy' && side !== 'sell') return invalid('type');
  const ordertype = readType(raw.ordertype);
  const trails = ordertype === 'trailing-stop';
  const isLimit = ordertype.endsWith('limit');
  const price = isLimit ? readPrice(raw.limit, pair) : null;
  const isTriggered = ordertype !== 'limit' && ordertype !== 'market';
  const trigger = isTriggered && !trails ? readPrice(raw.trigger, pair) : null;
  if (raw.postOnly && ordertype !== 'limit') invalid('oflags');
  if (raw.inQuote && (ordertype !== 'market' || side !== 'buy')) invalid('viqc');
  return {
    pair,
    side,
    ordertype,
    price,
    trigger,
    ...readAmount(raw, pair, reader),
    trail: trails ? readTrail(raw.trigger) : null,
    ...readTime(raw, reader.now),
    postOnly: raw.postOnly,
    ...readNames(raw),
  };
}

function readType(text: string | undefined): KrakenOrderType {
  if (text === undefined || !Object.hasOwn(ORDER_TYPES, text)) return invalid('ordertype');
  return text as KrakenOrderType;
}

/** A volume in base units, or what so much quote buys now. */
function readAmount(
  raw: RawOrder,
  pair: KrakenPair,
  reader: OrderReader,
): Pick<OrderTerms, 'volume' | 'cost'> {
  if (!raw.inQuote) return { volume: readVolume(raw.volume, pair), cost: null };
  const cost = raw.volume === undefined ? null : parseDecimal(raw.volume);
  if (cost === null || !isPositive(cost)) return invalid('volume');
  if (lt(cost, pair.market.minNotional)) refuse('EOrder:Cost minimum not met');
  const volume = reader.quantityFor(pair.symbol, 'buy', cost);
  if (lt(volume, pair.market.minQuantity)) refuse('EOrder:Order minimum not met');
  return { volume, cost };
}

/** `+5%` or `+250`: of the price, or quote. */
function readTrail(text: string | undefined): Trail {
  const [, number, percent] = /^\+?([0-9.]+)(%?)$/.exec(text ?? '') ?? [];
  const value = number === undefined ? null : parseDecimal(number);
  if (value === null || !isPositive(value)) return invalid('price');
  return { value, isPercent: percent === '%' };
}

function readTime(raw: RawOrder, now: EpochMs): Pick<OrderTerms, 'timeInForce' | 'expireTime'> {
  const { expireTime } = raw;
  const timeInForce = raw.timeInForce ?? (expireTime === null ? 'GTC' : 'GTD');
  if (timeInForce !== 'GTC' && timeInForce !== 'IOC' && timeInForce !== 'GTD') {
    return invalid('timeinforce');
  }
  if ((timeInForce === 'GTD') !== (expireTime !== null)) invalid('expiretm');
  if (expireTime !== null && !(expireTime > now && expireTime <= now + LONGEST_LIFE_MS)) {
    invalid('expiretm');
  }
  const mayBeNow = raw.ordertype === 'market' || (raw.ordertype === 'limit' && !raw.postOnly);
  if (timeInForce === 'IOC' && !mayBeNow) invalid('timeinforce');
  return { timeInForce, expireTime };
}

function readNames(raw: RawOrder): Pick<OrderTerms, 'clOrdId' | 'userref'> {
  const { clOrdId, userref } = raw;
  if (clOrdId !== undefined && userref !== undefined) invalid('cl_ord_id');
  if (userref !== undefined && !/^-?\d{1,10}$/.test(userref)) invalid('userref');
  return {
    clOrdId: clOrdId === undefined ? null : checkClientId(clOrdId),
    userref: userref === undefined ? null : Number(userref),
  };
}

function refuseUnsupported(fields: Fields, names: readonly string[]): void {
  for (const name of names) if (fields.hasNested(name)) invalid(name);
}

/** Unix seconds, or `+seconds` from now; null for none. */
function restTime(text: string | undefined, now: EpochMs): EpochMs | null {
  if (text === undefined || text === '0') return null;
  const seconds = Number(text);
  if (!Number.isFinite(seconds)) return invalid('expiretm');
  return text.startsWith('+') ? now + seconds * SECOND_MS : seconds * SECOND_MS;
}

function socketTime(text: string | undefined): EpochMs | null {
  if (text === undefined) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? invalid('expire_time') : time;
}
