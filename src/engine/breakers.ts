import { required } from '../domain/errors.ts';
import type { AccountRecord, StateScope } from '../domain/record.ts';
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import { stricter } from '../domain/verdict.ts';
import { type TrippedBreaker, breakerKey, findOrder, scopeKey } from '../execution/money.ts';
import { scopeName, setTradingState } from '../execution/stop-states.ts';
import {
  ACCOUNT_BREAKERS,
  BREAKERS,
  type Breaker,
  STRATEGY_BREAKERS,
  SYMBOL_BREAKERS,
} from '../risk/breakers.ts';
import { refuse } from './answers.ts';
import {
  accountLook,
  measureSlippage,
  rememberSlip,
  strategyLook,
  symbolLook,
} from './breaker-looks.ts';
import type { SymbolState } from './state.ts';
import type { StepContext } from './step-context.ts';

/** Looks at what the whole account measures: after marks, errors and lost connections. */
export function watchAccount(ctx: StepContext): void {
  if (!ctx.state.settings.limits.enabled) return;
  const look = accountLook(ctx.state);
  for (const breaker of ACCOUNT_BREAKERS) {
    judge(ctx, breaker, breaker.measure(look));
  }
}

/** Looks at one strategy: after its round trips and refused orders. */
export function watchStrategy(ctx: StepContext, strategyId: string): void {
  if (!ctx.state.settings.limits.enabled) return;
  const scope = { strategyId };
  const look = strategyLook(ctx.state, strategyId);
  for (const breaker of STRATEGY_BREAKERS) judge(ctx, breaker, breaker.measure(look), scope);
}

/** Looks at one symbol: after its candles, ended orders and reconciles. */
export function watchSymbol(ctx: StepContext, symbol: SymbolState): void {
  if (!ctx.state.settings.limits.enabled) return;
  const scope = { symbol: symbol.name };
  const look = symbolLook(ctx.state, symbol);
  for (const breaker of SYMBOL_BREAKERS) judge(ctx, breaker, breaker.measure(look), scope);
}

/** Looks at the symbols whose holding nothing explains: after the venue's report. */
export function watchHoldings(ctx: StepContext): void {
  for (const name of ctx.money.drifts.keys()) {
    const symbol = ctx.state.market.symbols.get(name);
    if (symbol) watchSymbol(ctx, symbol);
  }
}

/** What a venue's word may have moved, once it is booked. */
export function watchConduct(ctx: StepContext, record: AccountRecord): void {
  switch (record.kind) {
    case 'fill':
    case 'canceled':
    case 'expired':
    case 'rejected': {
      const order = findOrder(ctx.money, record.orderId);
      if (!order) return;
      const symbol = ctx.state.market.symbols.get(order.symbol);
      if (symbol) {
        rememberSlip(ctx.state, symbol, order);
        watchSymbol(ctx, symbol);
      }
      return watchStrategy(ctx, order.strategyId);
    }
    case 'outcomeUnknown':
      return watchAccount(ctx);
    default:
      return;
  }
}

/** A trouble that no other record tells of: journaled, because a restart must count it too. */
export function noteIncident(
  ctx: StepContext,
  of: {
    readonly what: 'strategyError' | 'linkLost';
    readonly strategyId: string | null;
    readonly symbol: string | null;
    readonly detail: string;
  },
): void {
  ctx.record({ kind: 'incident', accountId: ctx.money.accountId, ...of });
  watchAccount(ctx);
}

function judge(ctx: StepContext, breaker: Breaker, value: number | null, scope?: StateScope): void {
  const { limits } = ctx.state.settings;
  const limit = breaker.limit(limits);
  if (value === null || value < limit) return;
  if (ctx.money.breakers.has(breakerKey(breaker.name, scope))) return;
  const { accountId } = ctx.money;
  const { name, unit, state } = breaker;
  ctx.record({
    kind: 'breakerTripped',
    accountId,
    breaker: name,
    ...(scope === undefined ? {} : { scope }),
    value,
    limit,
    unit,
    clears: clearsText(breaker),
    cooldownUntil: ctx.now() + limits.breakerCooldownSeconds * SECOND_MS,
  });
  const whose = scope === undefined ? '' : ` of ${scopeName(scope)}`;
  const reason = `breaker ${name}${whose} ${measuredText(name, value)} of ${measuredText(name, limit)}`;
  const now = scope === undefined ? ctx.money.trading : ctx.money.scopes.get(scopeKey(scope));
  if (now !== undefined && stricter(now.state, state) === now.state) return;
  const of = scope === undefined ? {} : { scope };
  setTradingState(ctx, { state, reason, by: 'breaker', ...of });
}

