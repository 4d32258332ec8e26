import type { SessionView } from '../../app/session-types.ts';
import { abs, toNumber } from '../../domain/decimal.ts';
import { shownSymbol } from '../../domain/safe-text.ts';
import type { DialogOf } from '../model.ts';
import { change, formatDecimal, formatNumber } from '../text/format.ts';
import { type Pane, muted, span } from '../text/rows.ts';
import { type DialogDefinition, box, goneBox, isText, leave, stay, yesNo } from './definition.ts';

/** Closing one position asks once, with size and estimated price (DECISIONS 16). */
export const close: DialogDefinition<'close'> = {
  draw: (dialog, { view }, { width }) => draw(dialog, view, width),
  press(dialog, key, { model }) {
    if (key.name !== 'y') return isText(key) ? stay(model) : leave(model);
    const { symbol, pressId } = dialog;
    return { ...leave(model), commands: [{ kind: 'closePosition', symbol, pressId }] };
  },
};

function draw(dialog: DialogOf<'close'>, view: SessionView, width: number): Pane {
  const position = view.positions.find((one) => one.symbol === dialog.symbol);
  if (!position) {
    return goneBox('Close position', `${dialog.symbol} is no longer open`, width);
  }
  const digits = position.priceDigits;
  const market = view.markets.find((one) => one.symbol === dialog.symbol);
  const long = position.positionSide === 'long';
  const estimate = (long ? market?.bid : market?.ask) ?? position.markPrice;
  const quantity = formatDecimal(abs(position.quantity), position.quantityDigits);
  const worth = estimate === null ? null : toNumber(abs(position.quantity)) * estimate;
  return box(
    'Close position',
    [
      [
        span(
          `  ${long ? 'sell' : 'buy'} ${quantity} ${shownSymbol(dialog.symbol, 24)} at market`,
          'text.strong',
        ),
      ],
      [
        muted('  estimated price '),
        span(formatNumber(estimate, digits)),
        muted('  notional '),
        span(formatNumber(worth, 2)),
      ],
      [muted('  unrealized '), ...change(position.unrealizedPnl, 2)],
      [],
      yesNo('closes it', 'keeps it'),
    ],
    width,
  );
}
