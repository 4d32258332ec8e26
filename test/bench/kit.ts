import { writeSync } from 'node:fs';

/** Writes one line of a bench. */
export function say(text: string): void {
  writeSync(1, `${text}\n`);
}

/**
 * Milliseconds of a fixed loop of float and integer work, the smallest of five: how fast this
 * machine is right now. Figures of other machines or hours compare through it.
 */
export function calibrationMs(): number {
  let best = Infinity;
  for (let pass = 0; pass < 5; pass++) {
    const begun = performance.now();
    let hash = 1;
    let sum = 0;
    for (let i = 0; i < 10_000_000; i++) {
      hash = Math.imul(hash ^ i, 0x01000193) >>> 0;
      sum += hash * 1e-9;
    }
    if (!(sum > 0)) throw new Error('calibration');
    best = Math.min(best, performance.now() - begun);
  }
  return best;
}

/** Prints a figure against its target and fails the bench when it misses by far. */
export function judge(of: {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target: number;
  readonly better: 'more' | 'less';
}): void {
  const ratio = of.better === 'more' ? of.value / of.target : of.target / of.value;
  const verdict = ratio >= 1 ? 'reached' : 'MISSED';
  say(`${of.name}: ${shown(of.value)} ${of.unit} (target ${shown(of.target)}, ${verdict})`);
  if (ratio < 1) process.exitCode = 1;
}

const shown = (value: number): string =>
  value >= 1e6 ? `${(value / 1e6).toFixed(2)} M` : String(Number(value.toPrecision(4)));

/** The value below which `fraction` of the samples lie. */
export function quantile(samples: Float64Array, fraction: number): number {
  const sorted = samples.toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))] ?? NaN;
}
