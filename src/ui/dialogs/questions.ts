/** The small dialogs: closing, quitting, typed phrases, help. */
import type { SessionView } from '../../app/session-types.ts';
import { safeText } from '../../domain/safe-text.ts';
import { toNumber } from '../../domain/decimal.ts';
import { isWorking } from '../../domain/order.ts';
import { change, count, formatClock, formatDecimal, formatNumber } from '../text/format.ts';
import { KEYMAP, hasMarketClock, keyNames } from '../input/keymap.ts';
import type { Dialog } from '../model.ts';
import { type Pane, type Row, fitRow, fitRows, muted, span } from '../text/rows.ts';

type DialogOf<K extends Dialog['kind']> = Extract<Dialog, { kind: K }>;

const yesNo = (yes: string, no: string): Row => [
  span('  y', 'key.danger'),
  muted(` ${yes}   `),
  span('esc', 'key'),
  muted(` ${no}`),
];

function box(title: string, rows: readonly Row[], width: number): Pane {
  return { title, summary: [], rows: fitRows(rows, { width, height: rows.length }) };
}

export function closeDialog(dialog: DialogOf<'close'>, view: SessionView, width: number): Pane {
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

export function quitDialog(view: SessionView, width: number): Pane {
  const open = view.positions.length;
  const working = view.orders.filter(isWorking).length;
  const simulated = view.mode !== 'live' && view.mode !== 'testnet';
  const stay = simulated
    ? 'positions stay on paper; nothing runs while this process is down'
    : 'orders at the venue stay; stops of the engine stop with it';
  return box(
    'Quit',
    [
      [span(`  ${count(open, 'open position')}, ${count(working, 'working order')}`)],
      [muted(`  ${stay}`)],
      [],
      yesNo('quits', 'stays'),
    ],
    width,
  );
}

export function phraseDialog(dialog: DialogOf<'phrase'>, view: SessionView, width: number): Pane {
  const { account } = view;
  const resuming = dialog.purpose === 'resume';
  const why: readonly Row[] = resuming
    ? [
        [span(`  ${account.tradingState} since ${formatClock(account.stateSince)}`, 'warn')],
        [span(`  ${safeText(account.stateReason || 'no reason given', 120)}`)],
        [muted(`  ${safeText(account.stateClears, 120)}`)],
      ]
    : [
        [span('  cancels every order and closes every position at market', 'warn')],
        [
          muted(
            `  ${count(view.positions.length, 'position')}, ${count(view.orders.filter(isWorking).length, 'working order')}`,
          ),
        ],
      ];
  const ask = resuming ? 'type the account name to resume: ' : 'type this to confirm: ';
  return box(
    resuming ? 'Resume' : 'Flatten',
    [
      ...why,
      [],
      [muted(`  ${ask}`), span(safeText(dialog.expects, 40), 'text.strong')],
      [span('  › ', 'accent'), span(`${safeText(dialog.typed, 40)}▏`.padEnd(24), 'field')],
      [dialog.wrong ? span('  that is not the phrase', 'danger') : span('')],
      [span('  enter', 'key'), muted(' confirm   '), span('esc', 'key'), muted(' back')],
    ],
    width,
  );
}

/** All keys from the table; scrolls where they do not fit. */
export function helpDialog(
  dialog: DialogOf<'help'>,
  view: SessionView,
  of: { width: number; maxHeight: number },
): Pane {
  const known = KEYMAP.filter(
    (binding) => binding.scope !== 'market clock' || hasMarketClock(view),
  );
  const rows = known.map((binding): Row => {
    const where =
      binding.scope === 'global' || binding.scope === 'market clock' ? '' : ` (${binding.scope})`;
    const danger = binding.danger === 'none' || binding.danger === 'asks' ? 'key' : 'key.danger';
    return [span(`  ${keyNames(binding).padEnd(11)}`, danger), span(binding.text), muted(where)];
  });
  const room = Math.max(1, of.maxHeight - 1);
  const start = Math.min(dialog.scroll, Math.max(0, rows.length - room));
  const shown = rows.slice(start, start + room);
  const more = rows.length > room ? '  ↑ ↓ more   any other key closes' : '  any key closes';
  return box('Keys', [...shown, fitRow([muted(more)], of.width)], of.width);
}
