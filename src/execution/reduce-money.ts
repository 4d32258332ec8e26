import { credit, settleFill } from '../domain/account.ts';
import { dropOldest } from '../domain/bounded.ts';
import {
  type Decimal,
  ZERO,
  add,
  gte,
  isPositive,
  isZero,
  max,
  min,
  neg,
} from '../domain/decimal.ts';
import { assertNever, required } from '../domain/errors.ts';
import type { Fill } from '../domain/fill.ts';
import {
  type Bracket,
  type Order,
  type OrderTransition,
  answersAmend,
  isWorking,
  nextStatus,
} from '../domain/order.ts';
import { type FillEffect, applyFill } from '../domain/position.ts';
import type { Envelope, RecordBody } from '../domain/record.ts';
import { type EpochMs, dayStart } from '../domain/time.ts';
import {
  CLOSED_ORDERS,
  DAYS,
  EQUITY_SAMPLES,
  type Ledger,
  type MoneyState,
  type StrategyEntry,
  createTotals,
  findOrder,
  keptLedgerOf,
  positionOf,
  scopeKey,
} from './money.ts';
import { reduceTruth } from './reduce-truth.ts';
import { bookTrip, countTrip, keepTrip, shareFunding } from './round-trips.ts';

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
      return createOrder(money, record, at.t);
    case 'accepted':
      return withOrder(money, record.orderId, (order) => {
        order.venueOrderId = record.venueOrderId;
        move(money, order, 'accept', { time: at.t });
      });
    case 'rejected':
      return withOrder(money, record.orderId, (order) =>
        move(money, order, 'reject', { time: at.t, reason: `${record.code}: ${record.reason}` }),
      );
    case 'neverPlaced':
      money.tombstones.set(record.orderId, at.t);
      return withOrder(money, record.orderId, (order) =>
        move(money, order, 'cancel', { time: at.t, reason: record.reason }),
      );
    case 'resurfaced':
    case 'fillsReplaced':
    case 'orderAdopted':
      return;
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
      return withOrder(money, record.orderId, (order) =>
        move(money, order, 'loseTrack', { time: at.t, reason: record.reason }),
      );
    case 'amendRequested':
      return withOrder(money, record.orderId, (order) => {
        const { quantity, price, triggerPrice } = record;
        order.amending = { quantity, price, triggerPrice };
      });
    case 'amended':
      return withOrder(money, record.orderId, (order) => amendOrder(money, order, record, at.t));
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
      money.accountId = record.accountId;
      money.currency = record.currency;
      for (const market of record.markets) money.markets.set(market.symbol, market);
      return;
    case 'deposited':
      credit(money.balances, record);
      money.deposits = add(money.deposits, record.amount);
      return;
    case 'funding':
      return bookFunding(money, record, time);
    case 'denied':
      money.counts.denials += 1 + record.repeated;
      return;
    case 'tradingState':
      return keepTradingState(money, record, time);
    case 'breakerTripped': {
      const { value, limit, clears } = record;
      money.breakers.set(record.breaker, { time, value, limit, clears });
      return;
    }
    case 'breakerCleared':
      money.breakers.delete(record.breaker);
      return;
    case 'strategyToggled':
      return keepStrategy(money, record.strategyId, { enabled: record.enabled });
    case 'paramsChanged': {
      const { strategy, params, previousParams, configuredParams } = record;
      const change = { strategy, params, previousParams, configuredParams };
      return keepStrategy(money, record.strategyId, { change });
    }
    case 'dayOpened':
      money.day = { start: record.day, equity: record.equity };
      money.equity = { value: record.equity, time };
      return;
    case 'equityPeak':
      money.peak = record.equity;
      money.equity = { value: record.equity, time };
      return;
    case 'equitySample':
      money.samples.push([record.hour, record.equity]);
      money.equity = { value: record.equity, time };
      if (money.samples.length > EQUITY_SAMPLES) money.samples.shift();
      return;
    case 'feedCursor':
      money.cursor.checkpoint = record.checkpoint;
      return;
    case 'runStopped':
      money.equity = { value: record.equity, time };
      return;
    case 'drifted':
    case 'driftEnded':
    case 'externalOrders':
    case 'externalIgnored':
    case 'positionAdopted':
      return reduceTruth(money, record, time);
    case 'riskChanged':
    case 'reconciled':
    case 'commandRefused':
      return; // kept for the reader of the journal; no money moves
    default:
      return assertNever(record);
  }
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

function createOrder(
  money: MoneyState,
  record: Extract<RecordBody, { kind: 'orderCreated' }>,
  time: EpochMs,
): void {
  required(money.run, 'run').orders += 1;
  money.counts.orders += 1;
  money.working.set(record.orderId, {
    ...record.request,
    id: record.orderId,
    status: 'submitted',
    filled: ZERO,
    filledNotional: ZERO,
    venueOrderId: null,
    createdTime: time,
    updatedTime: time,
    statusReason: null,
    decisionPrice: record.decisionPrice,
    fillIds: [],
  });
}

function withOrder(money: MoneyState, id: Order['id'], change: (order: Order) => void): void {
  const order = findOrder(money, id);
  // An order that left the newest closed ones says nothing new about money.
  if (order) change(order);
}

function move(
  money: MoneyState,
  order: Order,
  transition: OrderTransition,
  about: { readonly time: EpochMs; readonly reason?: string },
): void {
  let status = nextStatus(order.status, transition);
  // The table knows no quantities: what goes back to working with fills is filled in part.
  if (status === 'accepted' && isPositive(order.filled)) status = 'partiallyFilled';
  if (status === order.status) return;
  order.status = status;
  order.updatedTime = about.time;
  if (about.reason !== undefined) order.statusReason = about.reason;
  if (isWorking(order)) return;
  money.working.delete(order.id);
  money.closed.set(order.id, order);
  dropOldest(money.closed, CLOSED_ORDERS);
}

