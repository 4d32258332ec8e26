/** Candles in half blocks: filled where the price rose, shaded where it fell. */
import type { Cells } from '../../text/cells.ts';
import type { Token } from '../../text/rows.ts';
import type { Bar } from './bars.ts';
import { type Columns, bodyCells, middleOf, startOf } from './columns.ts';
import { HALVES, type Scale, halfRowOf } from './scale.ts';

const code = (glyph: string): number => glyph.charCodeAt(0);

interface Glyphs {
  readonly both: number;
  readonly upper: number;
  readonly lower: number;
}
/** Told apart without color: a fallen body is shaded and has thin ends. */
const RISEN: Glyphs = { both: code('█'), upper: code('▀'), lower: code('▄') };
const FALLEN: Glyphs = { both: code('▒'), upper: code('▘'), lower: code('▖') };
const WICK: Glyphs = { both: code('│'), upper: code('╵'), lower: code('╷') };

const hasRisen = ({ open, close }: Bar): boolean => close >= open;

export const barToken = (bar: Bar): Token => (hasRisen(bar) ? 'pnl.up' : 'pnl.down');

/** Half rows that a candle covers, from the top. */
interface Extent {
  readonly high: number;
  readonly low: number;
  readonly bodyTop: number;
  readonly bodyBottom: number;
}

const extentOf = (scale: Scale, bar: Bar): Extent => ({
  high: halfRowOf(scale, bar.high),
  low: halfRowOf(scale, bar.low),
  bodyTop: halfRowOf(scale, Math.max(bar.open, bar.close)),
  bodyBottom: halfRowOf(scale, Math.min(bar.open, bar.close)),
});

export function drawCandles(cells: Cells, columns: Columns, scale: Scale): void {
  columns.bars.forEach((bar, i) => {
    const extent = extentOf(scale, bar);
    const glyphs = hasRisen(bar) ? RISEN : FALLEN;
    const token = barToken(bar);
    const start = startOf(columns, i);
    const middle = middleOf(columns, i);
    const top = Math.floor(Math.min(extent.high, extent.bodyTop) / HALVES);
    const bottom = Math.floor(Math.max(extent.low, extent.bodyBottom) / HALVES);
    for (let y = top; y <= bottom; y++) {
      const body = partOf(y, extent.bodyTop, extent.bodyBottom, glyphs);
      if (body !== 0) {
        for (let x = start; x < start + bodyCells(columns.zoom); x++) cells.set(x, y, body, token);
      } else {
        const wick = partOf(y, extent.high, extent.low, WICK);
        if (wick !== 0) cells.set(middle, y, wick, token);
      }
    }
  });
}

/** The glyph of a row for what reaches from one half row to another; 0 for nothing. */
function partOf(y: number, from: number, to: number, glyphs: Glyphs): number {
  const upper = y * HALVES >= from && y * HALVES <= to;
  const lower = y * HALVES + 1 >= from && y * HALVES + 1 <= to;
  return upper ? (lower ? glyphs.both : glyphs.upper) : lower ? glyphs.lower : 0;
}
