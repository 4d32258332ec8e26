import type { SessionView } from '../../app/session-types.ts';
import { DENIAL_CODES } from '../../domain/verdict.ts';
import type { LimitView } from '../slices.ts';
import { UNKNOWN, formatWhen, formatPercent } from '../text/format.ts';
import { type Row, span } from '../text/rows.ts';
import { UNIT_SIGN, formatUnit, isCode, verdictRow } from '../text/verdicts.ts';
import { fact, wrapped } from './facts.ts';

const BREAKERS: Readonly<Record<string, string>> = {
  dailyLoss: 'loss since 00:00 UTC as a part of equity then; beyond it positions only shrink',
  drawdown: 'fall of equity from its peak; beyond it trading halts',
};

/** What is measured, in words: of a breaker what it does, of a rule what it denies. */
export const limitMeaning = (code: string): string =>
  (Object.hasOwn(BREAKERS, code) ? BREAKERS[code] : undefined) ??
  (isCode(code) ? DENIAL_CODES[code] : 'a limit of this account');

/** A limit, how near it is, which setting holds it, and when it last said no. */
export function limitRows(limit: LimitView, view: SessionView, width: number): readonly Row[] {
  const sign = UNIT_SIGN[limit.unit];
  const amount = (value: number | null): string =>
    value === null ? UNKNOWN : `${formatUnit(value, limit.unit)}${sign}`;
  const used = limit.value === null || limit.limit <= 0 ? null : limit.value / limit.limit;
  const breaker = view.breakers.find((one) => one.name === limit.code);
  const denial = view.alerts
    .filter((one) => one.verdict?.code === limit.code)
    .reduce<SessionView['alerts'][number] | null>(
      (newest, one) => (newest === null || one.time >= newest.time ? one : newest),
      null,
    );
  return [
    ...wrapped(limitMeaning(limit.code), width),
    fact(
      'now',
      limit.value === null
        ? 'measured anew for each order'
        : `${amount(limit.value)}${limit.symbol === null ? '' : `  ${limit.symbol}, the nearest`}`,
    ),
    fact('limit', amount(limit.limit)),
    fact('used', used === null ? UNKNOWN : `${formatPercent(used, 0)} %`),
    fact('setting', `${limit.setting}   e changes it for this session`),
    ...(breaker === undefined
      ? []
      : [
          fact('breaker', breaker.tripped ? 'tripped' : 'has not tripped'),
          ...(breaker.tripped ? [fact('to clear', breaker.clears)] : []),
        ]),
    ...(denial === null
      ? [fact('last denial', 'none known')]
      : [
          fact(
            'last denial',
            `${formatWhen(denial.time, view.now)} UTC, ${String(denial.count)} in all`,
          ),
          ...wrapped(denial.text, width),
          ...(denial.verdict === null
            ? []
            : [[span('  '), ...verdictRow(denial.verdict)] satisfies Row]),
        ]),
  ];
}
