import type { SessionView } from '../../app/session-types.ts';
import { toNumber } from '../../domain/decimal.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { DialogOf } from '../model.ts';
import { change, formatDecimal, formatNumber } from '../text/format.ts';
import { type Pane, type Row, muted, span } from '../text/rows.ts';
import { type DialogDefinition, box, isText, leave, stay, yesNo } from './definition.ts';

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
    const gone: Row = [span(`  ${safeText(dialog.symbol, 24)} is no longer open`, 'warn')];
    return box('Close position', [gone, [span('  esc', 'key'), muted(' back')]], width);
  }
  const digits = position.priceDigits;
  const market = view.markets.find((one) => one.symbol === dialog.symbol);
  const long = position.positionSide === 'long';
  const estimate = (long ? market?.bid : market?.ask) ?? position.markPrice;
  const quantity = formatDecimal(position.quantity, position.quantityDigits).replace('−', '');
  const worth = estimate === null ? null : Math.abs(toNumber(position.quantity)) * estimate;
  return box(
    'Close position',
    [
      [
        span(
          `  ${long ? 'sell' : 'buy'} ${quantity} ${safeText(dialog.symbol, 24)} at market`,
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
