/** The two last lines: what was just answered, and the keys that work now. */
import type { Notice, SessionView } from '../../app/session-types.ts';
import { isWorking } from '../../domain/order.ts';
import { safeText } from '../../domain/safe-text.ts';
import { formatClock } from '../text/format.ts';
import {
  KEYMAP,
  type ActionId,
  type KeyBinding,
  hasMarketClock,
  keyNames,
} from '../input/keymap.ts';
import { type Model, isTyping } from '../model.ts';
import { type Row, type Token, fitRow, muted, rowWidth, span, whole } from '../text/rows.ts';

export const FIRST_HINT = 'r starts trading on paper, o places an order, ? shows all keys';

/** What a key just could not do, else the newest answer, else what the state means. */
export function noticeLine(
  of: { view: SessionView; model: Model; notice: Notice | null },
  width: number,
): Row {
  const { view, model, notice } = of;
  if (model.note !== null) return fitRow([span(` ${safeText(model.note, 200)}`, 'warn')], width);
  if (notice !== null) {
    const token: Token =
      notice.level === 'error' ? 'danger' : notice.level === 'warn' ? 'warn' : 'text.normal';
    return fitRow(
      [muted(` ${formatClock(notice.time)} `), span(safeText(notice.text, 300), token)],
      width,
    );
  }
  if (isFirstStart(view, model)) return fitRow([span(` ${FIRST_HINT}`, 'accent')], width);
  return stateLine(view, width);
}

/** Why it does not trade, since when, and what clears it. Blank while running. */
function stateLine(view: SessionView, width: number): Row {
  const { tradingState, stateSince, stateReason, stateClears } = view.account;
  if (view.store.failed !== null) {
    return fitRow([span(` journal failed: ${safeText(view.store.failed, 200)}`, 'danger')], width);
  }
  if (view.feed.ended) return fitRow([muted(' the recording has ended; q quits')], width);
  if (tradingState === 'running') return fitRow([], width);
  const why = `${tradingState} since ${formatClock(stateSince)}: ${stateReason || 'no reason given'}`;
  const clears = stateClears === '' ? '' : `  →  ${stateClears}`;
  return fitRow([span(` ${safeText(`${why}${clears}`, 300)}`, 'warn')], width);
}

const isFirstStart = (view: SessionView, model: Model): boolean =>
  !model.touched &&
  view.account.tradingState === 'paused' &&
  view.orders.length === 0 &&
  view.recovered === null;

/** Cells of the slot that `p` and `r` share, so that `H` and `F` never move. */
const PACE_SLOT = 10;

/** Danger keys keep their place; the rest is there only while it works. */
export function footerLine(view: SessionView, model: Model, width: number): Row {
  if (model.dialog !== null) return dialogFooter(model, width);
  const running = view.account.tradingState === 'running';
  const fixed: Row = [
    span(' '),
    ...entry('order'),
    ...fitRow(entry(running ? 'pause' : 'resume'), PACE_SLOT),
    ...entry('halt'),
    ...entry('flatten'),
  ];
  if (rowWidth(fixed) > width) return narrowFooter(running, width);
  const rest = KEYMAP.filter(
    (binding) => binding.short !== null && !FIXED.has(binding.id) && worksNow(binding, view, model),
  );
  const last = rest.filter((binding) => LAST.has(binding.id));
  const middle = rest.filter((binding) => !LAST.has(binding.id));
  // Keys of the focused pane stand before the general ones, but leave first.
  let left = width - rowWidth(fixed) - rowWidth(last.flatMap((binding) => entry(binding.id)));
  const fitting = middle.filter((binding) => {
    left -= rowWidth(entry(binding.id));
    return left >= 0;
  });
  return whole([fixed, ...[...fitting, ...last].map((binding) => entry(binding.id))], width);
}

/** A dialog says its own keys; of the others only the halt works, in its place. */
function dialogFooter(model: Model, width: number): Row {
  const before = ' '.repeat(1 + rowWidth(entry('order')) + PACE_SLOT);
  const halt = isTyping(model) ? [span('Ctrl+X', 'key.danger'), muted(' HALT')] : entry('halt');
  return fitRow([span(rowWidth(halt) + before.length > width ? ' ' : before), ...halt], width);
}

/** What stops everything comes first where not even the fixed keys fit. */
function narrowFooter(running: boolean, width: number): Row {
  const order: readonly ActionId[] = ['halt', 'flatten', running ? 'pause' : 'resume', 'order'];
  return whole([[span(' ')], ...order.map(entry)], width);
}

const FIXED: ReadonlySet<ActionId> = new Set(['order', 'pause', 'resume', 'halt', 'flatten']);
const LAST: ReadonlySet<ActionId> = new Set(['help', 'quit', 'nextPane']);

function worksNow(binding: KeyBinding, view: SessionView, model: Model): boolean {
  switch (binding.scope) {
    case 'global':
      return binding.id !== 'why' || hasRows(view, model);
    case 'market clock':
      return hasMarketClock(view) && !view.feed.ended && (binding.id !== 'step' || view.feed.held);
    case 'strategies':
      return model.focus === 'strategies' && view.strategies.length > 0;
    case 'positions':
      return model.focus === 'positions' && view.positions.length > 0;
    case 'orders': {
      const order = view.orders.find((one) => one.id === model.selected.orders) ?? view.orders[0];
      return model.focus === 'orders' && order !== undefined && isWorking(order);
    }
    default:
      return model.focus === binding.scope;
  }
}

function hasRows(view: SessionView, { focus }: Model): boolean {
  if (focus === 'log') return view.log.length > 0;
  return focus !== 'pnl' && view[focus].length > 0;
}

function entry(id: ActionId): Row {
  const binding = KEYMAP.find((one) => one.id === id);
  if (!binding) return [];
  const token: Token = id === 'halt' || id === 'flatten' ? 'key.danger' : 'key';
  const name =
    id === 'faster' ? '+ -' : id === 'nextPane' ? 'tab' : keyNames(binding).split(' ')[0];
  return [span(name ?? '', token), muted(` ${binding.short ?? ''}  `)];
}