/** What a breaker measured, in its unit: `5.00 %`, `12`, `140.0 bp`, `6.20 ×`. */
export function measuredText(key: string, value: number): string {
  const unit = BREAKERS.find(({ name }) => name === key.split(' ')[0])?.unit ?? 'count';
  switch (unit) {
    case 'fraction':
      return `${(value * 100).toFixed(2)} %`;
    case 'bps':
      return `${value.toFixed(1)} bp`;
    case 'ratio':
      return `${value.toFixed(2)} ×`;
    case 'count':
      return String(value);
    default:
      return unit satisfies never;
  }
}

/** What lifts it, in words for the screen. */
export function clearsText({ scope, state, name }: Breaker): string {
  if (name === 'unexpectedPosition') return 'the operator, once the holding is decided on';
  if (scope !== 'account') return 'the operator: c on its row of the risk pane';
  return state === 'paused' ? 'the operator: r' : 'the operator: r and the typed account name';
}

/** A tripped breaker whose time has not come, in words; null when all of a scope may be cleared. */
export function coolingText(ctx: StepContext, scope: StateScope | null): string | null {
  for (const [key, tripped] of ctx.money.breakers) {
    if (!isOf(tripped, scope)) continue;
    const text = coolingOf(ctx, key, tripped);
    if (text !== null) return text;
  }
  return null;
}

function coolingOf(ctx: StepContext, key: string, tripped: TrippedBreaker): string | null {
  const left = tripped.cooldownUntil - ctx.now();
  if (!(left > 0)) return null;
  const minutes = Math.floor(left / MINUTE_MS);
  const seconds = Math.ceil((left % MINUTE_MS) / SECOND_MS);
  return `breaker ${key} cools down for another ${minutes} min ${seconds} s`;
}

const isOf = (tripped: TrippedBreaker, scope: StateScope | null): boolean =>
  scope === null
    ? tripped.scope === undefined
    : tripped.scope !== undefined && scopeKey(tripped.scope) === scopeKey(scope);

/** Clears every breaker of the account, or of one scope: the operator resumes it. */
export function clearBreakersOf(ctx: StepContext, scope: StateScope | null): void {
  for (const [key, tripped] of ctx.money.breakers) {
    if (isOf(tripped, scope)) clear(ctx, key, tripped);
  }
}

/**
 * The operator clears one breaker. Where it paused a strategy or a symbol and nothing else holds
 * that, its pause ends too; the account's state waits for `resume`.
 */
export function clearBreaker(ctx: StepContext, key: string): void {
  const tripped = ctx.money.breakers.get(key);
  if (!tripped) return refuse(ctx, 'clear', `breaker ${key} is not tripped`);
  const cooling = coolingOf(ctx, key, tripped);
  if (cooling !== null) return refuse(ctx, 'clear', cooling);
  const { scope } = tripped;
  if (isDrifting(ctx, key, scope)) {
    return refuse(ctx, 'clear', `decide first what becomes of the holding in ${scopeText(scope)}`);
  }
  clear(ctx, key, tripped);
  if (scope === undefined) return;
  const held = ctx.money.scopes.get(scopeKey(scope));
  if (held?.by !== 'breaker' || held.state !== 'paused') return;
  if ([...ctx.money.breakers.values()].some((other) => isOf(other, scope))) return;
  const reason = `breaker ${key} cleared by the operator`;
  setTradingState(ctx, { state: 'running', reason, by: 'operator', scope });
}

const scopeText = (scope: StateScope | undefined): string =>
  scope === undefined ? 'the account' : scopeName(scope);

/** Is it about a holding that still waits for a decision? */
function isDrifting(ctx: StepContext, key: string, scope: StateScope | undefined): boolean {
  if (scope === undefined || !('symbol' in scope)) return false;
  if (key !== breakerKey('unexpectedPosition', scope)) return false;
  return ctx.money.drifts.get(scope.symbol)?.ignored === false;
}

/** A cleared breaker measures from now on, or it would trip again at once. */
function clear(ctx: StepContext, key: string, { scope }: TrippedBreaker): void {
  const { money, state } = ctx;
  const { market } = state;
  const { accountId } = money;
  const breaker = required(key.split(' ')[0], key);
  const of = scope === undefined ? {} : { scope };
  ctx.record({ kind: 'breakerCleared', accountId, breaker, ...of });
  const { equity } = market;
  if (breaker === 'dailyLoss' && money.day) {
    ctx.record({ kind: 'dayOpened', accountId, day: money.day.start, equity });
  }
  if (breaker === 'drawdown') {
    ctx.record({ kind: 'equityPeak', accountId, equity });
    market.peak = equity;
    market.journaledPeak = equity;
  }
  if (scope === undefined || !('symbol' in scope)) return;
  const symbol = market.symbols.get(scope.symbol);
  if (symbol && breaker === 'volatility') symbol.volatility.settle();
  if (symbol && breaker === 'slippage') measureSlippage(state, symbol);
}
