import { dropOldest } from '../domain/bounded.ts';
import { assertNever } from '../domain/errors.ts';
import type { Envelope, RecordBody } from '../domain/record.ts';
import type { EpochMs } from '../domain/time.ts';
import { bookDeposit, bookFill, bookFunding } from './book-fills.ts';
import {
  EQUITY_SAMPLES,
  type MoneyState,
  RUNS,
  type StrategyEntry,
  ledgerKey,
  scopeKey,
} from './money.ts';
import {
  adoptOrder,
  amendOrder,
  bury,
  createOrder,
  dropTombstones,
  move,
  resurface,
  withOrder,
} from './order-life.ts';
import { noteTrouble, reduceTrouble } from './reduce-trouble.ts';
import { reduceTruth } from './reduce-truth.ts';
import { replaceFills } from './replace-fills.ts';

/**
 * The one place that changes money: applies one journal record. Live, replay, backtest and
 * recovery all come through here, so the state is a pure function of the records.
 */
export function reduceMoney(money: MoneyState, record: RecordBody, at: Envelope): void {
  money.cursor.events = at.m;
  money.cursor.time = at.t;
  switch (record.kind) {
    case 'fill':
      return bookFill(money, record, at.t);
    case 'orderCreated':
      createOrder(money, record, at.t);
      return;
    case 'accepted':
      return withOrder(money, record.orderId, (order) => {
        order.venueOrderId = record.venueOrderId;
        move(money, order, 'accept', { time: at.t });
      });
    case 'rejected':
      noteTrouble(money, record, at.t);
      return withOrder(money, record.orderId, (order) =>
        move(money, order, 'reject', { time: at.t, reason: `${record.code}: ${record.reason}` }),
      );
    case 'neverPlaced':
      return bury(money, record, at.t);
    case 'resurfaced':
      return resurface(money, record, at.t);
    case 'fillsReplaced':
      return replaceFills(money, record, at.t);
    case 'orderAdopted':
      return adoptOrder(money, record, at.t);
    case 'canceled':
    case 'neverSent':
      return withOrder(money, record.orderId, (order) =>
        move(money, order, 'cancel', { time: at.t, reason: record.reason }),
      );
    case 'expired':
      return withOrder(money, record.orderId, (order) =>
        move(money, order, 'expire', { time: at.t, reason: record.reason }),
      );
    case 'cancelRequested':
      return withOrder(money, record.orderId, (order) =>
        move(money, order, 'requestCancel', { time: at.t, reason: record.reason }),
      );
    case 'cancelRejected':
      return withOrder(money, record.orderId, (order) =>
        move(money, order, 'rejectCancel', { time: at.t }),
      );
    case 'outcomeUnknown':
      noteTrouble(money, record, at.t);
      return withOrder(money, record.orderId, (order) =>
        move(money, order, 'loseTrack', { time: at.t, reason: record.reason }),
      );
    case 'amendRequested':
      return withOrder(money, record.orderId, (order) => {
        const { quantity, price, triggerPrice } = record;
        order.amending = { quantity, price, triggerPrice };
      });
    case 'amended':
      return withOrder(money, record.orderId, (order) =>
        amendOrder(money, order, { record, time: at.t }),
      );
    default:
      return reduceAccount(money, record, at.t);
  }
}

type OrderRecord = Extract<RecordBody, { orderId: unknown }>;
type AccountRecord = Exclude<RecordBody, OrderRecord>;

/** Records that are not about one order. */
function reduceAccount(money: MoneyState, record: AccountRecord, time: EpochMs): void {
  switch (record.kind) {
    case 'runStarted':
      money.run = { id: record.run, mode: record.mode, seed: record.seed, orders: 0 };
      money.runs.set(record.run, time);
      dropOldest(money.runs, RUNS);
      money.accountId = record.accountId;
      money.currency = record.currency;
      for (const market of record.markets) money.markets.set(market.symbol, market);
      return;
    case 'marketsChanged':
      for (const market of record.markets) money.markets.set(market.symbol, market);
      return;
    case 'stopMoved': {
      const ledger = money.ledgers.get(ledgerKey(record.strategyId, record.symbol));
      if (ledger?.bracket) ledger.bracket = { ...ledger.bracket, stopPrice: record.stopPrice };
      return;
    }
    case 'deposited':
      return bookDeposit(money, record);
    case 'funding':
      return bookFunding(money, record, time);
    case 'denied':
      money.counts.denials += 1 + record.repeated;
      return;
    case 'tradingState':
      return keepTradingState(money, record, time);
    case 'breakerTripped':
    case 'breakerCleared':
    case 'incident':
      return reduceTrouble(money, record, time);
    case 'strategyToggled':
      return keepStrategy(money, record.strategyId, { enabled: record.enabled });
    case 'paramsChanged': {
      const { strategy, params, previousParams, configuredParams } = record;
      const change = { strategy, params, previousParams, configuredParams };
      return keepStrategy(money, record.strategyId, { change });
    }
    case 'dayOpened':
    case 'equityPeak':
    case 'equitySample':
    case 'runStopped':
      return keepEquity(money, record, time);
    case 'feedCursor':
      money.cursor.checkpoint = record.checkpoint;
      return;
    case 'drifted':
    case 'driftEnded':
    case 'externalOrders':
    case 'externalIgnored':
    case 'positionAdopted':
      return reduceTruth(money, record, time);
    case 'riskChanged':
    case 'reconciled':
    case 'gatePassed':
    case 'commandRefused':
      return; // kept for the reader of the journal; no money moves
    default:
      return assertNever(record);
  }
}

type EquityRecord = Extract<
  AccountRecord,
  { kind: 'dayOpened' | 'equityPeak' | 'equitySample' | 'runStopped' }
>;

/** The newest equity, and what of it is kept for later. */
function keepEquity(money: MoneyState, record: EquityRecord, time: EpochMs): void {
  money.equity = { value: record.equity, time };
  if (record.kind === 'dayOpened') money.day = { start: record.day, equity: record.equity };
  if (record.kind === 'equityPeak') money.peak = record.equity;
  if (record.kind !== 'equitySample') return;
  money.samples.push([record.hour, record.equity]);
  dropTombstones(money, time);
  if (money.samples.length > EQUITY_SAMPLES) money.samples.shift();
}

function keepTradingState(
  money: MoneyState,
  { state, reason, by, scope }: Extract<RecordBody, { kind: 'tradingState' }>,
  since: EpochMs,
): void {
  if (scope === undefined) money.trading = { state, since, reason, by };
  // No state of its own is looser than the account's.
  else if (state === 'running') money.scopes.delete(scopeKey(scope));
  else money.scopes.set(scopeKey(scope), { scope, state, since, reason, by });
}

function keepStrategy(money: MoneyState, id: string, change: Partial<StrategyEntry>): void {
  const known = money.strategies.get(id) ?? { enabled: null, change: null };
  money.strategies.set(id, { ...known, ...change });
}
