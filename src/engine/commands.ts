import { dropOldest } from '../domain/bounded.ts';
import type { Command, Ticket } from '../domain/command.ts';
import { assertNever } from '../domain/errors.ts';
import { type RiskLimits, isLoosening, limitFault } from '../domain/limits.ts';
import { MANUAL, type OrderRequest, isWorking } from '../domain/order.ts';
import { isAgainst } from '../domain/position.ts';
import { type TradingState, stricter } from '../domain/verdict.ts';
import { findOrder, ledgerOf, openLedgers } from '../execution/money.ts';
import { blankRequest, cancelWhere, requestCancel } from '../execution/orders.ts';
import { isDust } from '../execution/dust.ts';
import { advanceFlatten } from '../execution/flatten.ts';
import { canceledText, setTradingState } from '../execution/stop-states.ts';
import { amendOrder } from './amend.ts';
import { clearBreaker, clearBreakersOf, coolingText } from './breakers.ts';
import { describeHeld, refuse, restingOrders } from './answers.ts';
import { exitLedger, switchStrategy } from './decide.ts';
import { decideDrift, decideExternal } from './operator-decisions.ts';
import { describeRequest, submitReviewed } from './judge.ts';
import { changeParams } from './param-changes.ts';
import { resumeScope, tightenScope } from './scopes.ts';
import type { StepContext } from './step-context.ts';

/** What lets more happen than before: refused where no restart would know of it. */
const LOOSENING: ReadonlySet<Command['kind']> = new Set([
  'resume',
  'resumeScope',
  'clearBreaker',
  'changeRisk',
  'changeParams',
]);

/** Carries out one command of the operator. Tightening always works; loosening is checked. */
export function stepCommand(ctx: StepContext, command: Command): void {
  if (ctx.truth.unsaved && LOOSENING.has(command.kind)) {
    return refuse(ctx, command.kind, 'nothing can be recorded any more; make room, start again');
  }
  switch (command.kind) {
    case 'placeOrder':
      return oncePerPress(ctx, command.pressId, () => placeTicket(ctx, command.ticket));
    case 'cancelOrder':
      return cancelOne(ctx, command);
    case 'amendOrder':
      return oncePerPress(ctx, command.pressId, () => amendOrder(ctx, command));
    case 'cancelAll':
      return cancelAll(ctx, command.symbol);
    case 'closePosition':
      return oncePerPress(ctx, command.pressId, () => closePosition(ctx, command.symbol));
    case 'pause':
      return tighten(ctx, 'paused', command.reason);
    case 'halt':
      return tighten(ctx, 'halted', command.reason, command.by);
    case 'flatten':
      tighten(ctx, 'flattening', command.reason);
      return advanceFlatten(ctx);
    case 'resume':
      return resume(ctx, command.phrase);
    case 'toggleStrategy':
      return toggle(ctx, command);
    case 'changeParams':
      return changeParams(ctx, command);
    case 'changeRisk':
      return changeRisk(ctx, command);
    case 'clearBreaker':
      return clearBreaker(ctx, command.breaker);
    case 'tightenScope':
      return tightenScope(ctx, command);
    case 'resumeScope':
      return resumeScope(ctx, command);
    case 'decideExternal':
      return decideExternal(ctx, command);
    case 'decideDrift':
      return decideDrift(ctx, command);
    default:
      return assertNever(command);
  }
}

/** Presses remembered: far more than a person makes while one is under way. */
const MAX_PRESSES = 1000;

/** One press, one order: a doubled key or a repeated event is a no-op (F5). */
function oncePerPress(ctx: StepContext, pressId: string, act: () => void): void {
  const { presses } = ctx.state.market;
  if (presses.has(pressId)) return;
  presses.add(pressId);
  dropOldest(presses, MAX_PRESSES);
  act();
}

/** Request of a manual order: reduces when it is against what the operator's ledger holds. */
export function ticketRequest(ctx: StepContext, ticket: Ticket): OrderRequest {
  const ledger = ledgerOf(ctx.money, { strategyId: MANUAL, symbol: ticket.symbol });
  const reduces = isAgainst(ledger.position, ticket.side);
  const { stopPrice, targetPrice } = ticket;
  const hasBracket = !reduces && (stopPrice !== null || targetPrice !== null);
  return {
    ...blankRequest(ctx.money, ledger),
    role: reduces || ticket.reduceOnly ? 'exit' : 'entry',
    side: ticket.side,
    type: ticket.type,
    quantity: ticket.quantity,
    price: ticket.price,
    triggerPrice: ticket.triggerPrice,
    trailFraction: ticket.trailFraction,
    timeInForce: ticket.timeInForce,
    ...(ticket.expireTime === undefined ? {} : { expireTime: ticket.expireTime }),
    postOnly: ticket.postOnly,
    reduceOnly: ticket.reduceOnly,
    bracket: hasBracket ? { stopPrice, targetPrice, trailFraction: null } : null,
    reason: 'manual order',
  };
}

function placeTicket(ctx: StepContext, ticket: Ticket): void {
  if (!ctx.state.market.symbols.has(ticket.symbol)) {
    return refuse(ctx, 'order', `${ticket.symbol} is not one of the markets of this run`);
  }
  const order = submitReviewed(ctx, null, ticketRequest(ctx, ticket));
  if (!order) return;
  const text = `order sent: ${describeRequest(order)} · ${order.id}`;
  ctx.send({ kind: 'notice', level: 'info', text });
}

