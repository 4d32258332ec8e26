/** What every action of the keymap does. */
import { type Action, result } from '../action.ts';
import { withDialog } from '../../model.ts';
import type { ActionId } from '../keymap.ts';
import { BOOK_ACTIONS } from './book.ts';
import { CHART_ACTIONS } from './chart.ts';
import { CLOCK_ACTIONS } from './market-clock.ts';
import { LOG_ACTIONS } from './log.ts';
import { ORDER_ACTIONS } from './orders.ts';
import { PANE_ACTIONS } from './panes.ts';
import { PNL_ACTIONS } from './pnl.ts';
import { RISK_ACTIONS } from './risk.ts';
import { ROW_ACTIONS } from './rows.ts';
import { SCOPE_ACTIONS } from './scopes.ts';
import { SCREEN_ACTIONS } from './screen.ts';
import { STRATEGY_ACTIONS } from './strategies.ts';
import { TRADING_ACTIONS } from './trading.ts';

/** Ctrl+C asks like `q`; a second one is the answer. */
const quit: Action = (model) =>
  model.dialog?.kind === 'quit'
    ? result(withDialog(model, null), [], 'quit')
    : result(withDialog(model, { kind: 'quit' }));

export const ACTIONS: Readonly<Record<ActionId, Action>> = {
  ...TRADING_ACTIONS,
  ...STRATEGY_ACTIONS,
  ...SCOPE_ACTIONS,
  ...ORDER_ACTIONS,
  ...PNL_ACTIONS,
  ...RISK_ACTIONS,
  ...LOG_ACTIONS,
  ...CLOCK_ACTIONS,
  ...CHART_ACTIONS,
  ...BOOK_ACTIONS,
  ...ROW_ACTIONS,
  ...PANE_ACTIONS,
  ...SCREEN_ACTIONS,
  repaint: (model) => result(model, [], 'repaint'),
  suspend: (model) => result(model, [], 'suspend'),
  help: (model) => result(withDialog(model, { kind: 'help', scroll: 0 })),
  quit,
};
