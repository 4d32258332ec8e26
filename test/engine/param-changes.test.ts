import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { describeParams } from '../../src/app/params.ts';
import { toRuntimes } from '../../src/app/simulation.ts';
import { decodeJson, encodeJson } from '../../src/domain/codec.ts';
import { decimal } from '../../src/domain/decimal.ts';
import type { Intent } from '../../src/domain/intent.ts';
import { makeView } from '../../src/engine/make-view.ts';
import type { StrategyDefinition } from '../../src/ports.ts';
import { STRATEGIES } from '../../src/strategies/registry.ts';
import { Desk, type DeskOptions, SPOT, hold, place } from '../support/builders.ts';
import { instance } from '../support/session-kit.ts';

const schema = z.strictObject({
  fast: z.int().min(1).max(50).default(10).describe('candles of the fast average'),
  slow: z.int().min(1).max(500).default(30).describe('candles of the slow average'),
});

/** Warms up for `slow` candles; what it wants is set from outside. */
function strategy() {
  const made: { next: readonly Intent[]; definition: StrategyDefinition } = {
    next: [],
    definition: {
      name: 'two',
      summary: 'two numbers',
      params: schema,
      timeframes: ['1m'],
      canShort: false,
      warmup: (params) => (params as { slow: number }).slow,
      create: (params) => ({
        onCandle: () => {
          const intents = made.next;
          made.next = [];
          return intents;
        },
        explain: () => ({ text: 'looks', inputs: { fast: (params as { fast: number }).fast } }),
      }),
    },
  };
  return made;
}

const STARTED = { fast: 10, slow: 3 };

function deskOf(made = strategy(), more: Partial<DeskOptions> & { params?: object } = {}) {
  const { params = STARTED, ...options } = more;
  return new Desk({
    strategies: [{ id: 'a', puppet: made, params }],
    ...options,
  });
}

const change = (params: Record<string, number | string>, fromConfig?: true) =>
  ({
    kind: 'changeParams',
    strategyId: 'a',
    params,
    ...(fromConfig ? { fromConfig } : {}),
  }) as const;

const shown = (desk: Desk) => {
  const [status] = makeView(desk.run.state).strategies;
  return { params: status?.params, previous: status?.previousParams };
};

describe('a change of parameters', () => {
  test('is journaled with all values before and after, and shown', () => {
    const desk = deskOf();
    expect(shown(desk)).toEqual({ params: STARTED, previous: null });
    desk.command(change({ fast: 12, slow: 3 }));
    expect(desk.of('paramsChanged')).toEqual([
      {
        kind: 'paramsChanged',
        strategyId: 'a',
        strategy: 'two',
        params: { fast: 12, slow: 3 },
        previousParams: STARTED,
        configuredParams: STARTED,
      },
    ]);
    expect(shown(desk)).toEqual({ params: { fast: 12, slow: 3 }, previous: STARTED });
  });

  test('is taken back with the values before it', () => {
    const desk = deskOf();
    desk.command(change({ fast: 12, slow: 4 }));
    desk.command(change({ ...(shown(desk).previous as typeof STARTED) }));
    expect(shown(desk)).toEqual({ params: STARTED, previous: { fast: 12, slow: 4 } });
  });

  test('completes what is left out with defaults, and says so by its record', () => {
    const desk = deskOf();
    desk.command(change({ fast: 12 }));
    expect(shown(desk).params).toEqual({ fast: 12, slow: 30 });
  });

  test.each([
    [{ fast: 0 }, 'a.fast: '],
    [{ fast: 1.5 }, 'a.fast: '],
    [{ fast: 'many' }, 'a.fast: '],
    [{ faster: 3 }, 'a: '],
  ] as const)('outside its schema is refused, the name first: %o', (params, place) => {
    const desk = deskOf();
    desk.command(change(params));
    expect(desk.of('commandRefused')[0]?.reason.startsWith(place)).toBe(true);
    expect(shown(desk)).toEqual({ params: STARTED, previous: null });
  });

  test('that changes nothing is said and not journaled', () => {
    const desk = deskOf();
    desk.command(change(STARTED));
    expect(desk.of('paramsChanged')).toEqual([]);
    expect(desk.notices.at(-1)).toBe('info a has these parameters already');
  });

  test('says what becomes of indicators, position and orders', () => {
    const made = strategy();
    const desk = deskOf(made);
    for (let n = 0; n < 3; n += 1) desk.candle(100);
    made.next = [hold('long', { stopPrice: 95 })];
    desk.candle(100);
    desk.candle(100);
    made.next = [place({ type: 'limit', side: 'buy', price: 90, tag: 't', quantity: '1' })];
    desk.candle(100);
    desk.command(change({ fast: 12, slow: 3 }));
    expect(desk.notices.at(-1)).toBe(
      'info a fast 10 → 12 · warmed up again with 6 candles · ' +
        'long 2 BTC/USDT with its stop at 95 stays · 1 order stays',
    );
    desk.command(change({ fast: 12, slow: 9 }));
    expect(desk.notices.at(-1)).toContain('slow 3 → 9 · warms up again, 3 candles to go');
    expect(desk.protection('a')).toEqual(['sell stop 1 at 95']);
  });

  test('that needs candles this run does not build is refused', () => {
    const made = strategy();
    made.definition = {
      ...made.definition,
      higherTimeframes: (params) => ((params as { fast: number }).fast > 10 ? ['1h'] : []),
    };
    const desk = deskOf(made);
    desk.command(change({ fast: 12, slow: 3 }));
    expect(desk.of('commandRefused')[0]?.reason).toContain('1h candles');
    expect(shown(desk).params).toEqual(STARTED);
  });
});