function amendOrder(
  money: MoneyState,
  order: Order,
  record: Extract<RecordBody, { kind: 'amended' }>,
  time: EpochMs,
): void {
  if (record.quantity !== null) order.quantity = record.quantity;
  if (record.price !== null) order.price = record.price;
  if (record.triggerPrice !== null) order.triggerPrice = record.triggerPrice;
  order.updatedTime = time;
  if (!answersAmend(order.amending, record)) return;
  order.amending = undefined;
  if (order.role === 'protective') moveBracket(money, order, record);
}

/** A stop or target that the operator moved stays there: what follows the position follows it. */
function moveBracket(
  money: MoneyState,
  order: Order,
  { price, triggerPrice }: Extract<RecordBody, { kind: 'amended' }>,
): void {
  const ledger = keptLedgerOf(money, order);
  if (ledger.bracket === null) return;
  ledger.bracket = {
    ...ledger.bracket,
    ...(triggerPrice === null ? {} : { stopPrice: triggerPrice }),
    ...(price === null ? {} : { targetPrice: price }),
  };
}

/** Books a fill once: order, balances, account position, the strategy's ledger, totals. */
function bookFill(money: MoneyState, fill: Fill, time: EpochMs): void {
  const order = findOrder(money, fill.orderId);
  if (!order || order.fillIds.includes(fill.id)) return;
  const market = required(money.markets.get(fill.symbol), `market ${fill.symbol}`);
  const position = positionOf(money, fill.symbol);
  const effect = applyFill(position, fill, market);
  settleFill(money.balances, { fill, market, realizedPnl: effect.realizedPnl });
  const ledger = keptLedgerOf(money, order);
  const own = applyFill(ledger.position, fill, market);
  if (order.role === 'entry') takeBracket(ledger, order, own);
  const trip = bookTrip(ledger, { fill, effect: own, reason: order.reason });
  if (trip) {
    keepTrip(money, trip);
    for (const counts of [money.totals, dayTotals(money, trip.closeTime)]) countTrip(counts, trip);
  }
  const day = dayTotals(money, time);
  addTotals(money.totals, effect, fill.feeQuote);
  addTotals(day, effect, fill.feeQuote);
  money.counts.fills += 1;
  order.fillIds.push(fill.id);
  order.filled = add(order.filled, fill.quantity);
  order.filledNotional = add(order.filledNotional, effect.notional);
  const full = gte(order.filled, order.quantity);
  order.updatedTime = time;
  move(money, order, full ? 'fullFill' : 'partialFill', { time });
}

/** A new holding gets the bracket of its entry; one that grows keeps its own where that has none. */
function takeBracket(ledger: Ledger, order: Order, effect: FillEffect): void {
  if (isZero(effect.opened)) return;
  const { bracket } = order;
  const isNew = !isZero(effect.closed) || ledger.trip === null;
  const stop = bracket?.stopPrice ?? null;
  ledger.initialStop = isNew ? stop : nearerStop(ledger, ledger.initialStop, stop);
  if (isNew || ledger.bracket === null) ledger.bracket = bracket;
  else if (bracket !== null) ledger.bracket = growBracket(ledger, order, bracket);
}

/**
 * Of two stops the one that loses less: no part of the holding gets a stop farther away than it
 * was reviewed with. The target of the newest entry counts, but what else fills of an entry does
 * not bring its target again; a trail goes on as it began.
 */
function growBracket(ledger: Ledger, order: Order, added: Bracket): Bracket {
  const old = ledger.bracket ?? added;
  const isFirst = order.fillIds.length === 0;
  return {
    stopPrice: nearerStop(ledger, old.stopPrice, added.stopPrice),
    targetPrice: isFirst
      ? (added.targetPrice ?? old.targetPrice)
      : (old.targetPrice ?? added.targetPrice),
    trailFraction: old.trailFraction ?? added.trailFraction,
  };
}

function nearerStop(ledger: Ledger, old: Decimal | null, added: Decimal | null): Decimal | null {
  if (!old || !added) return added ?? old;
  return isPositive(ledger.position.quantity) ? max(old, added) : min(old, added);
}

function addTotals(
  totals: { realizedPnl: Decimal; feesPaid: Decimal },
  effect: FillEffect,
  fee: Decimal,
): void {
  totals.realizedPnl = add(totals.realizedPnl, effect.realizedPnl);
  totals.feesPaid = add(totals.feesPaid, fee);
}

function dayTotals(money: MoneyState, time: EpochMs): MoneyState['totals'] {
  const day = dayStart(time);
  let totals = money.days.get(day);
  if (totals) return totals;
  money.days.set(day, (totals = createTotals()));
  dropOldest(money.days, DAYS);
  return totals;
}

/** Funding moves the settle balance; ledgers share it by their part of the position. */
function bookFunding(
  money: MoneyState,
  record: Extract<RecordBody, { kind: 'funding' }>,
  time: EpochMs,
): void {
  credit(money.balances, { asset: record.asset, amount: neg(record.amount) });
  const position = positionOf(money, record.symbol);
  position.fundingPaid = add(position.fundingPaid, record.amount);
  money.totals.fundingPaid = add(money.totals.fundingPaid, record.amount);
  const day = dayTotals(money, time);
  day.fundingPaid = add(day.fundingPaid, record.amount);
  shareFunding(money, { ...record, quantity: position.quantity });
}
