/** The screen's figures, what they must be, and how they are said. */
export type FigureId =
  | 'bytesLarge'
  | 'bytesSmall'
  | 'cpu'
  | 'keyP50'
  | 'keyP99'
  | 'haltP99'
  | 'loopP99'
  | 'heapSlope'
  | 'idleBytes'
  | 'start';

export type Measured = Partial<Record<FigureId, number>>;

interface Figure {
  readonly id: FigureId;
  readonly name: string;
  readonly unit: string;
  readonly must: number;
  readonly aim: number;
}

const figure = (
  id: FigureId,
  name: string,
  of: readonly [unit: string, must: number, aim: number],
): Figure => ({ id, name, unit: of[0], must: of[1], aim: of[2] });

/** From the console's issue; all are better when smaller. */
export const FIGURES: readonly Figure[] = [
  figure('bytesLarge', 'bytes at 200×50', ['B/s', 13_000, 9_000]),
  figure('bytesSmall', 'bytes at 80×24', ['B/s', 5_000, 3_000]),
  figure('cpu', 'CPU of one core, 200×50', ['%', 8, 4]),
  figure('keyP50', 'key → paint p50', ['ms', 6, 3]),
  figure('keyP99', 'key → paint p99', ['ms', 15, 8]),
  figure('haltP99', 'halt key → gate closed p99', ['ms', 5, 2]),
  figure('loopP99', 'event loop delay p99', ['ms', 12, 8]),
  figure('heapSlope', 'heap slope', ['MB/h', 1, 0]),
  figure('idleBytes', 'idle bytes', ['B/s', 100, 40]),
  figure('start', 'start → first frame', ['ms', 500, 250]),
];

/** The gate lets a busy or slow machine pass, not a figure of another order. */
const GATE_FACTOR = 2;

/** Names with value and limit of what is beyond the gate; `isWhole`: all had to be measured. */
export function gateFailures(measured: Measured, isWhole: boolean): readonly string[] {
  return FIGURES.flatMap(({ id, name, unit, must }) => {
    const value = measured[id];
    if (value === undefined && !isWhole) return [];
    const limit = must * GATE_FACTOR;
    if (value === undefined || !Number.isFinite(value)) return [`${name} was not measured`];
    return value <= limit ? [] : [`${name} is ${shown(value)} ${unit}, beyond ${limit} ${unit}`];
  });
}

/** Is one of these beyond the gate? */
export const isBeyondGate = (measured: Measured): boolean =>
  FIGURES.some(({ id, must }) => (measured[id] ?? 0) > must * GATE_FACTOR);

/** The better of two measurements, figure by figure. */
export function bestOf(a: Measured, b: Measured): Measured {
  const best: Measured = {};
  for (const { id } of FIGURES) {
    const value = Math.min(a[id] ?? Infinity, b[id] ?? Infinity);
    if (value !== Infinity) best[id] = value;
  }
  return best;
}

export function table(measured: Measured): string {
  const head = ['figure', 'must', 'aim', 'measured', ''];
  const rows = FIGURES.flatMap(({ id, name, unit, must, aim }) => {
    const value = measured[id];
    if (value === undefined) return [];
    const verdict = value <= aim ? 'aim' : value <= must ? 'must' : 'MISSED';
    return [[name, `${must} ${unit}`, String(aim), shown(value), verdict]];
  });
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]?.length ?? 0)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, i) => fit(cell, widths[i] ?? 0, i))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const fit = (cell: string, width: number, column: number): string =>
  column === 0 || column === 4 ? cell.padEnd(width) : cell.padStart(width);

const shown = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
