// The rows of workload W: what a busy account of 20 positions on 10 markets shows.
import type { AlertView, ChartLine } from '../../src/app/session-types.ts';
import type { Candle } from '../../src/domain/candle.ts';
import { type Decimal, ZERO, decimal } from '../../src/domain/decimal.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import type { SeededRng } from '../../src/domain/rng.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import type { EngineView, OrderView, StrategyStatus } from '../../src/engine/view.ts';
import type { LogLine } from '../../src/ports.ts';

/** 2026-03-02 14:00 UTC. */
export const BEGIN = Date.UTC(2026, 2, 2, 14);

const COINS =
  'BTC ETH SOL BNB XRP ADA DOGE AVAX LINK DOT LTC BCH ATOM UNI APT ARB OP NEAR FIL INJ'.split(' ');
const BASE_PRICES = [
  67_412, 3_481, 172.4, 588, 0.5231, 0.4512, 0.1623, 36.42, 17.11, 7.214, 84.3, 441, 9.12, 10.44,
  9.37, 1.142, 2.511, 6.73, 5.91, 24.8,
];

/** A symbol with its price as it moves; the first ten are markets, each is a position. */
export interface Coin {
  readonly symbol: string;
  readonly base: number;
  readonly tick: number;
  readonly digits: number;
  readonly quantity: number;
  readonly isShort: boolean;
  /** Of its position: quantity, entry and stop as the engine has them. */
  readonly held: Readonly<Record<'quantity' | 'entry' | 'stop', Decimal>>;
  price: number;
  changedTime: number;
}

const FEES = decimal('0.6');

export function createCoins(): Coin[] {
  return COINS.map((coin, i) => {
    const base = BASE_PRICES[i] ?? 1;
    const digits = Math.max(1, 4 - Math.floor(Math.log10(base)));
    const quantity = Number((1_500 / base).toPrecision(3));
    const isShort = i % 3 === 2;
    return {
      symbol: `${coin}/USDT`,
      base,
      tick: 10 ** -digits,
      digits,
      quantity,
      isShort,
      held: {
        quantity: decimal(String(quantity)),
        entry: decimal(String(base)),
        stop: decimal((base * (isShort ? 1.01 : 0.99)).toFixed(digits)),
      },
      price: base,
      changedTime: BEGIN,
    };
  });
}

/** Within half a percent of where it began, a few ticks at a time. */
export function moveCoin(coin: Coin, rng: SeededRng, now: number): void {
  const pull = (coin.base - coin.price) * 0.02;
  const steps = Math.round((pull + rng.normal() * coin.base * 0.0003) / coin.tick) || 1;
  coin.price = Number((coin.price + steps * coin.tick).toFixed(coin.digits));
  coin.changedTime = now;
}

export function positionView(coin: Coin): EngineView['positions'][number] {
  const move = (coin.price - coin.base) * coin.quantity * (coin.isShort ? -1 : 1);
  const risk = coin.base * coin.quantity * 0.01;
  return {
    symbol: coin.symbol,
    positionSide: coin.isShort ? 'short' : 'long',
    priceDigits: coin.digits,
    quantityDigits: 4,
    quantity: coin.held.quantity,
    entryPrice: coin.held.entry,
    markPrice: coin.price,
    unrealizedPnl: move,
    rMultiple: move / risk,
    openedTime: BEGIN - 600_000,
    feesPaid: FEES,
    fundingPaid: ZERO,
    strategyIds: ['grid'],
    protection: {
      stopPrice: coin.held.stop,
      targetPrice: null,
      trailFraction: null,
      rests: 'venue',
      worstCase: -risk,
      slippageBps: null,
    },
    maxFavorable: risk,
    maxAdverse: -risk,
    maxFavorableR: 1,
    maxAdverseR: -1,
    exposureFraction: 0.15,
    isDust: false,
  };
}

export function marketView(coin: Coin, closes: readonly number[]): EngineView['markets'][number] {
  return {
    symbol: coin.symbol,
    priceDigits: coin.digits,
    quantityDigits: 4,
    lastPrice: coin.price,
    bid: coin.price - coin.tick,
    ask: coin.price + coin.tick,
    spreadBps: (2 * coin.tick * 10_000) / coin.price,
    changeFraction: coin.price / coin.base - 1,
    volumeQuote: coin.base * 12_345,
    dayReachMs: 86_400_000,
    closes: [...closes, coin.price],
    dataTime: coin.changedTime,
  };
}

