/** Every account of the console with its result and health; Enter shows one in the panes. */
import type { AccountLine, AccountsView } from '../../app/session-types.ts';
import { safeText } from '../../domain/safe-text.ts';
import { result } from '../input/action.ts';
import { type DialogOf, type Model, withDialog } from '../model.ts';
import { change, formatNumber, formatPercent } from '../text/format.ts';
import { type Row, fit, fitRight, muted, span } from '../text/rows.ts';
import { type DialogDefinition, box, goneBox, keysRow, leave, stay } from './definition.ts';

const NAME_CELLS = 14;

export const accounts: DialogDefinition<'accounts'> = {
  width: 80,
  draw({ index }, { view }, { width }) {
    const all = view.accounts;
    if (all === undefined) return goneBox('Accounts', 'there is one account', width);
    const head: Row = [
      muted(`  ${fit('account', NAME_CELLS)}  ${fit('state', 10)}${fitRight('equity', 14)}`),
      muted(`  ${fit('day', 11)}${fit('dd', 6)}${fit('held', 5)}${fit('open', 5)}data`),
    ];
    const rows = all.lines.map((line, i) => lineRow(line, { all, i, chosen: i === index }));
    return box('Accounts', [head, ...rows, [], ...totalRows(all), [], KEYS], width);
  },
  press(dialog, key, { model, context }) {
    const count = context.view.accounts?.lines.length ?? 0;
    switch (key.name) {
      case 'up':
      case 'k':
        return moveTo(dialog, model, Math.max(0, dialog.index - 1));
      case 'down':
      case 'j':
        return moveTo(dialog, model, Math.min(count - 1, dialog.index + 1));
      case 'enter':
        return result(withDialog(model, null), [{ kind: 'showAccount', index: dialog.index }]);
      case 'A':
        return leave(model);
      default:
        return stay(model);
    }
  },
};

const KEYS = keysRow(
  ['enter', 'show it'],
  ['esc', 'back'],
  ['H', 'halts all of them', 'key.danger'],
);

const moveTo = (dialog: DialogOf<'accounts'>, model: Model, index: number) =>
  stay(withDialog(model, { ...dialog, index }));

function lineRow(
  line: AccountLine,
  of: { readonly all: AccountsView; readonly i: number; readonly chosen: boolean },
): Row {
  const { tradingState, equity, dayPnl, drawdownFraction, positions, workingOrders } = line;
  const isRunning = tradingState === 'running';
  const name = fit(safeText(line.name, NAME_CELLS), NAME_CELLS);
  const way = worse(line.data ?? 'stream', line.link ?? 'stream');
  return [
    span(of.chosen ? '› ' : '  ', 'accent'),
    span(name, of.chosen ? 'selected' : 'text.normal'),
    span(of.i === of.all.shown ? ' •' : '  ', 'accent'),
    span(fit(tradingState, 10), isRunning ? 'state.running' : 'state.tight'),
    span(fitRight(`${formatNumber(equity, 2)} ${safeText(line.currency, 6)}`, 14)),
    muted('  '),
    ...padded(change(dayPnl, 2), 11),
    span(fit(`${formatPercent(drawdownFraction, 1)} %`, 6)),
    span(fit(String(positions), 5)),
    span(fit(String(workingOrders), 5)),
    span(way, way === 'stream' ? 'text.normal' : way === 'poll' ? 'warn' : 'danger'),
  ];
}

type Way = NonNullable<AccountLine['data']>;
const WAYS: readonly Way[] = ['stream', 'poll', 'stale', 'down'];

/** Of market data and account the one that arrives worse. */
const worse = (a: Way, b: Way): Way => (WAYS.indexOf(a) > WAYS.indexOf(b) ? a : b);

/** With blanks behind it. */
function padded(row: Row, cells: number): Row {
  const used = row.reduce((sum, { text }) => sum + text.length, 0);
  return [...row, span(' '.repeat(Math.max(0, cells - used)))];
}

function totalRows({ total }: AccountsView): readonly Row[] {
  const { equity, dayPnl, currency, missing } = total;
  const row: Row = [
    muted(`  ${fit('together', NAME_CELLS + 12)}`),
    span(fitRight(`${formatNumber(equity, 2)} ${safeText(currency, 6)}`, 14), 'text.strong'),
    muted('  '),
    ...change(dayPnl, 2),
  ];
  if (missing.length === 0) return [row];
  const names = safeText(missing.join(', '), 60);
  return [row, [span(`  without ${names}: no market converts its currency`, 'warn')]];
}
