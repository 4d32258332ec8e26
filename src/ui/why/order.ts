import { toNumber } from '../../domain/decimal.ts';
import type { OrderView } from '../slices.ts';
import { formatClock, formatDecimal, formatNumber, words } from '../text/format.ts';
import type { Row } from '../text/rows.ts';
import { fact, wrapped } from './facts.ts';

/** An order's terms, state and reason. */
export function orderRows(order: OrderView, width: number): readonly Row[] {
  const price = (value: OrderView['price']): string => formatDecimal(value, order.priceDigits);
  const flags = [
    order.timeInForce,
    order.postOnly ? 'post-only' : '',
    order.reduceOnly ? 'reduce-only' : '',
  ];
  return [
    fact(
      'order',
      `${order.side} ${formatDecimal(order.quantity, order.quantityDigits)} ${order.symbol} ${words(order.type, '-')}`,
    ),
    fact('status', words(order.status, ' ')),
    fact(
      'filled',
      `${formatDecimal(order.filled, order.quantityDigits)} for ${formatNumber(toNumber(order.filledNotional), 2)}`,
    ),
    fact('price', `limit ${price(order.price)}  trigger ${price(order.triggerPrice)}`),
    fact('terms', flags.filter(Boolean).join('  ')),
    fact('by', `${order.strategyId}  ${order.role}`),
    fact('decided at', formatNumber(order.decisionPrice, order.priceDigits)),
    fact(
      'created',
      `${formatClock(order.createdTime)}  changed ${formatClock(order.updatedTime)} UTC`,
    ),
    fact(
      'bracket',
      order.bracket === null
        ? 'none'
        : `stop ${price(order.bracket.stopPrice)}  target ${price(order.bracket.targetPrice)}`,
    ),
    ...wrapped(order.reason, width),
    ...(order.statusReason === null ? [] : wrapped(order.statusReason, width)),
  ];
}
