import type { SessionView } from '../../app/session-types.ts';
import { type Decimal, div, isZero, sub, toNumber, toText } from '../../domain/decimal.ts';
import { intendedPrice, isWorking } from '../../domain/order.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { OrderView } from '../slices.ts';
import type { ExternalOrder } from '../truth.ts';
import {
  formatAge,
  formatWhen,
  formatDecimal,
  formatNumber,
  formatPercent,
  words,
} from '../text/format.ts';
import type { Row } from '../text/rows.ts';
import { fact, wrapped } from './facts.ts';

/** An order's terms, state and reason. */
export function orderRows(order: OrderView, view: SessionView, width: number): readonly Row[] {
  const price = (value: OrderView['price']): string => formatDecimal(value, order.priceDigits);
  const quantity = (value: OrderView['quantity']): string =>
    formatDecimal(value, order.quantityDigits);
  const flags = [
    order.expireTime === undefined
      ? order.timeInForce
      : `GTD until ${formatWhen(order.expireTime, view.now)} UTC`,
    order.postOnly ? 'post-only' : '',
    order.reduceOnly ? 'reduce-only' : '',
    order.groupId === null ? '' : 'cancels its partner when it fills',
  ];
  const { filled, filledNotional, trailFraction } = order;
  const left = sub(order.quantity, filled);
  const rest = isZero(left)
    ? ''
    : `; ${quantity(left)} ${isWorking(order) ? 'open' : 'never filled'}`;
  const slippage = slippageBps(order);
  const prices = [
    ...(order.price === null ? [] : [`limit ${price(order.price)}`]),
    ...(order.triggerPrice === null ? [] : [`trigger ${price(order.triggerPrice)}`]),
    ...(trailFraction === null ? [] : [`trails by ${formatPercent(trailFraction, 2)} %`]),
  ];
  return [
    fact(
      'order',
      `${order.side} ${quantity(order.quantity)} ${order.symbol} ${words(order.type, '-')}`,
    ),
    fact(
      'status',
      `${words(order.status, ' ')}${isWorking(order) ? `, ${formatAge(view.now - order.createdTime)} old` : ''}`,
    ),
    fact(
      'filled',
      `${quantity(filled)} at ${price(averagePrice(order))} for ${formatNumber(toNumber(filledNotional), 2)}${rest}`,
    ),
    fact('price', prices.join('  ') || 'at market'),
    ...(order.amending === undefined ? [] : [fact('becoming', amendText(order))]),
    fact('terms', flags.filter(Boolean).join('  ')),
    fact('by', `${order.strategyId}  ${order.role}`),
    fact(
      'decided at',
      `${formatNumber(order.decisionPrice, order.priceDigits)}${slippage === null ? '' : `   slippage ${formatNumber(slippage, 1)} bp`}`,
    ),
    fact(
      'created',
      `${formatWhen(order.createdTime, view.now)}  changed ${formatWhen(order.updatedTime, view.now)} UTC`,
    ),
    ...(order.bracket === null
      ? []
      : [
          fact(
            'bracket',
            `stop ${price(order.bracket.stopPrice)}  target ${price(order.bracket.targetPrice)}`,
          ),
        ]),
    ...wrapped(order.reason, width),
    ...(order.statusReason === null ? [] : wrapped(order.statusReason, width)),
  ];
}

/** What is known of an order that is not ours. */
export function externalRows(order: ExternalOrder, view: SessionView, width: number) {
  const price = order.price ?? order.triggerPrice;
  return [
    fact(
      'order',
      `${order.side} ${toText(order.quantity)} ${order.symbol} ${words(order.type, '-')}`,
    ),
    fact('status', order.ignored ? 'open at the venue, left as it is' : 'open at the venue'),
    fact('filled', toText(order.filled)),
    fact('price', price === null ? 'at market' : toText(price)),
    fact('terms', order.reduceOnly ? 'reduce-only' : ''),
    fact('venue id', safeText(order.venueOrderId, 60)),
    fact('client id', safeText(order.clientOrderId ?? 'none', 60)),
    fact('seen since', `${formatWhen(order.since, view.now)} UTC`),
    ...wrapped(
      'No order of our journal is this one: a person or another program made it. It is never canceled unless you say so; d decides.',
      width,
    ),
  ];
}

/** What its fills cost on average, in quote per base; null before the first. */
export const averagePrice = ({
  filled,
  filledNotional,
}: Pick<OrderView, 'filled' | 'filledNotional'>): Decimal | null =>
  isZero(filled) ? null : div(filledNotional, filled);

/** Average fill against what was meant, adverse = positive; null before a fill. */
function slippageBps(order: OrderView): number | null {
  const from = intendedPrice(order);
  const average = averagePrice(order);
  if (average === null || from === null) return null;
  const worse = toNumber(average) / from - 1;
  return (order.side === 'buy' ? worse : -worse) * 10_000;
}

/** What the venue was asked to make of it, and has not said yet. */
function amendText({ amending, priceDigits, quantityDigits }: OrderView): string {
  const parts = [
    amending?.price ? `limit ${formatDecimal(amending.price, priceDigits)}` : '',
    amending?.triggerPrice ? `trigger ${formatDecimal(amending.triggerPrice, priceDigits)}` : '',
    amending?.quantity ? `quantity ${formatDecimal(amending.quantity, quantityDigits)}` : '',
  ];
  return `${parts.filter(Boolean).join('  ')}, when the venue agrees`;
}
