import type { Command, SettingValue } from '../domain/command.ts';
import { required } from '../domain/errors.ts';
import { finishedCandle } from '../domain/event.ts';
import { openLedgers } from '../execution/money.ts';
import { describeHeld, refuse, restingOrders } from './answers.ts';
import { warm } from './decide.ts';
import { isSame } from './param-start.ts';
import type { EngineState, StrategyRuntime } from './state.ts';
import type { StepContext } from './step-context.ts';

type Params = Readonly<Record<string, SettingValue>>;
type ChangeParams = Extract<Command, { kind: 'changeParams' }>;

/**
 * New parameters: checked, journaled with what they replace, and a fresh strategy that is warmed
 * up again with the candles that are known. What it holds and what rests stays as it is.
 */
export function changeParams(ctx: StepContext, command: ChangeParams): void {
  const { strategyId } = command;
  const runtimes = ctx.state.market.runtimes.filter((runtime) => runtime.id === strategyId);
  const [first] = runtimes;
  if (!first) return refuse(ctx, 'parameters', `no strategy ${strategyId}`);
  const checked = first.definition.params.safeParse(command.params);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const place = [strategyId, ...(issue?.path ?? [])].join('.');
    return refuse(ctx, 'parameters', `${place}: ${issue?.message ?? ''}`);
  }
  const missing = missingCandles(ctx.state, runtimes, checked.data);
  if (missing !== null) {
    return refuse(
      ctx,
      'parameters',
      `${strategyId} would need ${missing}: change them and restart`,
    );
  }
  // The configuration's word counts as the configured one from now on, also when it says the same.
  if (command.fromConfig) for (const runtime of runtimes) runtime.configured = checked.data;
  const what = describeChange(first.params, checked.data);
  if (what === '') {
    const text = `${strategyId} has these parameters already`;
    return ctx.send({ kind: 'notice', level: 'info', text });
  }
  recordChange(ctx, first, { params: checked.data, previous: first.params });
  for (const runtime of runtimes) restart(ctx, runtime, checked.data);
  const notes = [what, warmth(runtimes), ...consequences(ctx, strategyId)].join(' · ');
  ctx.send({ kind: 'notice', level: 'info', text: `${strategyId} ${notes}` });
}

function recordChange(
  ctx: StepContext,
  runtime: StrategyRuntime,
  of: { readonly params: unknown; readonly previous: unknown },
): void {
  ctx.record({
    kind: 'paramsChanged',
    strategyId: runtime.id,
    strategy: runtime.definition.name,
    params: asParams(of.params),
    previousParams: asParams(of.previous),
    configuredParams: asParams(runtime.configured),
  });
}

/** What a strategy's schema lets through is plain JSON: it came from a file or a form. */
const asParams = (params: unknown): Params => ({ ...(params as Params) });

/** `fast 10 → 12, slow 30 → 40`; empty when nothing differs. */
export function describeChange(from: unknown, to: unknown): string {
  const [before, after] = [asParams(from), asParams(to)];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => !isSame(before[name], after[name]));
  const shown = (value: SettingValue | undefined) => String(value ?? 'none');
  return changed.map((name) => `${name} ${shown(before[name])} → ${shown(after[name])}`).join(', ');
}

/** Candles of other timeframes are built from the start of a run only. */
function missingCandles(
  state: EngineState,
  runtimes: readonly StrategyRuntime[],
  params: unknown,
): string | null {
  for (const { definition, symbol } of runtimes) {
    const wanted = state.market.symbols.get(symbol)?.builder.wanted;
    const missing = definition.higherTimeframes?.(params).find((one) => !wanted?.has(one));
    if (missing !== undefined) return `${missing} candles, which this run does not build`;
  }
  return null;
}

function restart(ctx: StepContext, runtime: StrategyRuntime, params: unknown): void {
  const { definition, symbol, timeframe } = runtime;
  const { market, series } = required(ctx.state.market.symbols.get(symbol), symbol);
  runtime.params = params;
  runtime.warmup = definition.warmup(params);
  runtime.strategy = definition.create(params, { symbol, timeframe, market });
  runtime.seen = 0;
  for (const candle of series.get(timeframe)?.newest(Infinity) ?? []) {
    warm(ctx, runtime, finishedCandle({ symbol, timeframe, candle }));
  }
}

/** What became of the indicators: how warm they are again. */
function warmth(runtimes: readonly StrategyRuntime[]): string {
  const waiting = Math.max(...runtimes.map(({ warmup, seen }) => warmup - seen));
  const seen = Math.min(...runtimes.map((runtime) => runtime.seen));
  if (waiting > 0) return `warms up again, ${waiting} candles to go`;
  return `warmed up again with ${seen} candles`;
}

/** What becomes of what it holds and of what it has resting. */
function consequences(ctx: StepContext, strategyId: string): string[] {
  const held = openLedgers(ctx.money).filter((ledger) => ledger.strategyId === strategyId);
  const resting = restingOrders(ctx, strategyId, (order) => order.role !== 'protective');
  const notes = held.map((ledger) => `${describeHeld(ctx, ledger)} stays`);
  if (resting > 0) notes.push(resting === 1 ? '1 order stays' : `${resting} orders stay`);
  return notes;
}

/** Says at a start which parameters count where operator and configuration differ. */
export function settleParams(ctx: StepContext): void {
  const said = new Set<string>();
  for (const runtime of ctx.state.market.runtimes) {
    const change = ctx.money.strategies.get(runtime.id)?.change;
    if (!change || said.has(runtime.id)) continue;
    said.add(runtime.id);
    const { id, configured, params } = runtime;
    if (isSame(params, change.params)) {
      const own = describeChange(configured, params);
      const text = `${id} goes on with parameters set by the operator: ${own}`;
      if (own !== '') ctx.send({ kind: 'notice', level: 'info', text });
      continue;
    }
    recordChange(ctx, runtime, { params, previous: change.params });
    const text = `${id} takes the configuration, which changed: ${describeChange(change.params, params)}`;
    ctx.send({ kind: 'notice', level: 'warn', text });
  }
}
