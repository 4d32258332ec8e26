/** From a key to what it does: pure, so that any byte source can stand before it. */
import type { SessionView } from '../../app/session-types.ts';
import { isWorking } from '../../domain/order.ts';
import { safeText } from '../../domain/safe-text.ts';
import { handleDialogKey } from './dialog-keys.ts';
import { type KeyBinding, findBinding, hasMarketClock } from './keymap.ts';
import { PANES, type PaneId } from '../layout/layout.ts';
import {
  type KeyContext,
  type KeyPress,
  type KeyResult,
  type Model,
  cycleFocus,
  isTyping,
  select,
  withDialog,
  withNote,
} from '../model.ts';
import { logLines } from '../panes/log.ts';
import { breakdownLength } from '../panes/pnl.ts';
import { emptyTicket } from '../ticket.ts';

const result = (
  model: Model,
  commands: KeyResult['commands'] = [],
  effect: KeyResult['effect'] = 'none',
): KeyResult => ({ model, commands, effect });

const HALT = { kind: 'halt', reason: 'halted by the operator' } as const;

export function handleKey(model: Model, key: KeyPress, context: KeyContext): KeyResult {
  if (model.submitted && key.name === 'enter') return result(model);
  const calm: Model = { ...model, note: null, submitted: false };
  // The emergency stop comes before everything, in every dialog.
  if (key.name === 'ctrl+x' || (key.name === 'H' && !isTyping(model))) {
    return result(calm, [HALT]);
  }
  if (key.name === 'ctrl+l') return result(calm, [], 'repaint');
  if (key.name === 'ctrl+c') return quitKey(calm);
  if (calm.dialog !== null) return handleDialogKey(calm, key, context);
  const binding = findBinding(key.name);
  return binding ? act(calm, binding, context) : result(calm);
}

/** Ctrl+C asks like `q`; a second one is the answer. */
function quitKey(model: Model): KeyResult {
  if (model.dialog?.kind === 'quit') return result(withDialog(model, null), [], 'quit');
  return result(withDialog(model, { kind: 'quit' }));
}

function act(model: Model, binding: KeyBinding, context: KeyContext): KeyResult {
  switch (binding.id) {
    case 'order':
      return openTicket(model, context);
    case 'pause':
      return pause(model, context.view);
    case 'resume':
      return resume(model, context.view);
    case 'halt':
    case 'haltAnywhere':
      return result(model, [HALT]);
    case 'flatten':
      return result(
        withDialog(model, {
          kind: 'phrase',
          purpose: 'flatten',
          expects: 'FLATTEN',
          typed: '',
          wrong: false,
        }),
      );
    case 'toggle':
      return toggle(model, context.view);
    case 'cancel':
      return cancel(model, context.view);
    case 'close':
      return close(model, context);
    case 'hold':
    case 'step':
    case 'faster':
    case 'slower':
      return pace(model, binding.id, context.view);
    case 'why':
      return why(model, context.view);
    case 'help':
      return result(withDialog(model, { kind: 'help', scroll: 0 }));
    case 'repaint':
      return result(model, [], 'repaint');
    case 'quit':
      return quitKey(model);
    case 'nextPane':
      return result(cycleFocus(model, 1));
    case 'previousPane':
      return result(cycleFocus(model, -1));
    case 'up':
      return result(move(model, -1, context.view));
    case 'down':
      return result(move(model, 1, context.view));
    case 'top':
      return result(move(model, -Infinity, context.view));
    case 'bottom':
      return result(move(model, Infinity, context.view));
    default:
      return result({ ...model, focus: PANES[Number(binding.id.slice(4)) - 1] ?? model.focus });
  }
}

function why(model: Model, view: SessionView): KeyResult {
  const key = selectedKey(model, view);
  if (key === null) return result(withNote(model, 'no row to explain here'));
  return result(withDialog(model, { kind: 'why', pane: model.focus, key, scroll: 0 }));
}

function openTicket(model: Model, context: KeyContext): KeyResult {
  const { view } = context;
  const selected = currentSymbol(model, view);
  if (selected === null) return result(withNote(model, 'no market to order in yet'));
  return result({
    ...model,
    touched: true,
    presses: model.presses + 1,
    dialog: {
      kind: 'ticket',
      fields: emptyTicket(selected),
      active: 'quantity',
      pressId: `${context.pressPrefix}-${String(model.presses + 1)}`,
      refused: false,
    },
  });
}

/** Symbol of the selected row, of whichever list the cursor is in. */
function currentSymbol(model: Model, view: SessionView): string | null {
  const rows = rowKeys(model.focus, view);
  const key = selectedKey(model, view);
  if (rows.length > 0 && (model.focus === 'markets' || model.focus === 'positions')) return key;
  if (model.focus === 'orders') {
    const order = view.orders.find((one) => one.id === key);
    if (order) return order.symbol;
  }
  return model.selected.markets ?? view.markets[0]?.symbol ?? null;
}

function pause(model: Model, view: SessionView): KeyResult {
  const { tradingState } = view.account;
  if (tradingState !== 'running') {
    return result(withNote(model, `already ${tradingState}: no new entries`));
  }
  return result(model, [{ kind: 'pause', reason: 'paused by the operator' }]);
}

