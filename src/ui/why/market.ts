import type { SessionView } from '../../app/session-types.ts';
import type { MarketView } from '../slices.ts';
import {
  formatAge,
  formatCompact,
  formatNumber,
  formatReach,
  formatSigned,
} from '../text/format.ts';
import type { Row } from '../text/rows.ts';
import { fact } from './facts.ts';

/** What is known of a market now. */
export function marketRows(market: MarketView, view: SessionView): readonly Row[] {
  const { priceDigits } = market;
  const reach = formatReach(market.dayReachMs);
  const price = (value: number | null): string => formatNumber(value, priceDigits);
  const percent = market.changeFraction === null ? null : market.changeFraction * 100;
  const age = market.dataTime === null ? null : view.now - market.dataTime;
  return [
    fact('last', `${price(market.lastPrice)}   ${formatSigned(percent, 2)} % in ${reach}`),
    fact('bid / ask', `${price(market.bid)} / ${price(market.ask)}`),
    fact('spread', `${formatNumber(market.spreadBps, 2)} bp`),
    fact('volume', `${formatCompact(market.volumeQuote)} in ${reach}`),
    fact('data', `${formatAge(age)} of market time ago`),
  ];
}