export function createCandles(coin: Coin, rng: SeededRng, count: number): Candle[] {
  let price = coin.base;
  return Array.from({ length: count }, (_, i) => {
    const open = price;
    price += (coin.base - price) * 0.02 + rng.normal() * coin.base * 0.0008;
    const reach = Math.abs(rng.normal()) * coin.base * 0.0005;
    return {
      openTime: BEGIN - (count - i) * MINUTE_MS,
      open,
      high: Math.max(open, price) + reach,
      low: Math.min(open, price) - reach,
      close: price,
      volume: 5 + rng.next() * 20,
    };
  });
}

export function averageLine(candles: readonly Candle[], length: number): ChartLine {
  let sum = 0;
  const values = candles.map(({ close }, i) => {
    sum += close - (candles[i - length]?.close ?? 0);
    return i + 1 < length ? null : sum / length;
  });
  return { label: `SMA ${length}`, scale: 'price', values };
}

const LOG_TEXTS: readonly ((coin: Coin, rng: SeededRng) => Omit<LogLine, 'time'>)[] = [
  (coin, rng) => ({
    level: 'info',
    category: 'trading',
    message: `grid order accepted buy ${amount(rng)} ${coin.symbol} limit ${priceText(coin)} post-only`,
  }),
  (coin, rng) => ({
    level: 'info',
    category: 'trading',
    message: `grid filled sell ${amount(rng)} ${coin.symbol} ${priceText(coin)} fee ${amount(rng)} maker`,
  }),
  (coin) => ({
    level: 'info',
    category: 'market',
    message: `${coin.symbol} candle closed at ${priceText(coin)}`,
  }),
  (coin, rng) => ({
    level: 'warn',
    category: 'risk',
    message: `breakout denied EXPOSURE_GROSS ${amount(rng)} of 1.5, buy ${coin.symbol}`,
  }),
];

export function logLine(coin: Coin, rng: SeededRng, time: number): LogLine {
  const make = LOG_TEXTS[Math.floor(rng.next() * LOG_TEXTS.length)] ?? LOG_TEXTS[0];
  if (make === undefined) throw new Error('no texts');
  return { time, ...make(coin, rng) };
}

const amount = (rng: SeededRng): string => (0.1 + rng.next()).toFixed(4);
const priceText = (coin: Coin): string => coin.price.toFixed(coin.digits);

/** Two resting orders for each of the first six, as a grid has them. */
export function createOrders(coins: readonly Coin[]): OrderView[] {
  return coins.slice(0, 6).flatMap((coin, i) =>
    (['buy', 'sell'] as const).map((side, n): OrderView => {
      const price = coin.base * (side === 'buy' ? 0.997 : 1.003);
      return {
        id: `td000000000${String(i * 2 + n).padStart(7, '0')}e` as OrderId,
        accountId: 'paper',
        symbol: coin.symbol,
        strategyId: 'grid',
        role: 'entry',
        side,
        type: 'limit',
        quantity: decimal(String(coin.quantity)),
        price: decimal(price.toFixed(coin.digits)),
        triggerPrice: null,
        trailFraction: null,
        timeInForce: 'GTC',
        postOnly: true,
        reduceOnly: false,
        cutToFunds: false,
        groupId: null,
        bracket: null,
        tag: null,
        reason: 'level 4 of 10',
        status: 'accepted',
        filled: ZERO,
        filledNotional: ZERO,
        venueOrderId: String(i * 2 + n),
        createdTime: BEGIN - 60_000,
        updatedTime: BEGIN - 60_000,
        statusReason: null,
        decisionPrice: coin.base,
        fillIds: [],
        priceDigits: coin.digits,
        quantityDigits: 4,
      };
    }),
  );
}

export function createStrategies(coins: readonly Coin[]): StrategyStatus[] {
  return ['sma-cross', 'rsi-reversion', 'breakout', 'grid', 'macd', 'bollinger'].map((id, i) => ({
    id,
    name: id,
    summary: 'as its name says',
    symbols: [coins[i]?.symbol ?? ''],
    timeframe: '1m',
    enabled: i < 5,
    warmingUp: 0,
    params: { fast: 10, slow: 30 },
    paramInfo: [],
    previousParams: null,
    thoughts: [{ symbol: coins[i]?.symbol ?? '', text: 'long · 10 over 30', inputs: { fast: 10 } }],
    positions: [],
    netPnl: 41.2 - i * 10,
    roundTrips: 6,
    lastDecision: null,
  }));
}

export function createAlerts(): AlertView[] {
  return [1, 2, 3].map((id) => ({
    id,
    time: BEGIN - id * 60_000,
    level: 'warn',
    source: 'denial',
    text: 'breakout denied EXPOSURE_GROSS 1.62 of 1.5',
    count: id,
    active: false,
    clears: '',
    verdict: null,
    strategyId: 'breakout',
    symbol: 'SOL/USDT',
  }));
}
