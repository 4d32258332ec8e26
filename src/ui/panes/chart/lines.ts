/** Values along the candles as braille lines. */
import { DOTS_ACROSS, DOTS_DOWN, Dots, drawLine } from '../../text/braille.ts';
import type { Cells } from '../../text/cells.ts';
import type { Token } from '../../text/rows.ts';
import { type Columns, middleOf } from './columns.ts';
import { type Scale, dotOf, isDrawable } from './scale.ts';

/** One value per shown column; what is no number leaves a gap. */
export type ColumnValues = readonly (number | null | undefined)[];

/** Draws where nothing stands yet: a line goes behind candles and behind lines before it. */
export function drawValues(
  cells: Cells,
  of: { columns: Columns; values: ColumnValues; scale: Scale; token: Token; y?: number },
): void {
  const { columns, scale, token, y = 0 } = of;
  const size = { width: columns.width, height: scale.rows };
  const dots = new Dots(size);
  drawLine(dots, heightsOf(columns, of.values, scale));
  for (let row = 0; row < size.height; row++) {
    for (let x = 0; x < size.width; x++) {
      const code = dots.code(x, row);
      if (code !== 0 && cells.isBlank(x, y + row)) cells.set(x, y + row, code, token);
    }
  }
}

/** Dot row for every dot column: straight between the middles of the columns. */
function heightsOf(columns: Columns, values: ColumnValues, scale: Scale): (number | null)[] {
  const length = columns.width * DOTS_ACROSS;
  const heights = Array.from({ length }, (): number | null => null);
  const dotAt = (value: number): number => dotOf(scale, value, DOTS_DOWN);
  let before: { x: number; value: number } | null = null;
  for (let i = 0; i < columns.bars.length; i++) {
    const value = values[i];
    if (!isDrawable(value)) {
      before = null;
      continue;
    }
    const x = middleOf(columns, i) * DOTS_ACROSS;
    if (before !== null) {
      const steps = x - before.x;
      for (let step = 1; step < steps; step++) {
        heights[before.x + step] = dotAt(before.value + ((value - before.value) * step) / steps);
      }
    }
    heights[x] = dotAt(value);
    before = { x, value };
  }
  // The newest value reaches to the end of its cell.
  if (before !== null) heights[before.x + 1] ??= dotAt(before.value);
  return heights;
}