describe('over a restart', () => {
  /** The books as a snapshot would hold them. */
  const again = (desk: Desk, params: object = STARTED) => {
    const strategies = new Map(
      decodeJson(encodeJson(desk.money.strategies)) as Iterable<[string, never]>,
    );
    return deskOf(strategy(), { money: { ...desk.money, strategies }, last: 100, params });
  };

  test('what the operator set goes on, and is said', () => {
    const desk = deskOf();
    desk.command(change({ fast: 12, slow: 4 }));
    const next = again(desk);
    expect(shown(next)).toEqual({ params: { fast: 12, slow: 4 }, previous: STARTED });
    expect(next.notices).toContain(
      'info a goes on with parameters set by the operator: fast 10 → 12, slow 3 → 4',
    );
    expect(shown(again(next)).params).toEqual({ fast: 12, slow: 4 });
  });

  test('a configuration that was edited since counts, can be taken back, and is said once', () => {
    const desk = deskOf();
    desk.command(change({ fast: 12, slow: 4 }));
    const edited = { fast: 10, slow: 5 };
    const next = again(desk, edited);
    expect(shown(next)).toEqual({ params: edited, previous: { fast: 12, slow: 4 } });
    const said = 'warn a takes the configuration, which changed: fast 12 → 10, slow 4 → 5';
    expect(next.notices).toContain(said);
    expect(again(next, edited).notices).not.toContain(said);
  });

  test('an edit while running and a change after it both hold', () => {
    const desk = deskOf();
    const edited = { fast: 10, slow: 5 };
    desk.command(change(edited, true));
    expect(shown(again(desk, edited)).params).toEqual(edited);
    desk.command(change({ fast: 20, slow: 5 }));
    expect(shown(again(desk, edited)).params).toEqual({ fast: 20, slow: 5 });
  });

  test('another strategy under the same id begins with its own', () => {
    const desk = deskOf();
    desk.command(change({ fast: 12, slow: 4 }));
    const other = strategy();
    other.definition = { ...other.definition, name: 'other' };
    const next = deskOf(other, { money: desk.money, last: 100 });
    expect(shown(next).params).toEqual(STARTED);
  });

  test('a switch and a change do not forget each other', () => {
    const desk = deskOf();
    desk.command({ kind: 'toggleStrategy', strategyId: 'a', enabled: false });
    desk.command(change({ fast: 12, slow: 4 }));
    const next = again(desk);
    expect(makeView(next.run.state).strategies[0]?.enabled).toBe(false);
    next.command({ kind: 'toggleStrategy', strategyId: 'a', enabled: true });
    expect(shown(again(next)).params).toEqual({ fast: 12, slow: 4 });
  });
});

describe('what the screen knows of parameters', () => {
  test('comes from the schema', () => {
    expect(describeParams({ params: schema })[0]).toEqual({
      name: 'fast',
      description: 'candles of the fast average',
      kind: 'integer',
      standard: 10,
      min: 1,
      max: 50,
      choices: [],
    });
  });

  test.each(STRATEGIES)('is complete for $name: kind, default in range, description', (one) => {
    const desk = instance(one.name);
    for (const spec of toRuntimes(desk)[0]?.paramSpecs ?? []) {
      expect(spec.description).not.toBe('');
      const { standard, min, max, kind, choices } = spec;
      if (kind === 'choice') expect(choices).toContain(standard);
      else if (kind === 'boolean') expect(typeof standard).toBe('boolean');
      else {
        expect(kind).toMatch(/^(number|integer)$/);
        expect(min).not.toBeNull();
        expect(max).not.toBeNull();
        expect(Number(standard)).toBeGreaterThanOrEqual(min ?? Infinity);
        expect(Number(standard)).toBeLessThanOrEqual(max ?? -Infinity);
      }
    }
    const names = Object.keys(one.params.parse({}) as object);
    expect(describeParams(one).map(({ name }) => name)).toEqual(names);
  });
});

test('a decision keeps what the strategy looked at when it was made', () => {
  const made = strategy();
  const desk = deskOf(made, { log: () => undefined });
  desk.candle(100);
  made.next = [hold('long')];
  desk.candle(100);
  desk.command(change({ fast: 20, slow: 3 }));
  const [status] = makeView(desk.run.state).strategies;
  expect(status?.lastDecision).toMatchObject({
    what: `buy 1 ${SPOT.symbol} market`,
    inputs: { fast: 10 },
  });
  expect(decimal('1')).toBe(desk.of('orderCreated')[0]?.request.quantity);
});
