import { afterEach, describe, expect, test } from 'vitest';

import { removeAll, until } from '../../support/session-kit.ts';
import { PATIENT, closeHosts, openHosted, writeStrategy } from './host-kit.ts';

afterEach(() => {
  closeHosts();
  removeAll();
});

/** Short for what never answers; what does answer is never meant to meet them. */
const SHORT = { ...PATIENT, slowMs: 50, answerMs: 1_000 };

describe('F46 a strategy throws', () => {
  test('each throw is told with its place in the file, and it goes on with its own state', async () => {
    const file = writeStrategy(`onCandle() {
      count += 1;
      if (count === 2) throw new Error('no such luck');
      return hold('long', 'candle ' + count);
    }`);
    const hosted = await openHosted(file);
    for (let i = 0; i < 3; i++) hosted.candle();
    await hosted.quiet();
    expect(hosted.wants).toEqual(['candle 1', 'candle 3']);
    expect(hosted.failures).toEqual([
      expect.stringMatching(/^no such luck \(line \d+, column \d+\)$/),
    ]);
  });
});

describe('F47 a strategy never answers', () => {
  test.each([
    ['an endless loop', 'for (;;);'],
    ['a catastrophic pattern', "/^(a+)+$/.test('a'.repeat(60) + 'b');"],
  ])('%s is said, ended and begun again, while everything else goes on', async (_name, code) => {
    const file = writeStrategy(`onCandle(event) {
      if (event.candle.openTime === 60_000) { ${code} }
      count += 1;
      return hold('long', 'candle ' + count);
    }`);
    const hosted = await openHosted(file, SHORT);
    hosted.candle();
    hosted.candle();
    let turns = 0;
    await until(() => {
      turns += 1;
      return hosted.failures.length > 0;
    });
    // Our own loop never stood still: it turned all the while.
    expect(turns).toBeGreaterThan(10);
    expect(hosted.failures[0]).toMatch(/^it gave no answer for 1000 ms; it is started again/);
    expect(hosted.notices[0]).toMatch(/mine on BTC\/USDT takes longer than 50 ms/);
  });

  test('at the third end it stays off until the operator switches it on again', async () => {
    const file = writeStrategy(`onCandle(event) { if (event.candle.openTime >= 0) for (;;); }`);
    const hosted = await openHosted(file, { ...SHORT, answerMs: 200 });
    hosted.candle();
    await until(() => hosted.failures.length === 3);
    expect(hosted.failures[2]).toContain('it is not started again until switched on');
    expect(hosted.strategy.explain?.().text).toMatch(/^stopped: it gave no answer/);
    expect(hosted.host.isBehind).toBe(false);
    hosted.strategy.onSwitch?.(true);
    expect(hosted.strategy.explain?.().text).toMatch(/^child \d+, starting/);
    await until(() => hosted.failures.length > 3);
  });

  test('one that begins again knows the past and acts on none of it', async () => {
    const file = writeStrategy(`onCandle(event, view) {
      count += 1;
      let known = 0;
      while (view.candle('1m', known)) known += 1;
      return hold('long', count + ' heard, ' + known + ' known');
    }`);
    const hosted = await openHosted(file);
    for (let i = 0; i < 3; i++) hosted.candle();
    await hosted.quiet();
    const wants = [1, 2, 3].map((n) => `${n} heard, ${n} known`);
    expect(hosted.wants).toEqual(wants);
    const pid = /child (\d+)/.exec(hosted.strategy.explain?.().text ?? '')?.[1];
    process.kill(Number(pid), 'SIGKILL');
    await until(() => hosted.failures.length === 1);
    hosted.candle();
    await hosted.quiet();
    expect(hosted.wants).toEqual([...wants, '4 heard, 4 known']);
    expect(hosted.failures).toEqual([expect.stringContaining('ended by SIGKILL')]);
  });
});

describe('F48 a strategy takes memory without bound', () => {
  test.each([
    ['heap', 'const kept = []; for (;;) kept.push(new Array(10_000).fill(count));', /heap|memory/],
    ['buffers', 'const kept = []; for (;;) kept.push(Buffer.alloc(8 << 20, 1));', /memory/],
  ])('%s: its process is ended and ours goes on', async (_name, code, reason) => {
    const file = writeStrategy(`onCandle(event) { if (event.candle.openTime >= 0) { ${code} } }`);
    const hosted = await openHosted(file);
    hosted.candle();
    await until(() => hosted.failures.length > 0);
    expect(hosted.failures[0]).toMatch(reason);
  });
});

