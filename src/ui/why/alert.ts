import type { SessionView } from '../../app/session-types.ts';
import { DENIAL_CODES } from '../../domain/verdict.ts';
import type { AlertView } from '../slices.ts';
import { formatAge, formatWhen } from '../text/format.ts';
import { type Row, span } from '../text/rows.ts';
import { verdictRow } from '../text/verdicts.ts';
import { fact, wrapped, wrappedFact } from './facts.ts';

/** What was raised, whether it still holds, the rule behind it, and what would change it. */
export function alertRows(alert: AlertView, view: SessionView, width: number): readonly Row[] {
  const { verdict, count } = alert;
  const ago = formatAge(view.now - alert.time);
  const about = [alert.strategyId, alert.symbol].filter((one) => one !== null).join('  ');
  return [
    ...wrapped(alert.text, width),
    fact(
      'raised',
      `${formatWhen(alert.time, view.now)} UTC, ${ago} ago${count > 1 ? `, ${String(count)} times` : ''}`,
    ),
    fact('state', `${alert.active ? 'active: it still holds' : 'past'}  ${alert.level}`),
    fact('source', alert.source),
    ...(about === '' ? [] : [fact('about', about)]),
    ...(verdict === null
      ? []
      : ([
          fact('rule', DENIAL_CODES[verdict.code]),
          [span('  '), ...verdictRow(verdict)],
        ] satisfies Row[])),
    ...(alert.clears === '' ? [] : wrappedFact('to clear', alert.clears, width)),
  ];
}
