import type { SessionView } from '../../app/session-types.ts';
import { DENIAL_CODES } from '../../domain/verdict.ts';
import type { BreakerView, LimitView } from '../slices.ts';
import { UNKNOWN, formatAge, formatWhen, formatPercent } from '../text/format.ts';
import { type Row, span } from '../text/rows.ts';
import { UNIT_SIGN, formatUnit, isCode, verdictRow } from '../text/verdicts.ts';
import { fact, wrapped } from './facts.ts';

const BREAKERS: Readonly<Record<string, string>> = {
  dailyLoss: 'loss since 00:00 UTC as a part of equity then; beyond it positions only shrink',
  drawdown: 'fall of equity from its peak; beyond it trading halts',
  errorRate: 'errors of strategies and unknown outcomes of orders lately; beyond it entries pause',
  connection: 'connections to the venue lost lately; beyond it entries pause',
  lossStreak: 'losing round trips in a row; beyond it the strategy takes no new entries',
  rejections: 'orders the venue refused lately; beyond it the strategy takes no new entries',
  slippage: 'mean adverse slippage of the newest market orders; beyond it the symbol is paused',
  volatility: 'size of recent candle returns over their usual size; beyond it the symbol is paused',
  unexpectedPosition: 'a holding that our fills do not explain: the symbol may only shrink',
  breakerCooldownSeconds: 'earliest time after it tripped at which a breaker may be cleared',
  incidentSeconds: 'how long an error, a refusal or a lost connection counts',
  clusterCorrelation: 'markets whose candle returns correlate at least so much are one cluster',
  deadManSeconds: 'silence after which the dead-man timer of the venue cancels orders',
};

/** A tripped breaker's name holds its strategy or symbol behind it. */
const breakerOf = (code: string): string => code.split(' ')[0] ?? code;

/** What is measured, in words: of a breaker what it does, of a rule what it denies. */
export const limitMeaning = (code: string): string =>
  (Object.hasOwn(BREAKERS, breakerOf(code)) ? BREAKERS[breakerOf(code)] : undefined) ??
  (isCode(code) ? DENIAL_CODES[code] : 'a limit of this account');

/** What it lowers, what tripped it, and when and how it may be cleared. */
function breakerFacts(breaker: BreakerView, now: number): readonly Row[] {
  const whose = breaker.of === null ? 'the account' : breaker.of;
  const lowers = fact('lowers', `${whose} to ${breaker.state}`);
  if (!breaker.tripped) return [lowers, fact('breaker', 'has not tripped')];
  const unit = (value: number): string =>
    `${formatUnit(value, breaker.unit)}${UNIT_SIGN[breaker.unit]}`;
  const when = breaker.trippedTime === null ? UNKNOWN : formatWhen(breaker.trippedTime, now);
  const measured = breaker.value === null ? UNKNOWN : unit(breaker.value);
  return [
    lowers,
    fact('breaker', `tripped ${when} UTC at ${measured} of ${unit(breaker.limit)}`),
    fact('cooldown', cooldownText(breaker)),
    fact('to clear', breaker.clears),
  ];
}

/** `12m left`, or that it may be cleared. */
export const cooldownText = ({ cooldownLeftMs }: Pick<BreakerView, 'cooldownLeftMs'>): string =>
  cooldownLeftMs > 0 ? `${formatAge(cooldownLeftMs)} left` : 'over: it may be cleared';

/** Which markets move together, and what each cluster may reach. */
const clusterFacts = ({ clusters }: SessionView): readonly Row[] =>
  clusters.length === 0
    ? [fact('clusters', 'no two markets in use move together, as far as candles tell')]
    : clusters.map(({ symbols, exposureFraction }) =>
        fact('cluster', `${symbols.join(', ')}  ${formatPercent(exposureFraction, 1)} % of equity`),
      );

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
    fact(
      'setting',
      limit.setting === null
        ? 'none: it is fixed'
        : `${limit.setting}   e changes it for this session`,
    ),
    ...(breaker === undefined ? [] : breakerFacts(breaker, view.now)),
    ...(limit.code === 'CLUSTER_EXPOSURE' ? clusterFacts(view) : []),
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
