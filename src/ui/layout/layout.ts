/** Where everything goes: a pure function of the terminal's size and the focused pane. */
import type { Rect } from '../text/frame.ts';

export const PANES = ['markets', 'strategies', 'positions', 'orders', 'pnl', 'log'] as const;
export type PaneId = (typeof PANES)[number];

export interface Layout {
  /** tiny: one line · small: one pane · medium: three or four · wide and huge: all six. */
  readonly kind: 'tiny' | 'small' | 'medium' | 'wide' | 'huge';
  readonly headerRows: number;
  /** The row of tabs, where not every pane is on the screen. */
  readonly tabs: boolean;
  readonly panes: readonly { readonly id: PaneId; readonly rect: Rect }[];
}

/** Below this there is one line: state, P&L and the halt key. */
const SMALL = { cols: 30, rows: 8 };
const MEDIUM = { cols: 80, rows: 24 };
const WIDE = { cols: 110, rows: 34 };
const HUGE_COLS = 160;
/** Notice line and footer. */
const FOOT = 2;

export function layout(cols: number, rows: number, focus: PaneId): Layout {
  if (cols < SMALL.cols || rows < SMALL.rows) {
    return { kind: 'tiny', headerRows: 1, tabs: false, panes: [] };
  }
  if (cols < MEDIUM.cols || rows < MEDIUM.rows) {
    const rect = { x: 0, y: 2, width: cols, height: rows - 2 - FOOT };
    return { kind: 'small', headerRows: 1, tabs: true, panes: [{ id: focus, rect }] };
  }
  if (cols < WIDE.cols || rows < WIDE.rows) return medium(cols, rows, focus);
  return wide(cols, rows);
}

/** From this height on, three panes would stand half empty: the strategies find room as well. */
const FOUR_PANES_ROWS = 29;

/** The focused pane on top, what is at stake below it, then what just happened. */
function medium(cols: number, rows: number, focus: PaneId): Layout {
  const ids = mediumPanes(focus, rows >= FOUR_PANES_ROWS);
  const weights = ids.length === 4 ? ids.map((id) => wantedRows(id, id === focus)) : [10, 5, 5];
  const heights = stack(rows - 2 - FOOT, weights);
  let y = 2;
  const panes = ids.map((id, i) => {
    const rect = { x: 0, y, width: cols, height: heights[i] ?? 0 };
    y += rect.height;
    return { id, rect };
  });
  return { kind: 'medium', headerRows: 1, tabs: true, panes };
}

/** Rows a pane of the usual content fills: all four markets, all seven built-in strategies. */
function wantedRows(id: PaneId, isFocused: boolean): number {
  if (id === 'strategies') return 10;
  if (id === 'markets') return 7;
  if (isFocused) return 8;
  return id === 'positions' ? 5 : 4;
}

function mediumPanes(focus: PaneId, isTall: boolean): readonly PaneId[] {
  const second: PaneId = focus === 'positions' ? 'markets' : 'positions';
  const last: PaneId = focus === 'log' ? 'orders' : 'log';
  // The orders stand in for the log, and under a fourth pane none of their rows would show.
  if (!isTall || focus === 'log') return [focus, second, last];
  return [focus, second, focus === 'strategies' ? 'markets' : 'strategies', last];
}

function wide(cols: number, rows: number): Layout {
  const huge = cols >= HUGE_COLS;
  const top = 2;
  const height = rows - top - FOOT;
  const [upper = 0, logHeight = 0] = stack(height, [28, 8]);
  const left = huge ? 50 : Math.max(42, Math.min(56, Math.floor(cols * 0.36)));
  const right = cols - left;
  const [markets = 0, strategies = 0] = stack(upper, [11, 17]);
  const column = (x: number, width: number, items: readonly (readonly [PaneId, number])[]) => {
    let y = top;
    return items.map(([id, paneHeight]) => {
      const rect = { x, y, width, height: paneHeight };
      y += paneHeight;
      return { id, rect };
    });
  };
  const log = {
    id: 'log' as const,
    rect: { x: 0, y: top + upper, width: cols, height: logHeight },
  };
  const leftPanes = column(0, left, [
    ['markets', markets],
    ['strategies', strategies],
  ]);
  if (!huge) {
    const [positions = 0, orders = 0, pnl = 0] = stack(upper, [9, 9, 10]);
    const rightPanes = column(left, right, [
      ['positions', positions],
      ['orders', orders],
      ['pnl', pnl],
    ]);
    return { kind: 'wide', headerRows: 2, tabs: false, panes: [...leftPanes, ...rightPanes, log] };
  }
  const [positions = 0, lower = 0] = stack(upper, [11, 18]);
  const pnlWidth = Math.min(64, Math.floor(right * 0.44));
  const y = top + positions;
  return {
    kind: 'huge',
    headerRows: 2,
    tabs: false,
    panes: [
      ...leftPanes,
      { id: 'positions', rect: { x: left, y: top, width: right, height: positions } },
      { id: 'orders', rect: { x: left, y, width: right - pnlWidth, height: lower } },
      { id: 'pnl', rect: { x: cols - pnlWidth, y, width: pnlWidth, height: lower } },
      log,
    ],
  };
}

/** Shares a height by weights; the first takes what rounding leaves. */
function stack(height: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => Math.floor((height * weight) / total));
  const rest = height - shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share, i) => (i === 0 ? share + rest : share));
}
