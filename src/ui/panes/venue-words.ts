/** How an exchange is reached, in the words of the header. */
import type { ExchangeView } from '../../app/session-types.ts';
import { formatAge, formatNumber } from '../text/format.ts';
import { type Row, type Token, muted, span } from '../text/rows.ts';

const WAY_TOKENS = {
  stream: 'text.normal',
  poll: 'warn',
  stale: 'danger',
  down: 'danger',
} as const satisfies Record<ExchangeView['data']['by'], Token>;

/** From here a clock is worth a look, and from here signed requests will be refused. */
const SKEW_WARN_MS = 1_000;
const SKEW_BAD_MS = 2_500;
/** Part of the request limit from which new orders may have to wait. */
const BUDGET_WARN = 0.5;

/** Market data: the worst way, and its age. */
export function dataGroup({ data }: ExchangeView): Row {
  const age = data.ageMs === null ? '' : ` ${formatAge(data.ageMs)}`;
  return [muted('data '), span(`${data.by}${age}`.padEnd(11), WAY_TOKENS[data.by])];
}

/** Account, request limit and clock, for the second line. */
export function venueGroups(view: ExchangeView): readonly Row[] {
  const { link, budget, skewMs } = view;
  const groups: Row[] = [];
  if (link !== null) groups.push([muted('   account '), span(link, WAY_TOKENS[link])]);
  if (budget !== null && budget.limit > 0) {
    const used = budget.used / budget.limit;
    const wait = budget.waitingMs > 0 ? ` wait ${formatAge(budget.waitingMs)}` : '';
    const token: Token = wait !== '' || used >= BUDGET_WARN ? 'warn' : 'text.normal';
    groups.push([muted('   requests '), span(`${formatNumber(used * 100, 0)} %${wait}`, token)]);
  }
  if (skewMs !== null) {
    const off = Math.abs(skewMs);
    const token: Token =
      off >= SKEW_BAD_MS ? 'danger' : off >= SKEW_WARN_MS ? 'warn' : 'text.normal';
    groups.push([
      muted('   clock '),
      span(`${signOf(Math.round(skewMs))}${formatNumber(off, 0)} ms`, token),
    ]);
  }
  return groups;
}

const signOf = (value: number): string => (value < 0 ? '−' : value > 0 ? '+' : '');
