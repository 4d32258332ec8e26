/** What changes orders, positions, strategies and the trading state. */
import { type Action, nextPress, result } from '../action.ts';
import { FLATTEN_PHRASE, currentSymbol, withDialog, withNote } from '../../model.ts';
import type { RowScene } from '../../panes/definition.ts';
import { PANE_TABLE } from '../../panes/registry.ts';
import { emptyTicket } from '../../edit/ticket.ts';
import { selectedRow } from './rows.ts';

const halt: Action = (model) => result(model, [{ kind: 'halt', reason: 'halted by the operator' }]);

/** Market of the selected row, of whichever list the cursor is in; else the one looked at. */
function orderSymbol(scene: RowScene): string | null {
  const { model, view } = scene;
  const key = selectedRow(scene);
  const own = key === null ? null : PANE_TABLE[model.focus].symbolOf?.(key, scene);
  return own ?? currentSymbol(model, view);
}

const order: Action = (model, context) => {
  const symbol = orderSymbol({ model, view: context.view });
  if (symbol === null) return result(withNote(model, 'no market to order in yet'));
  const press = nextPress(model, context);
  return result({
    ...press.model,
    touched: true,
    dialog: {
      kind: 'ticket',
      fields: emptyTicket(symbol),
      active: 'quantity',
      pressId: press.pressId,
      refused: false,
    },
  });
};

const pause: Action = (model, { view }) => {
  const { tradingState } = view.account;
  if (tradingState !== 'running') {
    return result(withNote(model, `already ${tradingState}: no new entries`));
  }
  return result(model, [{ kind: 'pause', reason: 'paused by the operator' }]);
};

const resume: Action = (model, { view }) => {
  const { tradingState, accountId } = view.account;
  if (view.gate?.passed === false && tradingState !== 'flattening') {
    const dialog = { kind: 'gate', typed: '', wrong: false } as const;
    return result(withDialog(model, dialog), [{ kind: 'checkGate' }]);
  }
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
};

const flatten: Action = (model) => result(withDialog(model, FLATTEN_PHRASE));

export const TRADING_ACTIONS = {
  order,
  pause,
  resume,
  halt,
  haltAnywhere: halt,
  flatten,
} satisfies Readonly<Record<string, Action>>;
