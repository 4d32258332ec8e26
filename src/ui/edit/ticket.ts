/** The order ticket's fields: text and choices, until they are a `Ticket`. */
import type { SessionView } from '../../app/session-types.ts';
import type { Ticket } from '../../domain/command.ts';
import { type Decimal, decimal, div, lt, toNumber } from '../../domain/decimal.ts';
import {
  ORDER_TYPES,
  type OrderType,
  TIMES_IN_FORCE,
  type TimeInForce,
  hasLimitPrice,
  isTriggerType,
} from '../../domain/order.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Side } from '../../domain/trade.ts';
import { readAmount } from './amount.ts';
import { neighbor } from './choice.ts';
import { parseSeek } from './seek.ts';
import { SIZE_UNITS, type SizeUnit, unitsOf } from './ticket-size.ts';

export interface TicketFields {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: string;
  /** What the quantity is measured in. */
  readonly unit: SizeUnit;
  readonly price: string;
  readonly trigger: string;
  readonly trail: string;
  readonly stop: string;
  readonly target: string;
  readonly timeInForce: TimeInForce;
  /** Until when a GTD order is good: `+2h`, `14:30`, `2026-03-02 14:30`, UTC. */
  readonly until: string;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
}
export type FieldId = Exclude<keyof TicketFields, 'unit'>;

const TEXT_FIELDS: ReadonlySet<FieldId> = new Set([
  'quantity',
  'price',
  'trigger',
  'trail',
  'stop',
  'target',
  'until',
]);

/** Does typing write into this field? */
export const isTextField = (field: FieldId): boolean => TEXT_FIELDS.has(field);

export const SIDES: readonly Side[] = ['buy', 'sell'];
const HUNDRED = decimal('100');

export function emptyTicket(symbol: string): TicketFields {
  return {
    symbol,
    side: 'buy',
    type: 'market',
    quantity: '',
    unit: 'units',
    price: '',
    trigger: '',
    trail: '',
    stop: '',
    target: '',
    timeInForce: 'GTC',
    until: '',
    postOnly: false,
    reduceOnly: false,
  };
}

/** Fields that mean something for the order type, top to bottom. */
export function activeFields(fields: TicketFields): readonly FieldId[] {
  const list: FieldId[] = ['symbol', 'side', 'type', 'quantity'];
  if (hasLimitPrice(fields.type)) list.push('price');
  if (fields.type === 'trailingStop') list.push('trail');
  else if (isTriggerType(fields.type)) list.push('trigger');
  list.push('stop', 'target', 'timeInForce');
  if (fields.timeInForce === 'GTD') list.push('until');
  if (hasLimitPrice(fields.type)) list.push('postOnly');
  list.push('reduceOnly');
  return list;
}

/** The next or previous choice of a field; text fields stay as they are. */
export function turnField(
  fields: TicketFields,
  of: { field: FieldId; step: 1 | -1; symbols: readonly string[] },
): TicketFields {
  const { field, step } = of;
  switch (field) {
    case 'symbol':
      return { ...fields, symbol: neighbor(of.symbols, fields.symbol, step) };
    case 'side':
      return { ...fields, side: neighbor(SIDES, fields.side, step) };
    case 'type':
      return { ...fields, type: neighbor(ORDER_TYPES, fields.type, step) };
    case 'timeInForce':
      return {
        ...fields,
        timeInForce: neighbor(TIMES_IN_FORCE, fields.timeInForce, step),
      };
    case 'quantity':
      return { ...fields, unit: neighbor(SIZE_UNITS, fields.unit, step) };
    case 'postOnly':
      return { ...fields, postOnly: !fields.postOnly };
    case 'reduceOnly':
      return { ...fields, reduceOnly: !fields.reduceOnly };
    default:
      return fields;
  }
}

export type TicketResult =
  { readonly ok: true; readonly ticket: Ticket } | { readonly ok: false; readonly problem: string };

/**
 * The ticket these fields make, or what is missing. Prices are read exactly, never rounded; a
 * quantity given as money or percent is rounded down to the market's digits.
 */
export function toTicket(fields: TicketFields, view: SessionView): TicketResult {
  const limited = hasLimitPrice(fields.type);
  const trailing = fields.type === 'trailingStop';
  const problems: string[] = [];
  const read = (field: FieldId, name: string, needed: boolean): Decimal | null => {
    const text = String(fields[field]);
    if (text === '') {
      if (needed) problems.push(`type a ${name}`);
      return null;
    }
    const value = readAmount(text);
    if (value === null) problems.push(`${name} ${text} is not a number above zero`);
    return value;
  };
  const amount = read('quantity', 'quantity', true);
  const price = limited ? read('price', 'price', true) : null;
  const trigger = isTriggerType(fields.type) && !trailing ? read('trigger', 'trigger', true) : null;
  const trail = trailing ? read('trail', 'trail in percent', true) : null;
  const stopPrice = read('stop', 'stop', false);
  const targetPrice = read('target', 'target', false);
  if (trail !== null && !lt(trail, HUNDRED)) problems.push('trail must be below 100 %');
  const until = readUntil(fields, view);
  if (typeof until === 'string') problems.push(until);
  if (amount === null || problems.length > 0) {
    return { ok: false, problem: problems[0] ?? 'type a quantity' };
  }
  const { unit, side } = fields;
  const market = view.markets.find((one) => one.symbol === fields.symbol);
  const size = unitsOf(
    { unit, amount, side, price: price ?? trigger, stop: stopPrice },
    market,
    view,
  );
  if (!size.ok) return size;
  return {
    ok: true,
    ticket: {
      symbol: fields.symbol,
      side: fields.side,
      type: fields.type,
      quantity: size.quantity,
      price,
      triggerPrice: trigger,
      trailFraction: trail === null ? null : toNumber(div(trail, HUNDRED)),
      stopPrice,
      targetPrice,
      timeInForce: fields.timeInForce,
      ...(typeof until === 'number' ? { expireTime: until } : {}),
      postOnly: limited && fields.postOnly,
      reduceOnly: fields.reduceOnly,
    },
  };
}

/** When a GTD order ends, what is wrong with the time typed, or null for any other order. */
export function readUntil(
  { timeInForce, until }: Pick<TicketFields, 'timeInForce' | 'until'>,
  { now }: Pick<SessionView, 'now'>,
): EpochMs | string | null {
  if (timeInForce !== 'GTD') return null;
  if (until === '') return 'type until when, such as +2h or 14:30';
  const time = parseSeek(until, now);
  if (time === null) return `until ${until} is no time; +2h, 14:30 or 2026-03-02 14:30, UTC`;
  return time > now ? time : `until ${until} is over: it must be in the future`;
}
