import type { WatchedView } from '../../app/session-types.ts';
import { toNumber } from '../../domain/decimal.ts';
import { formatDecimal, formatNumber, formatSigned, words } from '../text/format.ts';
import type { Row } from '../text/rows.ts';
import { fact } from './facts.ts';
import { type Ladder, type LadderRow, midOf } from '../panes/book/ladder.ts';
import { remainingOf } from '../panes/book/rows.ts';

/** A price of the ladder: what waits there, what taking it would cost, which orders are ours. */
export function levelRows(row: LadderRow, ladder: Ladder, watched: WatchedView): readonly Row[] {
  const { priceDigits, quantityDigits } = watched;
  const quantity = (value: number): string => formatNumber(value, quantityDigits);
  const mid = midOf(ladder);
  const away = mid === null || mid <= 0 ? null : (row.price / mid - 1) * 1e4;
  const rows = row.side === 'ask' ? ladder.asks : ladder.bids;
  const before = rows.slice(0, rows.indexOf(row) + 1);
  const notional = before.reduce((sum, one) => sum + one.price * (one.quantity ?? 0), 0);
  const taking = row.side === 'ask' ? 'buy' : 'sell';
  return [
    fact('price', `${formatNumber(row.price, priceDigits)}   ${formatSigned(away, 1)} bp from mid`),
    fact('side', row.side === 'ask' ? 'ask: offered for sale' : 'bid: wanted to buy'),
    fact('quantity', row.quantity === null ? 'none in the book now' : quantity(row.quantity)),
    fact('up to here', `${quantity(row.total)} for ${formatNumber(notional, 2)}`),
    fact(
      `a ${taking} takes`,
      row.total > 0
        ? `all of it at ${formatNumber(notional / row.total, priceDigits)} on average`
        : formatNumber(null, 0),
    ),
    ...row.own.map((order) =>
      fact(
        'our order',
        `${order.side} ${formatDecimal(remainingOf([order]), order.quantityDigits)} of ` +
          `${formatDecimal(order.quantity, order.quantityDigits)} left, ` +
          `${words(order.status, ' ')}, by ${order.strategyId}`,
      ),
    ),
    ...(row.own.length > 0
      ? [
          fact(
            'ours here',
            `${formatNumber(toNumber(remainingOf(row.own)), quantityDigits)}; c cancels`,
          ),
        ]
      : []),
  ];
}
