import { describe, expect, test } from 'vitest';

import { AlertBoard, MAX_ALERTS } from '../../src/app/alerts.ts';
import { decimal } from '../../src/domain/decimal.ts';
import type { JournalRecord } from '../../src/domain/record.ts';
import { Desk, type DeskOptions, ETH, SPOT, hold, puppet } from '../support/builders.ts';

/** A board that has read the records so far. */
const boardOf = (desk: Desk, records: readonly JournalRecord[] = desk.journal) =>
  new AlertBoard(desk.run.state, records);

/** A board that hears every record of a desk as it comes. */
function listening(options: DeskOptions = {}) {
  const desk = new Desk(options);
  const board = boardOf(desk);
  const heard = desk.journal.length;
  return {
    desk,
    board,
    views: () => {
      for (const record of desk.journal.splice(heard)) board.onRecord(record);
      return board.views();
    },
  };
}

const AWAKE = { silentMs: 0, isAtRest: false };

describe('denials', () => {
  test('are one alert by rule, strategy and symbol, with a count and the newest words', () => {
    const { desk, views } = listening({ limits: { maxNotionalFraction: 0.01 } });
    desk.candle(100);
    for (const quantity of ['2', '3', '4']) desk.order({ quantity: decimal(quantity) });
    desk.order({ quantity: decimal('0.0001') });
    expect(views()).toMatchObject([
      {
        id: 1,
        source: 'denial',
        level: 'warn',
        count: 3,
        active: false,
        text: 'manual denied MAX_NOTIONAL 400 of 100: buy 4 BTC/USDT market',
        clears: 'risk.maxNotionalFraction sets the limit',
        verdict: { code: 'MAX_NOTIONAL', ok: false, value: 400, limit: 100 },
        strategyId: 'manual',
        symbol: SPOT.symbol,
      },
      { id: 2, source: 'denial', count: 1, verdict: { code: 'INVALID_NUMBER' } },
    ]);
  });

  test('that a strategy repeats are counted though each is journaled once', () => {
    const one = puppet();
    const { desk, views } = listening({
      strategies: [{ id: 's', puppet: one }],
      limits: { maxNotionalFraction: 0.001 },
    });
    for (let n = 0; n < 5; n += 1) {
      one.next = [hold('long')];
      desk.candle(100);
    }
    expect(desk.of('denied')).toHaveLength(1);
    expect(views()).toMatchObject([{ count: 5, strategyId: 's' }]);
    // The next of another kind brings the repeats with it.
    desk.command({ kind: 'pause', reason: 'test' });
    one.next = [hold('long')];
    desk.candle(100);
    expect(views()).toMatchObject([
      { count: 5, verdict: { code: 'MAX_NOTIONAL' } },
      { count: 1, verdict: { code: 'TRADING_STATE' } },
    ]);
  });

  test('move to the end when they come again, and keep their id', () => {
    const { desk, views } = listening({
      markets: [SPOT, ETH],
      limits: { maxNotionalFraction: 0.001 },
    });
    desk.candle(100);
    desk.candle(100, ETH.symbol);
    desk.order();
    desk.order({ symbol: ETH.symbol });
    desk.candle(100);
    desk.order();
    expect(views().map(({ id, symbol, count }) => [id, symbol, count])).toEqual([
      [2, ETH.symbol, 1],
      [1, SPOT.symbol, 2],
    ]);
  });

  test('are bounded, the oldest leave', () => {
    const { desk, board, views } = listening({ limits: { maxNotionalFraction: 0.001 } });
    desk.candle(100);
    desk.order();
    const [denied] = desk.journal.filter(({ kind }) => kind === 'denied');
    for (let n = 0; n < 300; n += 1) {
      if (denied?.kind === 'denied') board.onRecord({ ...denied, strategyId: `s${n}` });
    }
    const ids = views().map(({ strategyId }) => strategyId);
    expect(ids).toHaveLength(MAX_ALERTS);
    expect(ids).not.toContain('s0');
    expect(ids).toContain('s299');
  });
});