function cancelOne(ctx: StepContext, command: Extract<Command, { kind: 'cancelOrder' }>): void {
  const order = findOrder(ctx.money, command.orderId);
  if (!order || !isWorking(order)) {
    return refuse(ctx, 'cancel', `order ${command.orderId} is not working`);
  }
  requestCancel(ctx, order, 'canceled by the operator');
  ctx.send({ kind: 'notice', level: 'info', text: `cancel sent: ${order.symbol} ${order.id}` });
}

function cancelAll(ctx: StepContext, symbol: string | null): void {
  const count = cancelWhere(ctx, 'canceled by the operator', (order) => {
    return symbol === null || order.symbol === symbol;
  });
  ctx.send({ kind: 'notice', level: 'info', text: `cancel sent for ${count} orders` });
}

/** Closes every ledger of a symbol: the strategies' and the operator's. */
function closePosition(ctx: StepContext, symbol: string): void {
  const open = openLedgers(ctx.money).filter((ledger) => ledger.symbol === symbol);
  if (open.length === 0) return refuse(ctx, 'close', `no position in ${symbol}`);
  if (open.every(({ position: { quantity } }) => isDust(ctx, { symbol, quantity }))) {
    return refuse(ctx, 'close', `${symbol} is dust: smaller than any order the venue takes`);
  }
  const orders = open.map((ledger) => exitLedger(ctx, null, ledger, 'closed by the operator'));
  // A denial speaks for itself; what is on its way already needs no second order.
  if (orders.every((order) => order === null)) return;
  ctx.send({ kind: 'notice', level: 'info', text: `closing ${symbol}` });
}

/** Tightening is immediate; a state that is stricter already stays. */
function tighten(
  ctx: StepContext,
  state: TradingState,
  reason: string,
  by: 'operator' | 'engine' = 'operator',
): void {
  const current = ctx.money.trading.state;
  if (stricter(current, state) === current) {
    const text = `already ${current}: ${ctx.money.trading.reason}`;
    ctx.send({ kind: 'notice', level: 'info', text });
    return;
  }
  setTradingState(ctx, { state, reason, by });
}

/** Only the operator loosens: one key from paused, the typed account name from anything stricter. */
function resume(ctx: StepContext, phrase: string | null): void {
  const { state } = ctx.money.trading;
  if (state === 'running') {
    ctx.send({ kind: 'notice', level: 'info', text: 'already running' });
    return;
  }
  if (state === 'flattening' || state === 'recovering') {
    return refuse(ctx, 'resume', `${state} ends by itself`);
  }
  if (state !== 'paused' && phrase !== ctx.money.accountId) {
    return refuse(ctx, 'resume', `${state} needs the account name ${ctx.money.accountId}`);
  }
  const cooling = coolingText(ctx, null);
  if (cooling !== null) return refuse(ctx, 'resume', cooling);
  clearBreakersOf(ctx, null);
  setTradingState(ctx, { state: 'running', reason: 'resumed by the operator', by: 'operator' });
}

/** Switches a strategy and says what happens to its position. */
function toggle(ctx: StepContext, command: Extract<Command, { kind: 'toggleStrategy' }>): void {
  const { strategyId, enabled } = command;
  const runtimes = ctx.state.market.runtimes.filter((runtime) => runtime.id === strategyId);
  if (runtimes.length === 0) return refuse(ctx, 'toggle', `no strategy ${strategyId}`);
  let note = enabled ? 'on; acts on its next signal' : 'off; holds nothing';
  const resting = restingOrders(ctx, strategyId);
  switchStrategy(ctx, strategyId, enabled);
  const canceled = resting - restingOrders(ctx, strategyId);
  const held = openLedgers(ctx.money).filter((ledger) => ledger.strategyId === strategyId);
  if (held.length > 0) {
    const positions = held.map((ledger) => describeHeld(ctx, ledger)).join(', ');
    note = enabled ? `on; takes over ${positions}` : `off; ${positions} stays, x closes it`;
  }
  ctx.record({ kind: 'strategyToggled', strategyId, enabled, note });
  const text = `${strategyId} ${note}${canceledText(canceled)}`;
  ctx.send({ kind: 'notice', level: 'info', text });
}

/**
 * New limits, as the screen confirmed them. An edit of the configuration is compared with what is
 * in force: the operator may have tightened a limit since, and no file loosens that (F75).
 */
function changeRisk(
  ctx: StepContext,
  { changes: asked, fromConfig }: Extract<Command, { kind: 'changeRisk' }>,
): void {
  for (const [name, value] of Object.entries(asked)) {
    const fault = limitFault(name, value);
    if (fault !== null) return refuse(ctx, 'change of limits', fault);
  }
  const changes = fromConfig === true ? heldTight(ctx, asked) : asked;
  const names = Object.keys(changes).join(', ');
  if (names === '') return;
  ctx.record({ kind: 'riskChanged', changes });
  const limits: RiskLimits = { ...ctx.state.settings.limits, ...changes };
  ctx.state.settings.limits = limits;
  ctx.send({ kind: 'notice', level: 'info', text: `risk limits changed: ${names}` });
}

type RiskChanges = Extract<Command, { kind: 'changeRisk' }>['changes'];

/** Those of the changes that loosen nothing in force; the others are said. */
function heldTight(ctx: StepContext, asked: RiskChanges): RiskChanges {
  const { limits } = ctx.state.settings;
  const kept = Object.entries(asked).filter(([name, to]) => {
    const from = Object.hasOwn(limits, name) ? limits[name as keyof RiskLimits] : null;
    if (!isLoosening(name as keyof RiskLimits, { from, to })) return true;
    const text = `risk.${name} stays ${String(from)}: the limit in force is tighter than ${String(to)}`;
    ctx.send({ kind: 'notice', level: 'warn', text });
    return false;
  });
  return Object.fromEntries(kept);
}
