/** What has to hold before real orders: each condition with its figure and what to do about it. */
import { runOf } from '../../domain/ids.ts';
import type { RiskLimits } from '../../domain/limits.ts';
import { CLOCK_OFF_MS } from '../../domain/time.ts';
import type { ExchangePlan, KeyPermissions } from '../../exchange/ccxt/plan.ts';
import type { UnsafeStart } from '../../config/secrets.ts';
import type { GateCheck, SessionView } from '../session-types.ts';

/** What the exchange answered when it was asked. */
export type GateAnswer =
  | {
      readonly permissions: KeyPermissions;
      /** Our clock minus the exchange's; null where it has no clock to ask. */
      readonly skewMs: number | null;
    }
  /** It could not be asked, or refused the key: why, in words. */
  | { readonly problem: string };

/** What the checks are made of. */
export interface GateFacts {
  readonly plan: ExchangePlan;
  /** Host that requests with the key go to, and the ones that are the exchange's own. */
  readonly hosts: { readonly used: readonly string[]; readonly allowed: readonly string[] };
  /** Longest age of a signed request that the exchange takes. */
  readonly receiveWindowMs: number;
  readonly unsafe: UnsafeStart;
  /** Null while it is being asked for the first time. */
  readonly answer: GateAnswer | null;
  readonly view: Pick<SessionView, 'account' | 'truth'>;
  readonly limits: RiskLimits;
}

type Verdict = Pick<GateCheck, 'ok' | 'value' | 'advice'>;

const good = (value: string): Verdict => ({ ok: true, value, advice: '' });
const bad = (value: string, advice: string): Verdict => ({ ok: false, value, advice });
const unclear = (value: string, advice: string): Verdict => ({ ok: null, value, advice });

type Row = readonly [name: string, verdict: Verdict, required: boolean];

const toCheck = ([name, verdict, required]: Row): GateCheck => ({ name, ...verdict, required });

/** What is told by connection, key and environment alone, in the order in which it is read. */
export function connectionChecks(facts: Omit<GateFacts, 'view' | 'limits'>): readonly GateCheck[] {
  const rows: readonly Row[] = [
    ['connection', connection(facts), true],
    ['environment', environment(facts.unsafe), true],
    ['key works', keyWorks(facts), true],
    [NO_WITHDRAWALS, noWithdrawals(facts), true],
    ['key bound to addresses', boundToAddresses(facts), false],
    ['clock', clock(facts), true],
  ];
  return rows.map(toCheck);
}

/** Every check in the order in which it is read. */
export function gateChecks(facts: GateFacts): readonly GateCheck[] {
  const { view, limits } = facts;
  const rows: readonly Row[] = [
    ['balances', balances(view), true],
    ['books agree', booksAgree(view), true],
    ['no foreign run', noForeignRun(view), true],
    ['risk rules', riskRules(limits), true],
  ];
  return [...connectionChecks(facts), ...rows.map(toCheck)];
}

/** The one check that the operator may vouch for where the exchange does not tell. */
export const NO_WITHDRAWALS = 'key cannot withdraw';

function connection({ plan, hosts }: Pick<GateFacts, 'plan' | 'hosts'>): Verdict {
  if (plan.endpoint !== null) return good(`EMULATOR at ${plan.endpoint}, no TLS needed`);
  const stray = hosts.used.filter((host) => !hosts.allowed.includes(host));
  if (stray.length > 0 || hosts.used.length === 0) {
    return bad(stray.join(', ') || 'no host known', `only hosts of ${plan.id} get its key`);
  }
  return good(`TLS to ${hosts.used.join(', ')}`);
}

function environment({ inForce, dropped }: UnsafeStart): Verdict {
  if (inForce.length > 0) return bad(inForce.join(', '), 'unset it and start again');
  return good(dropped.length === 0 ? 'clean' : `not passed on: ${dropped.join(', ')}`);
}

const ASKING: Verdict = unclear('being asked', '');

type Asked = Pick<GateFacts, 'answer'>;

/** The verdict on an answer, or what is to be said while there is none. */
function onPermissions(
  { answer }: Asked,
  judge: (permissions: KeyPermissions) => Verdict,
): Verdict {
  if (answer === null) return ASKING;
  return 'problem' in answer ? unclear('not known', '') : judge(answer.permissions);
}

function keyWorks(facts: Asked): Verdict {
  const { answer } = facts;
  if (answer !== null && 'problem' in answer) {
    return bad(answer.problem, 'see tapedeck keys check, then r again');
  }
  return onPermissions(facts, ({ read, trade }) => {
    if (read === false) return bad('may not read', 'allow reading at the exchange');
    if (trade === false) return bad('may not trade', 'allow spot trading at the exchange');
    return good(trade === null ? 'reads; trading is not told' : 'reads and trades');
  });
}

