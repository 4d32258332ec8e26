/** The selected limit: change it, clear its breaker. */
import { type Action, result } from '../action.ts';
import { withDialog } from '../../model.ts';
import { ruleName } from '../../text/verdicts.ts';
import { selectedRow } from './rows.ts';

const editLimit: Action = (model, { view }) => {
  const code = selectedRow({ model, view });
  if (code === null) return result(model);
  return result(withDialog(model, { kind: 'limit', code, text: '', problem: null }));
};

const clearBreaker: Action = (model, { view }) => {
  const key = selectedRow({ model, view });
  const breaker = view.breakers.find((one) => one.name === key);
  if (!breaker) return result(model);
  return result(
    withDialog(model, {
      kind: 'ask',
      title: 'Clear breaker',
      lines: [
        `${ruleName(breaker.name)} measures from now on`,
        breaker.of === null
          ? `trading stays ${view.account.tradingState} until r resumes it`
          : `${breaker.of} goes on where nothing else holds it`,
      ],
      yes: 'clears it',
      no: 'leaves it tripped',
      command: { kind: 'clearBreaker', breaker: breaker.name },
    }),
  );
};

export const RISK_ACTIONS = {
  editLimit,
  clearBreaker,
} satisfies Readonly<Record<string, Action>>;