describe('a breaker', () => {
  /** Half the account in coins that lose a fifth: 10 % of 5 %. */
  function tripped() {
    const listened = listening({ limits: { dailyLossFraction: 0.05 } });
    const { desk } = listened;
    desk.candle(100);
    desk.order({ quantity: decimal('50') });
    desk.candle([100, 100, 80, 80]);
    return listened;
  }

  test('is active until it is cleared, and says what clears it', () => {
    const { desk, views } = tripped();
    expect(views()).toMatchObject([
      {
        source: 'breaker',
        level: 'error',
        text: 'breaker dailyLoss at 10.00 % of 5.00 %',
        active: true,
        clears: expect.stringContaining('operator') as string,
      },
    ]);
    desk.command({ kind: 'resume', phrase: 'main' });
    expect(views()).toMatchObject([{ source: 'breaker', active: false }]);
  });

  test('that tripped before anything is remembered is still there after a restart', () => {
    const { desk } = tripped();
    const again = new Desk({ money: desk.money, last: 500, start: false });
    again.candle(80);
    expect(boardOf(again, []).views()).toMatchObject([
      { text: 'breaker dailyLoss at 10.00 % of 5.00 %', active: true },
    ]);
    expect(boardOf(again, desk.journal).views()).toHaveLength(1);
  });
});

describe('the trading state', () => {
  test('that the engine tightened is an alert until it is another, the operator is none', () => {
    const before = new Desk();
    before.candle(100);
    const { desk, views } = listening({ money: before.money, last: 500, start: false });
    expect(views()).toMatchObject([
      {
        source: 'state',
        level: 'warn',
        text: 'paused by the engine: restarted; entries wait for the operator',
        active: true,
        clears: 'r resumes',
      },
    ]);
    desk.command({ kind: 'resume', phrase: null });
    desk.command({ kind: 'halt', reason: 'by hand' });
    expect(views()).toMatchObject([{ source: 'state', active: false }]);
  });

  test('is remembered where its record is gone, not before a first start', () => {
    const before = new Desk();
    before.candle(100);
    const desk = new Desk({ money: before.money, last: 500, start: false });
    expect(boardOf(desk, []).views()).toMatchObject([{ source: 'state', active: true }]);
    expect(boardOf(new Desk({ start: false })).views()).toEqual([]);
  });

  test('halted after a flattening that closed nothing is an alarm', () => {
    const { desk, views } = listening({ markets: [SPOT] });
    desk.candle(100);
    desk.order();
    desk.candle(100);
    const text = 'NOT FLAT, still 1 BTC/USDT: home time';
    const at = { n: 900, t: 1, m: 1, accountId: 'main' };
    const board = boardOf(desk);
    board.onRecord({
      ...at,
      kind: 'tradingState',
      state: 'flattening',
      reason: 'x',
      by: 'operator',
    });
    board.onRecord({ ...at, kind: 'tradingState', state: 'halted', reason: text, by: 'engine' });
    expect(board.views()).toMatchObject([
      { level: 'error', text: `halted by the engine: ${text}` },
    ]);
    expect(views()).toEqual([]);
  });
});

test('a strategy that its errors switched off is an alarm until it is on again', () => {
  const one = puppet({
    create: () => ({
      onCandle: () => {
        throw new Error('boom');
      },
    }),
  });
  const { desk, views } = listening({ strategies: [{ id: 's', puppet: one }] });
  for (let n = 0; n < 3; n += 1) desk.candle(100);
  expect(views()).toMatchObject([
    {
      source: 'state',
      level: 'error',
      text: 's switched off after 3 errors: boom',
      active: true,
      strategyId: 's',
    },
  ]);
  desk.command({ kind: 'toggleStrategy', strategyId: 's', enabled: true });
  desk.command({ kind: 'toggleStrategy', strategyId: 's', enabled: false });
  expect(views()).toMatchObject([{ active: false, count: 1 }]);
});

test('what the venue refuses is an alert with its words', () => {
  const { desk, views } = listening();
  desk.book([[99, 9]], [[101, 9]]);
  desk.order({ type: 'limit', price: decimal('101'), postOnly: true });
  expect(views()).toMatchObject([
    {
      source: 'rejection',
      level: 'warn',
      text: expect.stringMatching(
        /^the venue refused buy 1 BTC\/USDT limit 101: POST_ONLY_WOULD_TAKE/,
      ) as string,
      symbol: SPOT.symbol,
      strategyId: 'manual',
    },
  ]);
});

