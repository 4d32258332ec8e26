/** The line above a chart: its lines by name, or the values under the cursor. */
import type { ChartLine, FillMark, WatchedView } from '../../../app/session-types.ts';
import { safeText } from '../../../domain/safe-text.ts';
import { DAY_MS, MINUTE_MS } from '../../../domain/time.ts';
import { change, formatClock, formatCompact, formatDate, formatNumber } from '../../text/format.ts';
import { type Row, muted, span } from '../../text/rows.ts';
import type { Bar } from './bars.ts';
import { barToken } from './candles.ts';
import { fillGlyph, fillText, patternGlyph, patternToken } from './marks.ts';
import { formatOwn, lineToken } from './panels.ts';

/** Four prices in digits of a million on one line. */
const TIGHT = 64;

interface Legend {
  readonly watched: WatchedView;
  /** The column whose values are said. */
  readonly bar: Bar;
  /** Indicators on a scale of their own that have no panel. */
  readonly hidden: readonly ChartLine[];
  readonly lengthMs: number;
}

/** Lines on the price scale with their newest values, then what happened last. */
export function legendGroups(of: Legend): readonly Row[] {
  const { watched } = of;
  const fill = watched.fills.at(-1);
  return [
    ...priceGroups(of),
    ...ownGroups(of.hidden, of.bar),
    ...(fill ? [fillGroup(fill, watched)] : []),
    ...watched.patterns
      .slice(-1)
      .map((pattern): Row => [
        span(` ${patternGlyph(pattern)} `, patternToken(pattern)),
        span(safeText(pattern.name, 32)),
        muted(` ${timeOf(pattern.openTime, of.lengthMs)} `),
      ]),
  ];
}

/** Everything that is known of one column; prices without a blank before them where it is tight. */
export function cursorGroups(of: Legend, width: number): readonly Row[] {
  const { watched, bar, lengthMs } = of;
  const price = (value: number): string => formatNumber(value, watched.priceDigits);
  const gap = width < TIGHT ? '' : ' ';
  const part = (name: string, text: string): Row => [
    muted(` ${name}${gap}`),
    span(text, barToken(bar)),
  ];
  const within = (time: number): boolean => time >= bar.openTime && time < bar.openTime + lengthMs;
  const own = watched.lines.filter((line) => line.scale === 'own');
  return [
    [span(` ${timeOf(bar.openTime, lengthMs)}`, 'text.strong')],
    part('O', price(bar.open)),
    part('H', price(bar.high)),
    part('L', price(bar.low)),
    part('C', price(bar.close)),
    [span(' '), ...change((bar.close / bar.open - 1) * 100, 2), muted(' %')],
    [muted(' V '), span(formatCompact(bar.volume))],
    ...watched.fills.filter(({ time }) => within(time)).map((fill) => fillGroup(fill, watched)),
    ...watched.patterns
      .filter(({ openTime }) => within(openTime))
      .map((pattern): Row => [
        span(` ${patternGlyph(pattern)} `, patternToken(pattern)),
        span(safeText(pattern.name, 32)),
      ]),
    ...priceGroups(of),
    ...ownGroups(own, bar),
  ];
}

function priceGroups({ watched, bar }: Legend): readonly Row[] {
  const lines = watched.lines.filter((line) => line.scale === 'price');
  return lines.map((line, i): Row => {
    const text = formatNumber(line.values[bar.index] ?? null, watched.priceDigits);
    return [span(` ${labelAfter(lines[i - 1], line)} ${text}`, lineToken(i)), span(' ')];
  });
}

const ownGroups = (lines: readonly ChartLine[], bar: Bar): readonly Row[] =>
  lines.map((line, i): Row => [
    muted(` ${labelAfter(lines[i - 1], line)} `),
    span(formatOwn(line.values[bar.index])),
    span(' '),
  ]);

/** Behind a line of the same indicator only the word that tells them apart: `lower`. */
function labelAfter(before: ChartLine | undefined, { label }: ChartLine): string {
  const at = label.lastIndexOf(' ');
  const isSame = at > 0 && before?.label.slice(0, at + 1) === label.slice(0, at + 1);
  const word = label.slice(at + 1);
  return safeText(isSame && !/^\d/.test(word) ? word : label, 28);
}

/** `▲ bought 0.031 at 67,260.00` */
const fillGroup = (fill: FillMark, watched: WatchedView): Row => [
  span(` ${fillGlyph(fill)} `, 'text.strong'),
  span(`${fillText(fill, watched)} `),
];

/** Clock of a candle; with its day where candles are long. */
export function timeOf(time: number, lengthMs: number): string {
  const clock = formatClock(time);
  if (lengthMs >= DAY_MS) return formatDate(time);
  const short = lengthMs < MINUTE_MS ? clock : clock.slice(0, 5);
  return lengthMs >= 30 * MINUTE_MS ? `${formatDate(time).slice(5)} ${short}` : short;
}