const noWithdrawals = (facts: Asked): Verdict =>
  onPermissions(facts, ({ withdraw, transfer }) => {
    const may = [withdraw === true ? 'withdraw' : '', transfer === true ? 'transfer' : ''].filter(
      (word) => word !== '',
    );
    if (may.length > 0) {
      return bad(`may ${may.join(' and ')}`, 'take it off at the exchange; there is no override');
    }
    if (withdraw === false && transfer === false)
      return good('it can neither withdraw nor transfer');
    const what = withdraw === null ? 'withdrawals' : 'transfers';
    return unclear(`not told of ${what}`, 'look at the exchange, then vouch for it');
  });

const boundToAddresses = (facts: Asked): Verdict =>
  onPermissions(facts, ({ ipRestricted }) => {
    if (ipRestricted === true) return good('yes');
    const advice = 'bind it to your address at the exchange';
    return ipRestricted === false ? bad('no', advice) : unclear('not told', advice);
  });

function clock({
  answer,
  receiveWindowMs,
}: Pick<GateFacts, 'answer' | 'receiveWindowMs'>): Verdict {
  if (answer === null) return ASKING;
  if ('problem' in answer) return unclear('not known', '');
  if (answer.skewMs === null) return good('the exchange has none to compare with');
  const words = skewWords(answer.skewMs);
  if (Math.abs(answer.skewMs) > receiveWindowMs / 2) return bad(words, 'set the clock (NTP)');
  const isOff = Math.abs(answer.skewMs) > CLOCK_OFF_MS;
  return { ...good(words), advice: isOff ? 'set the clock (NTP) soon' : '' };
}

/** `0.2 s ahead of the exchange` */
function skewWords(skewMs: number): string {
  const seconds = (Math.abs(skewMs) / 1_000).toFixed(1);
  if (seconds === '0.0') return 'as the exchange';
  return `${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the exchange`;
}

function balances({ account, truth }: GateFacts['view']): Verdict {
  if (truth.recovering !== null) return unclear('not seen yet', '');
  if (account.equity <= 0) return bad('none', `pay in ${account.currency}, or check the account`);
  return good(`equity ${account.equity.toFixed(2)} ${account.currency}`);
}

function booksAgree({ truth }: GateFacts['view']): Verdict {
  const { recovering, drifts, unknownOrders, externalOrders } = truth;
  if (recovering !== null)
    return bad(recovering.blocked ?? 'not compared yet', 'wait, or see 0 (alerts)');
  const open = drifts.filter(({ ignored }) => !ignored);
  const [drift] = open;
  if (drift !== undefined) return bad(`${drift.symbol} differs`, 'decide on it first (5, then d)');
  if (unknownOrders > 0) {
    const unknown = `${unknownOrders} ${unknownOrders === 1 ? 'order' : 'orders'} unknown`;
    return bad(unknown, 'wait until the exchange has told what became of it');
  }
  const others = externalOrders.length;
  return good(others === 0 ? 'with the exchange' : `${others} orders of others are left alone`);
}

/** Orders named as ours that our journal does not know. */
function noForeignRun({ truth }: GateFacts['view']): Verdict {
  if (truth.recovering !== null && truth.recovering.blocked === null) {
    return unclear('not seen yet', '');
  }
  const runs = truth.externalOrders.flatMap(({ clientOrderId }) => runOf(clientOrderId) ?? []);
  const [run] = runs;
  if (run === undefined) return good('this one alone');
  return bad(`orders of run ${run}`, 'stop the other Tapedeck; cancel or adopt its orders');
}

const riskRules = ({ enabled }: RiskLimits): Verdict =>
  enabled ? good('in force') : bad('off', 'start without --risk none');

const percent = (fraction: number): string => `${Number((fraction * 100).toFixed(2))} %`;

/** The limits that bound what can be lost, in words. */
export function limitWords(limits: RiskLimits): readonly string[] {
  return [
    `a trade risks up to ${percent(limits.riskPerTradeFraction)} of equity to its stop`,
    `an order up to ${percent(limits.maxNotionalFraction)}, a position up to ${percent(limits.maxPositionFraction)}`,
    `${limits.maxPositions} positions, ${limits.maxOrdersPerMinute} orders a minute`,
    `a day's loss of ${percent(limits.dailyLossFraction)}: exits only; a drawdown of ${percent(limits.drawdownFraction)}: halt`,
  ];
}
