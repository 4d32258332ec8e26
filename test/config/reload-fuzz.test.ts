import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { applyChanges } from '../../src/app/hot-reload.ts';
import { loadConfig } from '../../src/config/load.ts';
import { settingsSchema } from '../../src/config/schema.ts';
import { diffConfig } from '../../src/config/watch.ts';
import type { Command, SettingValue } from '../../src/domain/command.ts';
import { LIMIT_RANGES, type NumberLimit, type RiskLimits } from '../../src/domain/limits.ts';
import { temporaryDirectory } from '../support/config-directory.ts';
import { Desk } from '../support/builders.ts';

/** Said here once more, apart from the code: where more lets less through. */
const MORE_IS_TIGHTER: readonly string[] = [
  'minNotionalQuote',
  'duplicateSeconds',
  'cooldownSeconds',
  'incidentSeconds',
  'breakerCooldownSeconds',
];

const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'] as const;

/** Does `to` let anything through that `from` would not? */
function letsMore(name: string, from: unknown, to: unknown): boolean {
  if (typeof from === 'boolean') return from && to !== true;
  if (name === 'symbols') {
    const allowed = (list: unknown): readonly unknown[] =>
      Array.isArray(list) ? (list as readonly unknown[]) : [...SYMBOLS, 'any other'];
    return allowed(to).some((symbol) => !allowed(from).includes(symbol));
  }
  const [a, b] = [Number(from), Number(to)];
  return MORE_IS_TIGHTER.includes(name) ? b < a : b > a;
}

const numbers = Object.fromEntries(
  Object.entries(LIMIT_RANGES).map(([name, { min, max, above, whole }]) => {
    const lowest = above === true ? min + (max - min) / 1e6 : min;
    const value =
      whole === true ? fc.integer({ min, max }) : fc.double({ min: lowest, max, noNaN: true });
    return [name, value];
  }),
);
/** Any limits a file may hold; what is left out takes its default. */
const risk = fc.record(
  {
    ...numbers,
    enabled: fc.boolean(),
    deadMan: fc.boolean(),
    symbols: fc.option(fc.uniqueArray(fc.constantFrom(...SYMBOLS), { minLength: 1 })),
  },
  { requiredKeys: [] },
);

/** Configurations by their limits, everything else as it is by default. */
function configurations() {
  const cwd = temporaryDirectory({ 'config/tapedeck.json': {} });
  const base = loadConfig({ directory: null, environment: { HOME: cwd }, flags: [], cwd });
  return (limits: object) => {
    const { $schema: _schema, ...settings } = settingsSchema.parse({ risk: limits });
    return { ...base, settings };
  };
}

describe('F75 an edit of the configuration while running', () => {
  test('never loosens a limit, whatever stood there and whatever is written', () => {
    const configOf = configurations();
    let tightened = 0;
    let held = 0;
    fc.assert(
      fc.property(risk, risk, (from, to) => {
        const [current, next] = [configOf(from), configOf(to)];
        const changes = diffConfig(current, next);
        for (const [name, value] of Object.entries(changes.risk)) {
          const before = current.settings.risk[name as keyof RiskLimits];
          expect(
            letsMore(name, before, value),
            `${name} ${String(before)} → ${String(value)}`,
          ).toBe(false);
          tightened += 1;
        }
        // What is not applied is said, and is what lets more through: nothing is lost silently.
        for (const { path, from: before, to: after } of changes.heldBack) {
          expect(letsMore(path.slice('risk.'.length), before, after), path).toBe(true);
          held += 1;
        }
        const names = [...Object.keys(changes.risk), ...changes.heldBack.map(({ path }) => path)];
        const differ = Object.entries(next.settings.risk).filter(
          ([name, value]) =>
            JSON.stringify(value) !==
            JSON.stringify(current.settings.risk[name as keyof RiskLimits]),
        );
        expect(names).toHaveLength(differ.length);
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(tightened, held)).toBeGreaterThan(1000);
  });

  test('never loosens what the operator tightened since, over any number of edits', () => {
    const configOf = configurations();
    const own = fc.record(numbers, { requiredKeys: [] });
    const edits = fc.array(fc.tuple(fc.boolean(), own), { minLength: 1, maxLength: 6 });
    const run = { options: { strategies: [] }, adHoc: false } as never;
    fc.assert(
      fc.property(edits, (list) => {
        let current = configOf({});
        const desk = new Desk({ limits: current.settings.risk });
        const limits = (): RiskLimits => desk.run.state.settings.limits;
        for (const [isOperator, wanted] of list) {
          const before = limits();
          if (isOperator) {
            desk.command({
              kind: 'changeRisk',
              changes: wanted as Readonly<Record<string, SettingValue>>,
            });
            continue;
          }
          const next = configOf(wanted);
          const target = {
            dispatch: (command: Command) => desk.command(command),
            notice: () => undefined,
          };
          applyChanges(diffConfig(current, next), target, run);
          current = next;
          for (const name of Object.keys(LIMIT_RANGES) as NumberLimit[]) {
            expect(letsMore(name, before[name], limits()[name]), name).toBe(false);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('clears no breaker and lifts no state', () => {
    const desk = new Desk({ limits: { dailyLossFraction: 0.05 } });
    desk.candle(100);
    desk.order({});
    desk.run.context.record({
      kind: 'breakerTripped',
      accountId: 'main',
      breaker: 'dailyLoss',
      value: 0.06,
      limit: 0.05,
      clears: 'the operator',
    });
    desk.command({ kind: 'halt', reason: 'test' });
    const changes = { dailyLossFraction: 0.01, breakerCooldownSeconds: 5 };
    desk.command({ kind: 'changeRisk', changes, fromConfig: true });
    expect([desk.state, [...desk.money.breakers.keys()]]).toEqual(['halted', ['dailyLoss']]);
  });

  test('says which limit stays, and why', () => {
    const desk = new Desk({ limits: { maxPositions: 5 } });
    desk.command({ kind: 'changeRisk', changes: { maxPositions: 2 } });
    const changes = { maxPositions: 4, maxSpreadBps: 3 };
    desk.command({ kind: 'changeRisk', changes, fromConfig: true });
    expect(desk.run.state.settings.limits).toMatchObject({ maxPositions: 2, maxSpreadBps: 3 });
    expect(desk.notices.slice(-2)).toEqual([
      'warn risk.maxPositions stays 2: the limit in force is tighter than 4',
      'info risk limits changed: maxSpreadBps',
    ]);
    expect(desk.of('riskChanged').at(-1)).toEqual({
      kind: 'riskChanged',
      changes: { maxSpreadBps: 3 },
    });
  });
});
