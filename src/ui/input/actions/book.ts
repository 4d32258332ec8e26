/** Orders at the prices of the ladder. */
import { toFixedText } from '../../../domain/decimal.ts';
import { MANUAL } from '../../../domain/order.ts';
import type { Side } from '../../../domain/trade.ts';
import { type Action, nextPress, result } from '../action.ts';
import { withDialog, withNote } from '../../model.ts';
import type { OrderView } from '../../slices.ts';
import { centered, ladderIn, rowAtCursor } from '../../panes/book/cursor.ts';
import { priceKey, wouldRest } from '../../panes/book/ladder.ts';
import { emptyTicket } from '../../edit/ticket.ts';

/** A ticket at the cursor's price; without a cursor at the best price of that side. */
const place =
  (side: Side): Action =>
  (model, context) => {
    const { view } = context;
    const ladder = ladderIn({ model, view });
    const { watched } = view;
    if (ladder === null || watched === null) {
      return result(withNote(model, 'there is no book to place an order in'));
    }
    const best = side === 'buy' ? ladder.bestBid : ladder.bestAsk;
    const { selected } = model.panes.book;
    const price = selected ?? (best === null ? null : priceKey(best, watched.priceDigits));
    if (price === null) return result(withNote(model, 'choose a price first: ↑ ↓'));
    const press = nextPress(model, context);
    const quantity = lastQuantity(view.orders, watched.symbol);
    const fields = {
      ...emptyTicket(watched.symbol),
      side,
      type: 'limit' as const,
      price,
      quantity,
      postOnly: wouldRest(side, Number(price), ladder),
    };
    return result(
      withDialog(
        { ...press.model, touched: true },
        {
          kind: 'ticket',
          fields,
          active: 'quantity',
          pressId: press.pressId,
          refused: false,
          offered: quantity !== '',
        },
      ),
    );
  };

/** What the operator last ordered of this market; empty before the first time. */
function lastQuantity(orders: readonly OrderView[], symbol: string): string {
  const own = orders.filter((one) => one.symbol === symbol && one.strategyId === MANUAL);
  const newest = own.toSorted((a, b) => b.createdTime - a.createdTime)[0];
  return newest === undefined ? '' : toFixedText(newest.quantity, newest.quantityDigits);
}

/** Every order of ours at the cursor's price. */
const cancel: Action = (model, { view }) => {
  const own = rowAtCursor({ model, view })?.own ?? [];
  return result(
    model,
    own.map(({ id }) => ({ kind: 'cancelOrder', orderId: id })),
  );
};

export const BOOK_ACTIONS = {
  bookBuy: place('buy'),
  bookSell: place('sell'),
  bookCancel: cancel,
  bookCenter: (model) => result(centered(model)),
  /** Out of the cursor, then out of the zoomed pane. */
  bookLeave: (model) =>
    result(model.panes.book.selected === null ? { ...model, zoomed: false } : centered(model)),
} satisfies Readonly<Record<string, Action>>;