function resume(model: Model, view: SessionView): KeyResult {
  const { tradingState, accountId } = view.account;
  switch (tradingState) {
    case 'running':
      return result(withNote(model, 'already running'));
    case 'paused':
      return result({ ...model, touched: true }, [{ kind: 'resume', phrase: null }]);
    case 'reducing':
    case 'halted':
      return result(
        withDialog(model, {
          kind: 'phrase',
          purpose: 'resume',
          expects: accountId,
          typed: '',
          wrong: false,
        }),
      );
    case 'recovering':
      return result(withNote(model, 'recovering: resume when our books and the venue agree'));
    case 'flattening':
      return result(withNote(model, 'flattening: resume once everything is closed'));
  }
}

function toggle(model: Model, view: SessionView): KeyResult {
  if (model.focus !== 'strategies') {
    return result(withNote(model, 'space turns a strategy on or off: 2 goes to the strategies'));
  }
  const key = selectedKey(model, view);
  const strategy = view.strategies.find((one) => one.id === key);
  if (!strategy) return result(withNote(model, 'no strategy is configured'));
  return result(model, [
    { kind: 'toggleStrategy', strategyId: strategy.id, enabled: !strategy.enabled },
  ]);
}

function cancel(model: Model, view: SessionView): KeyResult {
  if (model.focus !== 'orders') {
    return result(withNote(model, 'c cancels the selected order: 4 goes to the orders'));
  }
  const key = selectedKey(model, view);
  const order = view.orders.find((one) => one.id === key);
  if (!order) return result(withNote(model, 'no order to cancel'));
  if (!isWorking(order)) return result(withNote(model, `this order is already ${order.status}`));
  return result(model, [{ kind: 'cancelOrder', orderId: order.id }]);
}

function close(model: Model, context: KeyContext): KeyResult {
  if (model.focus !== 'positions') {
    return result(withNote(model, 'x closes the selected position: 3 goes to the positions'));
  }
  const key = selectedKey(model, context.view);
  if (key === null) return result(withNote(model, 'no position to close'));
  const pressId = `${context.pressPrefix}-${String(model.presses + 1)}`;
  return result({
    ...model,
    presses: model.presses + 1,
    dialog: { kind: 'close', symbol: key, pressId },
  });
}

const SPEEDS: readonly (number | 'max')[] = [
  1, 2, 5, 10, 30, 60, 120, 300, 600, 1000, 'max',
]; // prettier-ignore

function pace(
  model: Model,
  id: 'hold' | 'step' | 'faster' | 'slower',
  view: SessionView,
): KeyResult {
  if (!hasMarketClock(view)) {
    return result(withNote(model, `the market of ${view.mode} mode runs in real time`));
  }
  const { feed } = view;
  if (feed.ended) return result(withNote(model, 'the recording has ended'));
  if (id === 'hold') return result(model, [{ kind: 'holdFeed', held: !feed.held }]);
  if (id === 'step') {
    return feed.held
      ? result(model, [{ kind: 'stepFeed' }])
      : result(withNote(model, 'hold the market first: ,'));
  }
  const rank = (speed: number | 'max'): number => (speed === 'max' ? Infinity : speed);
  const next =
    id === 'faster'
      ? SPEEDS.find((speed) => rank(speed) > rank(feed.speed))
      : SPEEDS.findLast((speed) => rank(speed) < rank(feed.speed));
  if (next === undefined) {
    return result(withNote(model, `no ${id} than ${safeText(String(feed.speed))}`));
  }
  return result(model, [{ kind: 'setSpeed', speed: next }]);
}

/** Keys of the rows a pane lets one select, top to bottom. */
function rowKeys(pane: PaneId, view: SessionView): readonly string[] {
  switch (pane) {
    case 'markets':
      return view.markets.map((one) => one.symbol);
    case 'strategies':
      return view.strategies.map((one) => one.id);
    case 'positions':
      return view.positions.map((one) => one.symbol);
    case 'orders':
      return view.orders.map((one) => one.id);
    case 'log':
      return logLines(view).map((line) => line.key);
    case 'pnl':
      return [];
  }
}

/** The focused pane's selected row; the first where nothing (or nothing left) is selected. */
function selectedKey(model: Model, view: SessionView): string | null {
  const keys = rowKeys(model.focus, view);
  const key = model.selected[model.focus];
  return key !== null && keys.includes(key) ? key : (keys[0] ?? null);
}

function move(model: Model, by: number, view: SessionView): Model {
  if (model.focus === 'pnl') {
    const last = Math.max(0, breakdownLength(view.pnl) - 1);
    return { ...model, pnlScroll: Math.min(last, Math.max(0, model.pnlScroll + by)) };
  }
  const keys = rowKeys(model.focus, view);
  const current = selectedKey(model, view);
  const index = Math.max(0, current === null ? 0 : keys.indexOf(current));
  const next = Math.min(keys.length - 1, Math.max(0, index + by));
  // The newest line of the log means following, whatever comes after it.
  if (model.focus === 'log' && next <= 0) return select(model, 'log', null);
  return select(model, model.focus, keys[next] ?? null);
}
