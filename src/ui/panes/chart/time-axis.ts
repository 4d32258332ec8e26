/** Round times below the columns they belong to. */
import {
  DAY_MS,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
  candleOpenTime,
} from '../../../domain/time.ts';
import { formatClock, formatDate } from '../../text/format.ts';
import type { Cells } from '../../text/cells.ts';
import { type Columns, middleOf } from './columns.ts';

const STEPS: readonly number[] = [
  5 * SECOND_MS, 15 * SECOND_MS, 30 * SECOND_MS,
  MINUTE_MS, 5 * MINUTE_MS, 10 * MINUTE_MS, 15 * MINUTE_MS, 30 * MINUTE_MS,
  HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS,
  DAY_MS, 2 * DAY_MS, 7 * DAY_MS, 14 * DAY_MS, 28 * DAY_MS, 91 * DAY_MS, 364 * DAY_MS,
]; // prettier-ignore

/** Cells from one time to the next. */
const APART = 11;

/** The shortest round step that leaves room between two times; `lengthMs` is one column's. */
export function timeStep(lengthMs: number, cells: number): number {
  const least = (lengthMs * APART) / cells;
  return STEPS.find((step) => step >= least) ?? STEPS.at(-1) ?? DAY_MS;
}

/** Clock of a time; the day where a day begins. */
export function timeText(time: EpochMs, stepMs: number): string {
  if (time % DAY_MS === 0) return formatDate(time).slice(5);
  const clock = formatClock(time);
  return stepMs < MINUTE_MS ? clock : clock.slice(0, 5);
}

/** `except` are cells left free, for a label that matters more. */
export function drawTimes(
  cells: Cells,
  columns: Columns,
  of: { lengthMs: number; except?: { from: number; to: number } | null },
): void {
  const { except = null } = of;
  const step = timeStep(of.lengthMs, columns.zoom.cells);
  let free = 0;
  columns.bars.forEach(({ openTime }, i) => {
    const before = columns.bars[i - 1]?.openTime ?? openTime - of.lengthMs;
    // After a gap the first candle behind a round time says its own.
    if (candleOpenTime(openTime, step) === candleOpenTime(before, step)) return;
    const text = timeText(openTime, step);
    const x = middleOf(columns, i) - Math.floor(text.length / 2);
    if (x < free || x + text.length > columns.width) return;
    if (except !== null && x <= except.to && x + text.length >= except.from) return;
    cells.text(x, 0, text, 'text.muted');
    free = x + text.length + 2;
  });
}
