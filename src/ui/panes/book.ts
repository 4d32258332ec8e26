import { shownSymbol } from '../../domain/safe-text.ts';
import type { PaneId } from '../layout/panes.ts';
import { currentSymbol, currentWatched } from '../model.ts';
import type { Scene } from '../scene.ts';
import { formatNumber } from '../text/format.ts';
import { type Pane, type Row, type Size, dimmed, fitRows, muted } from '../text/rows.ts';
import { ageOf } from './book/age.ts';
import { moveInLadder, rowAtCursor } from './book/cursor.ts';
import { fromTop, shownLadder } from './book/ladder.ts';
import { ladderRows, tapeLine } from './book/rows.ts';
import { levelRows } from '../why/level.ts';
import type { PaneDefinition } from './definition.ts';

/** From this height on, a line is left for the tape where it has no pane of its own. */
const TAPE_FROM = 8;

function bookPane(scene: Scene, size: Size, beside: readonly PaneId[]): Pane {
  const { view, model } = scene;
  const symbol = currentSymbol(model, view);
  const watched = currentWatched(model, view);
  const title = symbol === null ? 'Book' : `Book ${shownSymbol(symbol, 24)}`;
  const empty = (text: string): Pane => ({
    title,
    summary: [],
    rows: fitRows([[muted(` ${text}`)]], size),
  });
  if (symbol === null) return empty('no market data yet: waiting for the feed');
  if (watched === null) return empty('loading the book');
  const { book } = watched;
  if (book === null) return empty(withoutBook(scene));
  const cursor = model.panes.book.selected;
  const ladder = shownLadder(view, cursor);
  if (ladder === null || (ladder.bestAsk === null && ladder.bestBid === null)) {
    return empty('waiting for the first book');
  }
  const { summary, stale } = ageOf(scene, book.time);
  const hasTape = watched.trades !== null && !beside.includes('tape') && size.height >= TAPE_FROM;
  const tape: Row[] = hasTape ? [tapeLine(watched, size.width)] : [];
  const height = Math.max(0, size.height - tape.length);
  const rows = [...ladderRows({ watched, ladder, cursor }, { width: size.width, height }), ...tape];
  return { title, summary, rows: fitRows(stale ? rows.map(dimmed) : rows, size) };
}

const withoutBook = ({ view }: Scene): string =>
  view.mode === 'replay' ? 'no book in this recording' : 'this market gives no book';

export const book: PaneDefinition = {
  draw: bookPane,
  // Faster than an eye follows numbers, it would cost more bytes than all other panes together.
  calmMs: 200,
  rowKeys: () => [],
  cursorKey: ({ model }) => model.panes.book.selected,
  move: moveInLadder,
  whyTitle: () => 'Price level',
  why(key, { view }) {
    const ladder = shownLadder(view, key);
    const row = ladder === null ? undefined : fromTop(ladder).find((one) => one.key === key);
    return row === undefined || ladder === null || view.watched === null
      ? null
      : levelRows(row, ladder, view.watched);
  },
  unavailable(action, scene) {
    const row = rowAtCursor(scene);
    switch (action) {
      case 'bookBuy':
      case 'bookSell':
        return scene.view.watched?.book ? null : 'there is no book to place an order in';
      case 'bookCancel': {
        if (row === null) return 'choose a price with an order of ours first: ↑ ↓';
        const price = formatNumber(row.price, scene.view.watched?.priceDigits ?? 2);
        return row.own.length === 0 ? `no order of ours rests at ${price}` : null;
      }
      default:
        return null;
    }
  },
};
