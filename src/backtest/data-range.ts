import { InputError } from '../domain/errors.ts';
import { type EpochMs, timeframeMs } from '../domain/time.ts';
import type { DataFile } from './data-file.ts';

/** The rows of a file from a time up to, without, another. Throws InputError when none are. */
export function withinRange(
  file: DataFile,
  range: { readonly from: EpochMs; readonly to: EpochMs },
): DataFile {
  const { times } = file;
  const start = firstAtOrAfter(times, range.from);
  const end = firstAtOrAfter(times, range.to);
  if (start >= end) throw new InputError(`${file.path}: no row lies in the time asked for`);
  const cut = <T extends Float64Array | Uint8Array>(column: T): T =>
    column.subarray(start, end) as T;
  const rows = cut(times);
  const head = {
    times: rows,
    length: rows.length,
    firstTime: rows[0] ?? NaN,
    lastTime: rows.at(-1) ?? NaN,
  };
  if (file.kind === 'trades') {
    const { prices, quantities, buys } = file;
    const columns = { prices: cut(prices), quantities: cut(quantities), buys: cut(buys) };
    return { ...file, ...head, ...columns };
  }
  const { opens, highs, lows, closes, volumes } = file;
  const prices = { opens: cut(opens), highs: cut(highs), lows: cut(lows), closes: cut(closes) };
  const gaps = gapsOf(rows, timeframeMs(file.timeframe));
  return { ...file, ...head, ...prices, volumes: cut(volumes), gaps };
}

/** Index of the first time that is not before. */
function firstAtOrAfter(times: Float64Array, time: EpochMs): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Infinity) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function gapsOf(times: Float64Array, length: number): number {
  let gaps = 0;
  for (let i = 1; i < times.length; i++) {
    if ((times[i] ?? NaN) - (times[i - 1] ?? NaN) > length) gaps += 1;
  }
  return gaps;
}
