/** The selected strategy: on or off, its parameters. */
import { isLive } from '../../mode.ts';
import { type Action, result } from '../action.ts';
import { withDialog } from '../../model.ts';
import { inputOf } from '../../edit/params.ts';
import { selectedRow } from './rows.ts';

const toggle: Action = (model, { view }) => {
  const key = selectedRow({ model, view });
  const strategy = view.strategies.find((one) => one.id === key);
  if (!strategy) return result(model);
  const { id, enabled } = strategy;
  const command = { kind: 'toggleStrategy', strategyId: id, enabled: !enabled } as const;
  if (!isLive(view) || enabled) return result(model, [command]);
  return result(
    withDialog(model, {
      kind: 'ask',
      title: 'Turn on',
      lines: [`${id} will trade ${strategy.symbols.join(', ')} with real money`],
      yes: 'turns it on',
      no: 'leaves it off',
      command,
    }),
  );
};

const editParams: Action = (model, { view }) => {
  const strategyId = selectedRow({ model, view });
  if (strategyId === null) return result(model);
  return result(
    withDialog(model, {
      kind: 'params',
      strategyId,
      active: 0,
      texts: {},
      step: 'edit',
      problem: null,
    }),
  );
};

/** The values before the newest change, in the same confirmation as any change. */
const revertParams: Action = (model, { view }) => {
  const key = selectedRow({ model, view });
  const strategy = view.strategies.find((one) => one.id === key);
  if (!strategy || strategy.previousParams === null) return result(model);
  return result(
    withDialog(model, {
      kind: 'params',
      strategyId: strategy.id,
      active: 0,
      texts: inputOf(strategy.previousParams),
      step: 'confirm',
      problem: null,
    }),
  );
};

export const STRATEGY_ACTIONS = {
  toggle,
  editParams,
  revertParams,
} satisfies Readonly<Record<string, Action>>;
