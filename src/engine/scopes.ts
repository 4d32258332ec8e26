/** Commands that stop one strategy or one symbol harder than the account, and resume it. */
import type { Command } from '../domain/command.ts';
import type { StateScope } from '../domain/record.ts';
import { stricter } from '../domain/verdict.ts';
import { scopeKey } from '../execution/money.ts';
import { scopeName, setTradingState } from '../execution/stop-states.ts';
import { refuse } from './answers.ts';
import { clearBreakersOf, coolingText } from './breakers.ts';
import type { StepContext } from './step-context.ts';

/** Immediate and unconditional, where the strategy or symbol exists; a stricter state stays. */
export function tightenScope(
  ctx: StepContext,
  { scope, state, reason }: Extract<Command, { kind: 'tightenScope' }>,
): void {
  if (!isKnown(ctx, scope)) return refuse(ctx, 'stop', `there is no ${describeScope(scope)}`);
  const current = ctx.money.scopes.get(scopeKey(scope));
  if (current && stricter(current.state, state) === current.state) {
    const text = `${scopeName(scope)} is already ${current.state}: ${current.reason}`;
    ctx.send({ kind: 'notice', level: 'info', text });
    return;
  }
  setTradingState(ctx, { state, reason, by: 'operator', scope });
}

/** Only the operator loosens: paused as it is, anything stricter with the name typed. */
export function resumeScope(
  ctx: StepContext,
  { scope, phrase }: Extract<Command, { kind: 'resumeScope' }>,
): void {
  const name = scopeName(scope);
  const current = ctx.money.scopes.get(scopeKey(scope));
  if (!current) return refuse(ctx, 'resume', `${name} has no state of its own`);
  if (current.state !== 'paused' && phrase !== name) {
    return refuse(ctx, 'resume', `${name} is ${current.state}: it needs its name typed, ${name}`);
  }
  const cooling = coolingText(ctx, scope);
  if (cooling !== null) return refuse(ctx, 'resume', cooling);
  clearBreakersOf(ctx, scope);
  const reason = 'resumed by the operator';
  setTradingState(ctx, { state: 'running', reason, by: 'operator', scope });
}

/** A state is kept for what exists, so that the list stays as short as they are. */
function isKnown(ctx: StepContext, scope: StateScope): boolean {
  if ('symbol' in scope) return ctx.state.market.symbols.has(scope.symbol);
  const { market, money } = ctx.state;
  if (market.runtimes.some(({ id }) => id === scope.strategyId)) return true;
  for (const { strategyId } of money.ledgers.values()) {
    if (strategyId === scope.strategyId) return true;
  }
  return false;
}

const describeScope = (scope: StateScope): string =>
  'symbol' in scope ? `market ${scope.symbol}` : `strategy ${scope.strategyId}`;
