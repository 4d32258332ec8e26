/** The whole screen as rows: a pure function of view, model and size. */
import type { Notice, SessionView } from '../app/session-types.ts';
import type { TicketPreview } from './slices.ts';
import { closeDialog, helpDialog, phraseDialog, quitDialog } from './dialogs/questions.ts';
import { ticketDialog } from './dialogs/ticket.ts';
import { whyDialog } from './dialogs/why.ts';
import { framed } from './text/frame.ts';
import { type Layout, type PaneId, layout } from './layout/layout.ts';
import type { Model } from './model.ts';
import { footerLine, noticeLine } from './panes/footer.ts';
import { headerLine, isLive, statusLine, tabLine, tinyLine } from './panes/header.ts';
import { logPane } from './panes/log.ts';
import { marketsPane } from './panes/markets.ts';
import { ordersPane } from './panes/orders.ts';
import { pnlPane } from './panes/pnl.ts';
import { positionsPane } from './panes/positions.ts';
import { strategiesPane } from './panes/strategies.ts';
import { type Pane, type Row, type Size, fitRow, fitRows, sliceRow } from './text/rows.ts';

export interface Screen {
  readonly view: SessionView;
  readonly model: Model;
  /** Wall milliseconds since the feed last delivered, as of now. */
  readonly ageMs: number | null;
  /** The newest answer, as long as it is news. */
  readonly notice: Notice | null;
  /** For an open ticket: what it would do, or what is missing. */
  readonly preview: TicketPreview | string | null;
}

/** Exactly `height` rows of exactly `width` cells. */
export function compose(screen: Screen, size: Size): readonly Row[] {
  const { view, model, ageMs } = screen;
  const { width, height } = size;
  const plan = layout(width, height, model.focus);
  if (plan.kind === 'tiny') return fitRows([tinyLine(view, width)], size);
  const body = paintPanes(screen, plan, width, height - plan.headerRows - (plan.tabs ? 1 : 0) - 2);
  const second = plan.tabs ? tabLine(view, model.focus, width) : statusLine(view, ageMs, width);
  const rows = [
    headerLine(view, ageMs, width),
    second,
    ...body,
    noticeLine(screen, width),
    footerLine(view, model, width),
  ];
  return overlay(fitRows(rows, size), dialogOf(screen, size), size);
}

/** Panes side by side: each row of the body is stitched from the panes that cross it. */
function paintPanes(screen: Screen, plan: Layout, width: number, height: number): readonly Row[] {
  const { model, view } = screen;
  const rows: Row[] = Array.from({ length: Math.max(0, height) }, () => []);
  const top = plan.headerRows + (plan.tabs ? 1 : 0);
  for (const { id, rect } of plan.panes.toSorted((a, b) => a.rect.x - b.rect.x)) {
    const inner = { width: Math.max(0, rect.width - 2), height: Math.max(0, rect.height - 2) };
    const focused = id === model.focus;
    const lines = framed(paneOf(id, screen, inner), {
      width: rect.width,
      height: rect.height,
      focused,
      ...(isLive(view.mode) ? { token: 'border.live' as const } : {}),
    });
    lines.forEach((line, i) => {
      const y = rect.y - top + i;
      rows[y] = [...(rows[y] ?? []), ...line];
    });
  }
  return rows.map((row) => fitRow(row, width));
}

/** One pane's content for its inner size. */
export function paneOf(id: PaneId, screen: Screen, inner: Size): Pane {
  const { view, model } = screen;
  const selected = model.selected[id];
  switch (id) {
    case 'markets':
      return marketsPane(
        { markets: view.markets, now: view.now, mode: view.mode, selected },
        inner,
      );
    case 'strategies':
      return strategiesPane({ strategies: view.strategies, selected }, inner);
    case 'positions': {
      const strategiesOn = view.strategies.filter((one) => one.enabled).length;
      return positionsPane(
        { positions: view.positions, mode: view.mode, strategiesOn, selected },
        inner,
      );
    }
    case 'orders':
      return ordersPane({ orders: view.orders, selected }, inner);
    case 'pnl':
      return pnlPane(
        { pnl: view.pnl, account: view.account, breakers: view.breakers, scroll: model.pnlScroll },
        inner,
      );
    case 'log':
      return logPane({ log: view.log, notices: view.notices, anchor: selected }, inner);
  }
}

const DIALOG_WIDTH = 72;

function dialogOf(screen: Screen, size: Size): { pane: Pane; width: number } | null {
  const { view, model } = screen;
  const { dialog } = model;
  if (dialog === null) return null;
  const width = Math.min(DIALOG_WIDTH, size.width) - 2;
  // The header and the keys that stop everything stay visible behind every dialog.
  const maxHeight = Math.max(1, size.height - 4);
  switch (dialog.kind) {
    case 'ticket': {
      const preview = screen.preview ?? 'type a quantity';
      return { pane: ticketDialog({ dialog, view, preview }, width, maxHeight), width };
    }
    case 'close':
      return { pane: closeDialog(dialog, view, width), width };
    case 'quit':
      return { pane: quitDialog(view, width), width };
    case 'phrase':
      return { pane: phraseDialog(dialog, view, width), width };
    case 'why':
      return { pane: whyDialog(dialog, view, { width, maxHeight }), width };
    case 'help':
      return { pane: helpDialog(dialog, view, { width, maxHeight }), width };
  }
}

function overlay(
  base: readonly Row[],
  dialog: { pane: Pane; width: number } | null,
  size: Size,
): readonly Row[] {
  if (dialog === null) return base;
  const width = dialog.width + 2;
  const height = Math.min(dialog.pane.rows.length + 2, Math.max(3, size.height - 2));
  const x = Math.max(0, Math.floor((size.width - width) / 2));
  const y = Math.max(1, Math.floor((size.height - 1 - height) / 2));
  const lines = framed(dialog.pane, { width, height, focused: true });
  return base.map((row, i) => {
    const line = lines[i - y];
    if (!line) return row;
    return [...sliceRow(row, 0, x), ...line, ...sliceRow(row, x + width, size.width)];
  });
}
