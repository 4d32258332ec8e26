import type { SessionView } from '../../app/session-types.ts';
import { toNumber } from '../../domain/decimal.ts';
import { isWorking } from '../../domain/order.ts';
import type { PositionView } from '../slices.ts';
import { formatClock, formatDecimal, formatNumber, formatSigned, words } from '../text/format.ts';
import type { Row } from '../text/rows.ts';
import { fact, wrapped } from './facts.ts';

/** A position, what it has cost and what protects it. */
export function positionRows(
  position: PositionView,
  view: SessionView,
  width: number,
): readonly Row[] {
  const { protection, priceDigits } = position;
  const guards = view.orders.filter(
    (order) => order.symbol === position.symbol && order.role === 'protective' && isWorking(order),
  );
  return [
    fact(
      'holds',
      `${position.positionSide} ${formatDecimal(position.quantity, position.quantityDigits)} from ${formatDecimal(position.entryPrice, priceDigits)}`,
    ),
    fact('opened', `${formatClock(position.openedTime)} UTC by ${position.strategyIds.join(', ')}`),
    fact('mark', formatNumber(position.markPrice, priceDigits)),
    fact(
      'unrealized',
      `${formatSigned(position.unrealizedPnl, 2)}   ${formatSigned(position.rMultiple, 2)} R`,
    ),
    fact(
      'paid',
      `fees ${formatNumber(toNumber(position.feesPaid), 2)}  funding ${formatNumber(toNumber(position.fundingPaid), 2)}`,
    ),
    fact(
      'stop',
      `${formatDecimal(protection.stopPrice, priceDigits)}  rests: ${protection.rests ?? 'nowhere'}`,
    ),
    fact('target', formatDecimal(protection.targetPrice, priceDigits)),
    fact('worst case', formatSigned(protection.worstCase, 2)),
    ...guards.map((order) =>
      fact(
        'protection',
        `${words(order.type, '-')} ${formatDecimal(order.quantity, order.quantityDigits)} at ${formatDecimal(order.triggerPrice ?? order.price, order.priceDigits)}  ${words(order.status, ' ')}`,
      ),
    ),
    ...(guards.length === 0 && protection.stopPrice === null
      ? wrapped('nothing protects this position: the whole notional is at risk', width)
      : []),
  ];
}
