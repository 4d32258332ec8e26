import { dropOldest } from '../domain/bounded.ts';
import { assertNever } from '../domain/errors.ts';
import { isWorking, nextStatus } from '../domain/order.ts';
import type { RecordBody, RejectCode } from '../domain/record.ts';
import type { EpochMs } from '../domain/time.ts';
import {
  CLEARED_BREAKERS,
  INCIDENTS,
  type Incident,
  type MoneyState,
  breakerKey,
  findOrder,
} from './money.ts';

type TroubleRecord = Extract<
  RecordBody,
  { kind: 'breakerTripped' | 'breakerCleared' | 'incident' }
>;

/** Refusals that an order asks for by its own flags, or that follow from another order's fill. */
const EXPECTED: ReadonlySet<RejectCode> = new Set([
  'POST_ONLY_WOULD_TAKE',
  'FOK_NOT_FILLABLE',
  'REDUCE_ONLY',
]);

/** Records of breakers, and of what they count. */
export function reduceTrouble(money: MoneyState, record: TroubleRecord, time: EpochMs): void {
  switch (record.kind) {
    case 'breakerTripped': {
      const { breaker, scope, value, limit, clears, cooldownUntil = time } = record;
      const tripped = { time, value, limit, clears, cooldownUntil };
      const key = breakerKey(breaker, scope);
      money.breakers.set(key, scope === undefined ? tripped : { ...tripped, scope });
      return;
    }
    case 'breakerCleared': {
      const key = breakerKey(record.breaker, record.scope);
      money.breakers.delete(key);
      // Deleted first: the newest stand last.
      money.cleared.delete(key);
      money.cleared.set(key, time);
      return dropOldest(money.cleared, CLEARED_BREAKERS);
    }
    case 'incident':
      return keep(money, { time, what: record.what, strategyId: record.strategyId });
    default:
      return assertNever(record);
  }
}

/** A refusal or an unknown outcome, of the strategy whose order it is. */
export function noteTrouble(
  money: MoneyState,
  record: Extract<RecordBody, { kind: 'rejected' | 'outcomeUnknown' }>,
  time: EpochMs,
): void {
  if (record.kind === 'rejected' && EXPECTED.has(record.code)) return;
  const order = findOrder(money, record.orderId);
  // A venue may say it twice.
  if (!order || !isWorking(order)) return;
  const isOld = nextStatus(order.status, 'loseTrack') === order.status;
  if (record.kind === 'outcomeUnknown' && isOld) return;
  const what = record.kind === 'rejected' ? 'rejected' : 'unknown';
  keep(money, { time, what, strategyId: order.strategyId });
}

function keep(money: MoneyState, incident: Incident): void {
  money.incidents.push(incident);
  if (money.incidents.length > INCIDENTS) money.incidents.shift();
}
