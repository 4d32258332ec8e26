/** What is not certain, or not ours, as alerts: until it is settled they hold. */
import { toText } from '../domain/decimal.ts';
import type { JournalRecord } from '../domain/record.ts';
import { describeDrift } from '../domain/venue.ts';
import { describeRequest } from '../engine/judge.ts';
import { type MoneyState, findOrder } from '../execution/money.ts';
import { NOBODY, type Raised } from './raised.ts';

/** The alert that a record raises; null where it raises none. */
export function truthAlert(money: MoneyState, record: JournalRecord): Raised | null {
  switch (record.kind) {
    case 'drifted':
      return driftAlert(money, record);
    case 'externalOrders':
      return externalAlert(money, record);
    case 'outcomeUnknown':
    case 'neverPlaced':
    case 'resurfaced':
      return orderAlert(money, record);
    default:
      return null;
  }
}

function driftAlert(
  money: MoneyState,
  record: Extract<JournalRecord, { kind: 'drifted' }>,
): Raised {
  const { symbol, explanation } = record;
  return {
    ...NOBODY,
    key: `drift\n${symbol}`,
    time: record.t,
    level: 'error',
    source: 'truth',
    text: `${symbol} is ${describeDrift(record)}: ${explanation}`,
    clears: 'd in the positions: book it, close it, or leave it',
    symbol,
    holds: () => money.drifts.get(symbol)?.ignored === false,
  };
}

function externalAlert(
  money: MoneyState,
  record: Extract<JournalRecord, { kind: 'externalOrders' }>,
): Raised | null {
  const waits = (): boolean => [...money.externals.values()].some(({ ignored }) => !ignored);
  if (record.orders.length === 0) return null;
  const [first] = record.orders;
  const more = record.orders.length - 1;
  const name = first ? `${first.side} ${toText(first.quantity)} ${first.symbol}` : '';
  return {
    ...NOBODY,
    key: 'external',
    time: record.t,
    level: 'warn',
    source: 'truth',
    text: `open at the venue and not ours: ${name}${more > 0 ? ` and ${more} more` : ''}`,
    clears: 'd in the orders: cancel, take over, or leave',
    symbol: first?.symbol ?? null,
    holds: waits,
  };
}

function orderAlert(
  money: MoneyState,
  record: Extract<JournalRecord, { kind: 'outcomeUnknown' | 'neverPlaced' | 'resurfaced' }>,
): Raised {
  const { orderId } = record;
  const order = findOrder(money, orderId);
  const what = order ? describeRequest(order) : `order ${orderId}`;
  const about = {
    key: `unknown\n${orderId}`,
    time: record.t,
    source: 'truth',
    verdict: null,
    strategyId: order?.strategyId ?? null,
    symbol: order?.symbol ?? null,
  } as const;
  switch (record.kind) {
    case 'outcomeUnknown':
      return {
        ...about,
        level: 'warn',
        text: `no answer from the venue for ${what}: ${record.reason}`,
        clears: 'ends by itself when the venue has said what became of it',
        holds: () => money.working.get(orderId)?.status === 'unknown',
      };
    case 'neverPlaced':
      return { ...about, level: 'warn', text: `never placed: ${what}`, clears: '' };
    default:
      return { ...about, level: 'error', text: `at the venue after all: ${what}`, clears: '' };
  }
}
