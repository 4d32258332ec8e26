import type { FillMark, WatchedView } from '../../app/session-types.ts';
import type { Trade } from '../../domain/trade.ts';
import { fillGlyph, fillMeaning } from '../panes/chart/marks.ts';
import { formatClock, formatNumber } from '../text/format.ts';
import type { Row } from '../text/rows.ts';
import { fact } from './facts.ts';

/** A public print, and what it was to us where it is our fill. */
export function printRows(
  row: Trade & { readonly fill: FillMark | null },
  { priceDigits, quantityDigits }: WatchedView,
): readonly Row[] {
  const buys = row.side === 'buy';
  return [
    fact('time', `${formatClock(row.time)} UTC`),
    fact('price', formatNumber(row.price, priceDigits)),
    fact('quantity', formatNumber(row.quantity, quantityDigits)),
    fact('notional', formatNumber(row.price * row.quantity, 2)),
    fact('taker', buys ? 'bought: lifted an ask' : 'sold: hit a bid'),
    ...(row.fill === null ? [] : [fact('ours', `${fillGlyph(row.fill)} ${fillMeaning(row.fill)}`)]),
  ];
}