describe('F49 a strategy returns junk', () => {
  test.each([
    ['no list', `'long'`],
    [
      'a number that is none',
      `[{ kind: 'place', symbol, side: 'buy', type: 'limit', price: NaN, reason: 'x' }]`,
    ],
    [
      'a price below zero',
      `[{ kind: 'place', symbol, side: 'buy', type: 'limit', price: -1, reason: 'x' }]`,
    ],
    ['an unknown kind', `[{ kind: 'withdraw', symbol, reason: 'x' }]`],
    ['unknown fields', `[{ ...hold('long', 'x')[0], strategyId: 'another' }]`],
    ['10,000 orders', `Array.from({ length: 10_000 }, () => hold('long', 'x')[0])`],
    [
      'a quantity in letters',
      `[{ kind: 'place', symbol, side: 'buy', type: 'market', quantity: '1e9', reason: 'x' }]`,
    ],
  ])('%s is refused whole and told', async (_name, junk) => {
    const file = writeStrategy(
      `onCandle() { count += 1; return count === 1 ? ${junk} : hold('long', 'good'); }`,
    );
    const hosted = await openHosted(file);
    hosted.candle();
    hosted.candle();
    await hosted.quiet();
    expect(hosted.wants).toEqual(['good']);
    expect(hosted.failures).toHaveLength(1);
    expect(hosted.failures[0]).toMatch(/^its answer is junk|not iterable|not a function/);
  });

  test('an answer of megabytes ends it', async () => {
    const file = writeStrategy(`onCandle() { return hold('long', 'x'.repeat(5_000_000)); }`);
    const hosted = await openHosted(file);
    hosted.candle();
    await until(() => hosted.failures.length > 0);
    expect(hosted.failures[0]).toMatch(/^its answer is longer than 256 kB/);
  });

  test('what it says is one harmless line on a screen', async () => {
    const file = writeStrategy(
      `onCandle() { return hold('long', '\\u001b]0;owned\\u0007\\nbuy \\u202e now'); }`,
    );
    const hosted = await openHosted(file);
    hosted.candle();
    await hosted.quiet();
    expect(hosted.wants).toEqual([expect.stringMatching(/^[\x20-\x7e]+$/)]);
    expect(hosted.wants[0]).not.toContain('owned');
  });
});

describe('F50 a slow strategy is overtaken by ticks', () => {
  test('ticks that come meanwhile are one, and no finished candle is left out', async () => {
    const file = writeStrategy(`
      onTrades(event) { return hold('long', 'trades ' + event.trades.length); },
      onBook(event, view) { return hold('long', 'book ' + view.book.bids.length); },
      onCandle(event) {
        const end = performance.now() + 20;
        while (performance.now() < end);
        return hold('long', 'candle ' + event.candle.openTime / 60_000);
      }`);
    const hosted = await openHosted(file);
    const { strategy, view } = hosted;
    const symbol = view.market.symbol;
    for (let i = 0; i < 5; i++) {
      hosted.candle();
      for (let tick = 0; tick < 100; tick++) {
        const trade = { time: i, price: 100, quantity: 1, side: 'buy' } as const;
        strategy.onTrades?.({ kind: 'trades', symbol, time: i, trades: [trade] }, view);
        strategy.onBook?.({ kind: 'book', symbol, time: i, levels: view.book ?? none }, view);
      }
    }
    await until(() => hosted.wants.length >= 6);
    const candles = hosted.wants.filter((reason) => reason.startsWith('candle'));
    expect(candles).toEqual([0, 1, 2, 3, 4].map((i) => `candle ${i}`));
    expect(hosted.wants.filter((reason) => reason.startsWith('trades'))).toEqual(['trades 500']);
  });

  test('one that falls a thousand candles behind is ended: memory is bounded', async () => {
    const file = writeStrategy(`onCandle() { if (globalThis.wait) for (;;); }`);
    const hosted = await openHosted(file);
    // Nothing is read between these: all of them wait.
    for (let i = 0; i <= 1_002; i++) hosted.candle();
    expect(hosted.failures).toEqual([expect.stringMatching(/^it is 1001 candles behind/)]);
  });
});

const none = { bids: [], asks: [] };
