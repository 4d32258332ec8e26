/** Looks after a halt or a flattening at a venue outside, until its reports prove it. */
import { toText } from '../domain/decimal.ts';
import { roleOf } from '../domain/ids.ts';
import type { VenueReport } from '../domain/venue.ts';
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { ExecutionContext } from './context.ts';
import { isDust } from './dust.ts';
import { isUnheard, requestCancel } from './orders.ts';
import type { StopWatch } from './truth.ts';

/** Two looks that count are at least so far apart. */
const APART_MS = SECOND_MS;
/** Looks follow each other at this pace first, then ever slower. */
const FAST_LOOKS = 30;
const SLOW_LOOK_MS = 30 * SECOND_MS;
/** After this the operator hears that the stop is not confirmed. */
const ALARM_MS = 10 * SECOND_MS;
/** A flattening that gets nowhere for so long ends with an alarm. */
export const FLATTEN_PATIENCE_MS = 5 * MINUTE_MS;
/** Reports that may still show a holding after it was closed: they were under way before. */
const NOT_FLAT_REPORTS = 3;

/** Begins to look: the venue is asked whether anything of ours is open. */
export function beginStopWatch(ctx: ExecutionContext, canceled: number): StopWatch {
  const before = ctx.truth.stop?.canceled ?? 0;
  const stop: StopWatch = {
    since: ctx.now(),
    canceled: before + canceled,
    phase: 'orders',
    clear: 0,
    clearTime: 0,
    looks: 0,
    alarmed: false,
    notFlat: 0,
    left: null,
  };
  ctx.truth.stop = stop;
  ctx.send({ kind: 'report', reason: 'is anything of ours open', isUrgent: true });
  return stop;
}

/** Everything is closed by our books: the venue is asked whether it shows the same. */
export function beginFlatCheck(ctx: ExecutionContext, stop: StopWatch): void {
  stop.phase = 'holdings';
  ctx.send({ kind: 'report', reason: 'is the account flat', isUrgent: true });
}

/** Takes a report as a look at the stop that is under way. */
export function watchStop(ctx: ExecutionContext, report: VenueReport): void {
  const { stop } = ctx.truth;
  const { state } = ctx.money.trading;
  if (!stop) return;
  if (state !== 'halted' && state !== 'flattening') {
    ctx.truth.stop = null;
    return;
  }
  stop.looks += 1;
  if (stop.phase === 'orders') lookForOrders(ctx, stop, report);
  else if (stop.phase === 'holdings') lookForHoldings(ctx, stop, report);
  if (ctx.truth.stop !== stop || stop.phase === 'closing' || stop.phase === 'proven') return;
  const delayMs = stop.looks < FAST_LOOKS ? APART_MS : SLOW_LOOK_MS;
  ctx.send({ kind: 'report', reason: 'is anything of ours left', delayMs, isUrgent: true });
}

/** Orders of ours at the venue that this stop takes: all of them, protection only to flatten. */
function openThere(ctx: ExecutionContext, report: VenueReport) {
  const isFlattening = ctx.money.trading.state === 'flattening';
  return report.openOrders.filter((id) => isFlattening || roleOf(id) !== 'protective');
}

function lookForOrders(ctx: ExecutionContext, stop: StopWatch, report: VenueReport): void {
  const open = openThere(ctx, report);
  for (const orderId of open) {
    const order = ctx.money.working.get(orderId);
    if (order) requestCancel(ctx, order, 'stopped');
    else ctx.send({ kind: 'cancel', orderId });
  }
  if (open.length > 0) {
    stop.clear = 0;
    alarmLate(ctx, stop, open.length);
    return;
  }
  if (stop.clear > 0 && ctx.now() < stop.clearTime + APART_MS) return;
  stop.clear += 1;
  stop.clearTime = ctx.now();
  if (stop.clear < 2) return;
  stop.phase = 'closing';
  if (ctx.money.trading.state === 'halted') sayStopped(ctx, stop);
}

function alarmLate(ctx: ExecutionContext, stop: StopWatch, open: number): void {
  if (stop.alarmed || ctx.now() < stop.since + ALARM_MS) return;
  stop.alarmed = true;
  const state = ctx.money.trading.state.toUpperCase();
  const text = `${state}, but ${open} ${plural(open)} still open at the venue; cancels go on`;
  ctx.send({ kind: 'notice', level: 'error', text });
}

const plural = (count: number): string => (count === 1 ? 'order is' : 'orders are');

/** The banner: `HALTED 14:02:11 - 7 canceled, 0 open, 1 unknown` (UTC). */
function sayStopped(ctx: ExecutionContext, stop: StopWatch): void {
  let unknown = 0;
  for (const order of ctx.money.working.values()) if (isUnheard(order)) unknown += 1;
  const time = new Date(ctx.money.trading.since).toISOString().slice(11, 19);
  const text = `HALTED ${time} - ${stop.canceled} canceled, 0 open, ${unknown} unknown`;
  ctx.send({ kind: 'notice', level: 'warn', text });
  ctx.truth.stop = null;
}

function lookForHoldings(ctx: ExecutionContext, stop: StopWatch, report: VenueReport): void {
  const held = heldThere(ctx, report);
  if (held.length > 0 && ++stop.notFlat < NOT_FLAT_REPORTS) return;
  stop.phase = 'proven';
  stop.left = held.length === 0 ? null : held.join(', ');
}

/** What the venue still holds of the account, beyond dust and what the operator left there. */
function heldThere(ctx: ExecutionContext, report: VenueReport): string[] {
  const found: string[] = [];
  for (const [symbol, quantity] of report.positions) {
    const isLeft = ctx.money.drifts.get(symbol)?.ignored === true;
    if (isLeft || !ctx.money.markets.has(symbol) || isDust(ctx, { symbol, quantity })) continue;
    found.push(`${toText(quantity)} ${symbol}`);
  }
  return found;
}
