/** Ways to move a terminal's cursor, and what they cost. */

export interface Position {
  readonly x: number;
  readonly y: number;
}

/** Down, up and to the next row's beginning. In raw mode a terminal may turn LF into CR LF. */
const DOWN = '\u001BD';
const UP = '\u001BM';
const NEXT_ROW = '\u001BE';
/** Steps back that are cheaper one by one. */
const MOST_BACKSPACES = 4;

/** Bytes of `moveTo`. Without knowing where the cursor is, only an absolute move is safe. */
export function moveCost(from: Position | null, to: Position): number {
  const absolute = absoluteCost(to);
  if (from === null) return absolute;
  const rows = to.y - from.y;
  if (rows === 0) return Math.min(absolute, alongCost(from.x, to.x));
  return Math.min(
    absolute,
    verticalCost(rows) + alongCost(from.x, to.x),
    rowStartCost(rows) + alongCost(0, to.x),
  );
}

/** The cheapest sequence from one cell to another. */
export function moveTo(from: Position | null, to: Position): string {
  const cost = moveCost(from, to);
  if (from === null || cost === absoluteCost(to)) return absolute(to);
  const rows = to.y - from.y;
  if (rows === 0) return along(from.x, to.x);
  if (cost === verticalCost(rows) + alongCost(from.x, to.x)) {
    return vertical(rows) + along(from.x, to.x);
  }
  return rowStart(rows) + along(0, to.x);
}

const digits = (value: number): number =>
  value < 10 ? 1 : value < 100 ? 2 : value < 1_000 ? 3 : 4;

/** A parameter; one is what none says. */
const parameter = (value: number): string => (value === 1 ? '' : String(value));
const parameterCost = (value: number): number => (value === 1 ? 0 : digits(value));

function absolute({ x, y }: Position): string {
  return `\u001B[${parameter(y + 1)}${x === 0 ? '' : `;${String(x + 1)}`}H`;
}

const absoluteCost = ({ x, y }: Position): number =>
  3 + parameterCost(y + 1) + (x === 0 ? 0 : 1 + digits(x + 1));

function vertical(rows: number): string {
  if (rows === 1) return DOWN;
  if (rows === -1) return UP;
  return rows > 0 ? `\u001B[${String(rows)}B` : `\u001B[${String(-rows)}A`;
}

const verticalCost = (rows: number): number =>
  rows === 1 || rows === -1 ? 2 : 3 + digits(Math.abs(rows));

function rowStart(rows: number): string {
  if (rows === 1) return NEXT_ROW;
  return rows > 0 ? `\u001B[${String(rows)}E` : `\u001B[${parameter(-rows)}F`;
}

const rowStartCost = (rows: number): number => (rows === 1 ? 2 : 3 + parameterCost(Math.abs(rows)));

/** Within a row. */
function along(from: number, to: number): string {
  if (to === from) return '';
  if (to === 0) return '\r';
  const cells = Math.abs(to - from);
  const column = 3 + digits(to + 1);
  if (to > from) {
    return column < 3 + parameterCost(cells)
      ? `\u001B[${String(to + 1)}G`
      : `\u001B[${parameter(cells)}C`;
  }
  if (cells <= MOST_BACKSPACES) return '\b'.repeat(cells);
  return column < 3 + digits(cells) ? `\u001B[${String(to + 1)}G` : `\u001B[${String(cells)}D`;
}

function alongCost(from: number, to: number): number {
  if (to === from) return 0;
  if (to === 0) return 1;
  const cells = Math.abs(to - from);
  const column = 3 + digits(to + 1);
  if (to < from && cells <= MOST_BACKSPACES) return cells;
  return Math.min(column, 3 + (to > from ? parameterCost(cells) : digits(cells)));
}
