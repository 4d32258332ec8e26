import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createLivePacer } from '../../src/app/live-pacer.ts';
import type { MarketEvent } from '../../src/domain/event.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import type { FeedListener } from '../../src/ports.ts';

const NOW = Date.UTC(2026, 10, 20, 12);

function open() {
  const driven: MarketEvent[] = [];
  const warmed: MarketEvent[] = [];
  const advanced: number[] = [];
  const state = { listener: null as FeedListener | null, blocked: false, wall: NOW, crash: '' };
  const pacer = createLivePacer({
    feed: {
      history: () => [],
      listen(listener) {
        state.listener = listener;
        return () => {
          state.listener = null;
        };
      },
      status: () => [],
      close: async () => undefined,
    },
    now: () => state.wall,
    monotonicMs: () => 0,
    drive: (event) => driven.push(event),
    advance: (time) => advanced.push(time),
    warm: (event) => warmed.push(event),
    onTurn: () => undefined,
    onEnd: () => undefined,
    onSought: () => undefined,
    onCrash: (error) => {
      state.crash = String(error);
    },
    isBlocked: () => state.blocked,
  });
  return { pacer, driven, warmed, advanced, state };
}

const book = (symbol: string, bid: number): MarketEvent => ({
  kind: 'book',
  symbol,
  time: NOW,
  levels: { bids: [{ price: bid, quantity: 1 }], asks: [{ price: bid + 1, quantity: 1 }] },
});

const trades = (symbol: string, ...prices: number[]): MarketEvent => ({
  kind: 'trades',
  symbol,
  time: NOW,
  trades: prices.map((price) => ({ time: NOW, price, quantity: 1, side: 'buy' as const })),
});

const candle = (openTime: number): MarketEvent => ({
  kind: 'candle',
  symbol: 'BTC/USDT',
  time: openTime + MINUTE_MS,
  timeframe: '1m',
  candle: { openTime, open: 1, high: 1, low: 1, close: 1, volume: 1 },
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a market that comes by itself', () => {
  test('is driven in the order of its arrival, at the time of the machine', async () => {
    const { pacer, driven, advanced, state } = open();
    pacer.start();
    for (const event of [trades('BTC/USDT', 1), book('ETH/USDT', 5)])
      state.listener?.onEvent(event);
    await vi.advanceTimersByTimeAsync(1);
    expect(driven.map(({ kind }) => kind)).toEqual(['trades', 'book']);
    expect(advanced).toEqual([NOW]);
    pacer.stop();
    expect(state.listener).toBeNull();
  });

  test('gives every print and the newest book of what came while the disk was behind', async () => {
    const { pacer, driven, state } = open();
    pacer.start();
    state.blocked = true;
    for (const event of [
      trades('BTC/USDT', 1, 2),
      book('BTC/USDT', 10),
      trades('ETH/USDT', 7),
      book('BTC/USDT', 11),
      trades('BTC/USDT', 3),
    ]) {
      state.listener?.onEvent(event);
    }
    await vi.advanceTimersByTimeAsync(200);
    expect(driven).toEqual([]);
    state.blocked = false;
    await vi.advanceTimersByTimeAsync(50);
    expect(driven).toEqual([
      trades('BTC/USDT', 1, 2, 3),
      book('BTC/USDT', 11),
      trades('ETH/USDT', 7),
    ]);
    pacer.stop();
  });

  test('keeps a bounded number of prints, the newest ones', async () => {
    const { pacer, driven, state } = open();
    pacer.start();
    state.blocked = true;
    for (let i = 0; i < 6_000; i += 1) state.listener?.onEvent(trades('BTC/USDT', i + 1));
    state.blocked = false;
    await vi.advanceTimersByTimeAsync(50);
    const [event] = driven;
    const kept = event?.kind === 'trades' ? event.trades : [];
    expect([kept.length, kept.at(-1)?.price]).toEqual([5_000, 6_000]);
    pacer.stop();
  });

  test('lets time pass where nothing comes', async () => {
    const { pacer, advanced, state } = open();
    pacer.start();
    state.wall = NOW + 250;
    await vi.advanceTimersByTimeAsync(250);
    expect(advanced).toEqual([NOW + 250, NOW + 250]);
    pacer.stop();
  });

  test('fills charts with a candle that comes late, and nobody decides on it', async () => {
    const { pacer, driven, warmed, state } = open();
    pacer.start();
    state.listener?.onEvent(candle(NOW - 5 * MINUTE_MS));
    state.listener?.onEvent(candle(NOW - MINUTE_MS));
    await vi.advanceTimersByTimeAsync(1);
    expect([warmed.length, driven.length]).toEqual([1, 1]);
    pacer.stop();
  });

  test('moves engine time before a command that comes between', () => {
    const { pacer, advanced, state } = open();
    state.wall = NOW + 7;
    let at = 0;
    pacer.between(() => {
      at = advanced.at(-1) ?? 0;
    });
    expect(at).toBe(NOW + 7);
  });

  test('ends with what the engine throws', async () => {
    const { pacer, state } = open();
    pacer.start();
    pacer.between(() => {
      throw new Error('half a change');
    });
    expect(state.crash).toMatch(/half a change/);
    expect(state.listener).toBeNull();
  });
});
