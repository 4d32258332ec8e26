import type { WatchedView } from '../../app/session-types.ts';
import { formatClock, formatDate, formatNumber, formatSigned } from '../text/format.ts';
import type { Row } from '../text/rows.ts';
import { fact } from './facts.ts';
import { type Bar, type Zoom, barMs } from '../panes/chart/bars.ts';
import { fillGlyph, fillMeaning, fillText } from '../panes/chart/marks.ts';
import { formatOwn } from '../panes/chart/panels.ts';

/** What a candle was, what the indicators said, what we did in it. */
export function candleRows(bar: Bar, watched: WatchedView, zoom: Zoom): readonly Row[] {
  const { priceDigits, quantityDigits } = watched;
  const lengthMs = barMs(watched.timeframe, zoom);
  const end = bar.openTime + lengthMs;
  const price = (value: number | null | undefined): string =>
    formatNumber(value ?? null, priceDigits);
  const percent = (value: number): string => `${formatSigned((value / bar.open - 1) * 100, 2)} %`;
  const within = (time: number): boolean => time >= bar.openTime && time < end;
  const newest = watched.candles.at(-1)?.openTime ?? 0;
  const forming = watched.forming && within(newest) ? ', still forming' : '';
  return [
    fact(
      'candle',
      `${formatDate(bar.openTime)} ${formatClock(bar.openTime)} to ${formatClock(end)} UTC${forming}`,
    ),
    fact('open', price(bar.open)),
    fact('high', `${price(bar.high)}   ${percent(bar.high)}`),
    fact('low', `${price(bar.low)}   ${percent(bar.low)}`),
    fact('close', `${price(bar.close)}   ${percent(bar.close)}`),
    fact('volume', formatNumber(bar.volume, quantityDigits)),
    ...watched.lines.map((line) =>
      fact(
        line.label,
        line.scale === 'price' ? price(line.values[bar.index]) : formatOwn(line.values[bar.index]),
      ),
    ),
    ...watched.patterns
      .filter(({ openTime }) => within(openTime))
      .map(({ name, bias }) => fact('pattern', bias === 'neutral' ? name : `${name}, ${bias}`)),
    ...watched.fills
      .filter(({ time }) => within(time))
      .map((fill) =>
        fact(
          `${fillGlyph(fill)} ${formatClock(fill.time)}`,
          `${fillText(fill, watched)}, ${fillMeaning(fill)}`,
        ),
      ),
  ];
}