describe('data that stops', () => {
  test('is an alert while it lasts, and none while the operator holds the market', () => {
    const { board, views } = listening();
    board.look({ silentMs: 60_000, isAtRest: true });
    expect(views()).toEqual([]);
    board.look({ silentMs: 60_000, isAtRest: false });
    board.look({ silentMs: 60_100, isAtRest: false });
    expect(views()).toMatchObject([{ source: 'feed', active: true, count: 1 }]);
    board.look(AWAKE);
    expect(views()).toMatchObject([{ active: false, count: 1 }]);
    board.look({ silentMs: 60_000, isAtRest: false });
    expect(views()).toMatchObject([{ active: true, count: 2 }]);
  });

  test('of an exchange are said by market and kind, with the account and the clock', () => {
    const { board, views } = listening();
    const feeds = [
      { symbol: 'BTC/USDT', data: 'book', by: 'stale', ageMs: 12_000 },
      { symbol: 'ETH/USDT', data: 'trades', by: 'down', ageMs: 60_000 },
      { symbol: 'ETH/USDT', data: 'book', by: 'poll', ageMs: 900 },
      { symbol: 'SOL/USDT', data: 'candles', by: 'stale', ageMs: null },
    ] as const;
    const bad = {
      id: 'binance',
      account: 'main',
      emulator: null,
      isProven: true,
      data: { by: 'down', ageMs: 60_000 },
      feeds,
      link: 'down',
      skewMs: -5_000,
      budget: null,
    } as const;
    board.look({ ...AWAKE, exchange: bad });
    expect(views().map(({ text, active }) => [text, active])).toEqual([
      ['binance: BTC/USDT book is stale and 1 more', true],
      ['binance: the account cannot be reached; nothing is opened', true],
      ['binance: the clock of this machine is off by 5.0 s', true],
    ]);
    board.look({ ...AWAKE, exchange: { ...bad, feeds: [], link: 'stream', skewMs: 3 } });
    expect(views().map(({ active }) => active)).toEqual([false, false, false]);
  });

  test('in one market of several names it, by engine time', () => {
    const { desk, board, views } = listening({
      markets: [SPOT, ETH],
      limits: { staleSeconds: 90 },
    });
    desk.candle(10, ETH.symbol);
    desk.candle(100);
    board.look(AWAKE);
    expect(views()).toEqual([]);
    desk.candle(100);
    board.look(AWAKE);
    expect(views()).toMatchObject([{ source: 'feed', symbol: ETH.symbol, active: true }]);
    desk.candle(10, ETH.symbol);
    board.look(AWAKE);
    expect(views()).toMatchObject([{ symbol: ETH.symbol, active: false }]);
  });
});

test('a journal that cannot be written stays an alarm', () => {
  const { board, views } = listening();
  board.onFailure('state cannot be saved: no space left');
  expect(views()).toMatchObject([
    {
      source: 'journal',
      level: 'error',
      active: true,
      text: expect.stringContaining('no space') as string,
    },
  ]);
});

test('what holds is never dropped for what is over', () => {
  const { desk, board, views } = listening({ limits: { maxNotionalFraction: 0.001 } });
  board.onFailure('gone');
  desk.candle(100);
  desk.order();
  const [denied] = desk.journal.filter(({ kind }) => kind === 'denied');
  for (let n = 0; n < 300; n += 1) {
    if (denied?.kind === 'denied') board.onRecord({ ...denied, strategyId: `s${n}` });
  }
  expect(views()[0]).toMatchObject({ source: 'journal' });
});

test('F39 a feed that sends what cannot be true is an alert until it is good again', () => {
  const { desk, board, views } = listening();
  desk.candle(100);
  const alerts = () => {
    board.look(AWAKE);
    return views().map(({ text, active }) => [text, active]);
  };
  for (const high of [1, 2, 3]) desk.candle([100, high, 100, 100]);
  expect(alerts()).toEqual([['BTC/USDT sends data that cannot be true: no entries', true]]);
  for (let n = 0; n < 20; n += 1) desk.candle(100);
  expect(alerts()).toEqual([['BTC/USDT sends data that cannot be true: no entries', false]]);
});
