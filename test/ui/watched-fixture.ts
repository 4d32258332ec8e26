// A hand-made market as the chart, the book and the tape see it.
import type { WatchedView } from '../../src/app/session-types.ts';
import { NOW } from './account-fixture.ts';

const MINUTE = 60_000;
const OPEN = Math.floor(NOW / MINUTE) * MINUTE;

/** Two hours of minutes with a rise in them, a book and a tape. */
export function aWatched(change: Partial<WatchedView> = {}): WatchedView {
  const closes = Array.from(
    { length: 121 },
    (_, i) => 67_150 + 150 * Math.sin(i / 9) + 1.6 * i + 12 * Math.sin(i * 1.7),
  );
  const candles = closes.slice(1).map((close, i) => {
    const open = closes[i] ?? close;
    const reach = 8 + 14 * Math.abs(Math.sin(i * 2.3));
    return {
      openTime: OPEN - (119 - i) * MINUTE,
      open,
      high: Math.max(open, close) + reach,
      low: Math.min(open, close) - reach,
      close,
      volume: 4 + 9 * Math.abs(Math.sin(i / 3)),
    };
  });
  const level = (price: number, i: number): readonly [number, number] => [
    Number(price.toFixed(1)),
    Number((0.2 + 2.2 * Math.abs(Math.sin(i * 1.3))).toFixed(3)),
  ];
  return {
    symbol: 'BTC/USDT',
    timeframe: '1m',
    priceDigits: 2,
    quantityDigits: 5,
    tickSize: 0.1,
    candles,
    forming: true,
    hasOlder: true,
    hasNewer: false,
    lines: [
      { label: 'SMA 10', scale: 'price', values: average(closes.slice(1), 10) },
      { label: 'SMA 30', scale: 'price', values: average(closes.slice(1), 30) },
    ],
    patterns: [{ openTime: OPEN - 40 * MINUTE, name: 'bullish engulfing', bias: 'bullish' }],
    fills: [
      {
        time: OPEN - 4 * MINUTE,
        side: 'buy',
        price: 67_260,
        quantity: 0.031,
        opens: true,
        strategyId: 'sma-cross',
      },
    ],
    book: {
      bids: Array.from({ length: 25 }, (_, i) => level(67_412.2 - i * 0.4, i)),
      asks: Array.from({ length: 25 }, (_, i) => level(67_412.9 + i * 0.4, i + 7)),
      imbalance: 0.18,
      time: NOW - 100,
    },
    trades: Array.from({ length: 40 }, (_, i) => ({
      time: NOW - i * 700,
      price: 67_412.3 + Math.round(4 * Math.sin(i)) / 10,
      quantity: Number((0.01 + 0.4 * Math.abs(Math.sin(i * 2.1))).toFixed(3)),
      side: i % 3 === 0 ? ('sell' as const) : ('buy' as const),
    })),
    catalog: ['ema', 'rsi', 'sma'],
    timeframes: ['1m', '5m', '15m', '1h'],
    ...change,
  };
}

const average = (values: readonly number[], length: number): (number | null)[] =>
  values.map((_, i) =>
    i + 1 < length
      ? null
      : values.slice(i + 1 - length, i + 1).reduce((sum, value) => sum + value, 0) / length,
  );
