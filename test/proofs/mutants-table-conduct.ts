/** Guards of who may act and when: strategies, starts, breakers, dates, changes. */
import { guardsOf, type Mutant } from './guard.ts';

export const CONDUCT_GUARDS: readonly Mutant[] = [
  ...guardsOf(
    'engine/decide.ts',
    ['engine/strategies', 'engine/recovery', 'engine/remote-answers'],
    [
      [
        'gate',
        'a strategy that is off does not act',
        'if (!runtime.enabled) return;\n  // Until',
        '// Until',
      ],
      [
        'gate',
        'no strategy acts while the books are in question',
        'if (ctx.truth.recovering !== null) return;',
        '',
      ],
      ['gate', 'a runaway strategy is cut', 'intents.slice(0, MAX_INTENTS)', 'intents'],
      [
        'gate',
        'resting entries leave with the strategy',
        "return order.strategyId === strategyId && order.role === 'entry';",
        'return false;',
      ],
      [
        'dedupe',
        'a strategy that is off says its error once',
        'if (!runtime.enabled && runtime.errors > MAX_STRATEGY_ERRORS) return;',
        '',
      ],
    ],
  ),
  ...guardsOf(
    'engine/remote-answers.ts',
    ['engine/remote-answers'],
    [
      [
        'gate',
        'an answer older than a candle is not carried out',
        'if (ageMs > timeframeMs(runtime.timeframe)) {',
        'if (ageMs > Infinity) {',
      ],
    ],
  ),
  ...guardsOf(
    'engine/start.ts',
    ['engine/guards', 'engine/states'],
    [
      [
        'gate',
        '--start lifts no stop',
        'if (options.start) refuseStrictStart(left, money.trading.reason);',
        '',
      ],
      [
        'gate',
        'a restart begins paused',
        "} else if (left === 'running') {",
        "} else if (left === 'recovering') {",
      ],
      [
        'dedupe',
        'a restart deposits nothing again',
        'const isOwed = money.balances.size === 0 && !run.venue.requestReport;',
        'const isOwed = true;',
      ],
      [
        'gate',
        'a start compares the books first',
        "run.post({ kind: 'recover', time, reason: 'started' });",
        '',
      ],
      ['gate', 'a restart is no way around the pace of orders', 'rememberPace(run.state);', ''],
      [
        'gate',
        'a strategy that was switched off stays off',
        'runtime.enabled = entry?.enabled ?? runtime.enabled;',
        '',
      ],
    ],
  ),
  ...guardsOf(
    'engine/scopes.ts',
    ['engine/guards', 'engine/stops', 'engine/breakers-conduct'],
    [
      [
        'gate',
        'a strategy or symbol needs its name to be resumed',
        "if (current.state !== 'paused' && phrase !== name) {",
        "if (current.state === 'running') {",
      ],
      [
        'gate',
        'a strategy or symbol is never loosened by a stop',
        'if (current && stricter(current.state, state) === current.state) {',
        'if (current?.state === state) {',
      ],
      [
        'gate',
        'a breaker cools down before its scope is resumed',
        'const cooling = coolingText(ctx, scope);',
        'const cooling: string | null = null;',
      ],
      [
        'gate',
        'states are kept for what exists only',
        'if (!isKnown(ctx, scope)) return refuse',
        'if (scope === null) return refuse',
      ],
    ],
  ),
  ...guardsOf(
    'engine/breakers.ts',
    ['engine/guards', 'engine/breakers', 'engine/breakers-conduct'],
    [
      [
        'dedupe',
        'a breaker trips once',
        'if (ctx.money.breakers.has(breakerKey(breaker.name, scope))) return;',
        '',
      ],
      [
        'gate',
        'a breaker never loosens',
        'if (now !== undefined && stricter(now.state, state) === now.state) return;',
        '',
      ],
      [
        'gate',
        'a breaker cools down before it is cleared',
        "if (cooling !== null) return refuse(ctx, 'clear', cooling);",
        '',
      ],
      [
        'gate',
        'a holding is decided on before its breaker is cleared',
        'if (isDrifting(ctx, key, scope)) {',
        'if (key === null) {',
      ],
      [
        'gate',
        'a cleared breaker waits for the others',
        'if ([...ctx.money.breakers.values()].some((other) => isOf(other, scope))) return;',
        '',
      ],
    ],
  ),
  ...guardsOf(
    'engine/expiry.ts',
    ['engine/good-till-date'],
    [
      [
        'gate',
        'a venue that knows dates ends them by itself',
        'if (ctx.abilities.gtd === true) {',
        'if (ctx.abilities.amend === null) {',
      ],
    ],
  ),
  ...guardsOf(
    'engine/amend.ts',
    ['engine/amend', 'engine/amend-later'],
    [
      [
        'dedupe',
        'a second change waits for the answer to the first',
        "if (order.amending) return 'another change of it is on its way';",
        '',
      ],
      [
        'gate',
        'an order on its way out is not changed',
        "if (status === 'pendingCancel') return 'it is being canceled';",
        '',
      ],
      [
        'gate',
        'an order of unknown outcome is not changed',
        "if (status === 'unknown') return 'what became of it is not known yet';",
        '',
      ],
      [
        'reservation',
        'a change is reviewed like a new order',
        'if (denied) return deny(ctx, null, request, denied);',
        '',
      ],
      [
        'reservation',
        'a change has its room before it is answered',
        "ctx.record({ kind: 'amendRequested', orderId: order.id, ...change, reason: 'by the operator' });",
        '',
      ],
      ['gate', 'the order rate counts changes', 'rememberOrder(ctx, request);', ''],
    ],
  ),
];
