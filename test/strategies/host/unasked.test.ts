import { afterEach, expect, test, vi } from 'vitest';

import { RemoteStrategy } from '../../../src/strategies/host/remote-strategy.ts';
import type { Sandbox, SandboxListener } from '../../../src/strategies/host/sandbox.ts';
import { SPOT, contextOf } from '../driver.ts';
import { PATIENT, candleEvent, viewOf } from './host-kit.ts';

/** Stands in for a process that has broken out of everything and writes what it likes. */
const fake = vi.hoisted(() => ({
  listener: null as SandboxListener | null,
  sent: [] as string[],
  started: 0,
}));
vi.mock('../../../src/strategies/host/sandbox.ts', () => ({
  openSandbox: (listener: SandboxListener): Sandbox => {
    fake.listener = listener;
    fake.started += 1;
    return {
      pid: 1,
      send: (line) => void fake.sent.push(line),
      kill: (reason) => listener.onEnd(reason),
      dispose: () => undefined,
    };
  },
}));

afterEach(() => {
  fake.sent = [];
  fake.started = 0;
});

const LOADED = {
  kind: 'loaded',
  name: 'mine',
  summary: 'x',
  params: {},
  timeframes: ['1m'],
  canShort: false,
  worstCaseFraction: null,
};
const ANSWER = { kind: 'answer', intents: [], thought: null, levels: [] };

function ready() {
  const events: { kind: string; reason?: string }[] = [];
  const strategy = new RemoteStrategy({
    strategyId: 'mine',
    source: { file: 'mine.ts', text: '' },
    configured: {
      kind: 'configured',
      params: {},
      warmup: 1,
      higherTimeframes: [],
      chart: [],
      handlers: { trades: false, book: false, fill: false },
    },
    params: {},
    context: contextOf(SPOT),
    limits: PATIENT,
    ports: () => ({
      post: (event) => events.push(event),
      notice: () => undefined,
      wake: () => undefined,
    }),
  });
  say(LOADED);
  say({ kind: 'created' });
  return { strategy, events };
}

const say = (message: unknown) => fake.listener?.onLine(JSON.stringify(message));

test('S22 who speaks without being asked is ended at the first word', () => {
  const { strategy, events } = ready();
  const intent = { kind: 'target', symbol: SPOT.symbol, positionSide: 'long', reason: 'unasked' };
  say({ ...ANSWER, intents: [intent] });
  expect(events).toEqual([
    expect.objectContaining({
      kind: 'strategyFailed',
      reason: 'it spoke without being asked; it is started again',
    }),
  ]);
  expect(fake.started).toBe(2);
  strategy.close();
});

test('S22 one question has one answer: a second one ends it', () => {
  const { strategy, events } = ready();
  const candles = [{ openTime: 0, open: 1, high: 1, low: 1, close: 1, volume: 1 }];
  for (const candle of candles) strategy.onCandle(candleEvent(candle), viewOf(candles));
  say(ANSWER);
  expect(events).toEqual([]);
  say(ANSWER);
  expect(events).toHaveLength(1);
  strategy.close();
});

test('F50 at most one message is out, however many candles come', () => {
  const { strategy } = ready();
  const before = fake.sent.length;
  const candles = Array.from({ length: 50 }, (_, i) => {
    return { openTime: i * 60_000, open: 1, high: 1, low: 1, close: 1, volume: 1 };
  });
  for (const candle of candles) strategy.onCandle(candleEvent(candle), viewOf(candles));
  expect(fake.sent.length - before).toBe(1);
  say(ANSWER);
  expect(fake.sent.length - before).toBe(2);
  strategy.close();
});

test('what a process says before it is made is no answer', () => {
  const { strategy, events } = ready();
  fake.listener?.onEnd('gone');
  say(ANSWER);
  expect(events.map(({ reason }) => reason)).toEqual([
    'gone; it is started again',
    'it answers wrongly; it is started again',
  ]);
  strategy.close();
});

test('what it wants of a candle of the past is not heard, whatever its process says', () => {
  const { strategy, events } = ready();
  const candles = [{ openTime: 0, open: 1, high: 1, low: 1, close: 1, volume: 1 }];
  for (const candle of candles) strategy.onWarm(candleEvent(candle), viewOf(candles));
  const intent = { kind: 'target', symbol: SPOT.symbol, positionSide: 'long', reason: 'past' };
  say({ ...ANSWER, intents: [intent] });
  expect(events).toEqual([]);
  for (const candle of candles) strategy.onCandle(candleEvent(candle), viewOf(candles));
  say({ ...ANSWER, intents: [intent] });
  expect(events).toEqual([expect.objectContaining({ kind: 'intents' })]);
  strategy.close();
});
