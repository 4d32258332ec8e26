/**
 * Workload W of the screen's figures as a session: 20 price batches a second (6 of 20 positions, 2
 * of 10 markets and 8 of 40 book rows each), 50 log lines and a point of the equity curve a second.
 * Views are made anew as the engine's are: nothing is shared that a real one would copy.
 */
import type {
  Session,
  SessionView,
  WatchRequest,
  WatchedView,
} from '../../src/app/session-types.ts';
import type { Candle } from '../../src/domain/candle.ts';
import { decimal } from '../../src/domain/decimal.ts';
import { SeededRng } from '../../src/domain/rng.ts';
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import type { Trade } from '../../src/domain/trade.ts';
import type { EngineView } from '../../src/engine/view.ts';
import type { LogLine } from '../../src/ports.ts';

import { truth } from '../ui/account-fixture.ts';
import { aBreaker } from '../ui/breaker-fixture.ts';

import {
  BEGIN,
  type Coin,
  averageLine,
  createAlerts,
  createCandles,
  createCoins,
  createOrders,
  createStrategies,
  logLine,
  marketView,
  moveCoin,
  positionView,
} from './screen-workload-rows.ts';

/** Divides all three rhythms. */
const STEP_MS = 10;
const BATCH_MS = 50;
const LOG_MS = 20;
const PULSE_MS = SECOND_MS;
const POSITIONS_A_BATCH = 6;
const MARKETS_A_BATCH = 2;
const LEVELS_A_BATCH = 8;
const MARKETS = 10;
const LEVELS = 20;
const CLOSES = 59;
const CANDLES = 600;
const PRINTS = 60;
const EQUITY_POINTS = 600;
/** As the real session. */
const NOTIFY_MS = 100;
const LOG_LINES = 300;
const PUMP_MS = 10;
const CASH = decimal('8200');
const REALIZED = decimal('251.20');
const FEES = decimal('5.55');
const FUNDING = decimal('0.12');

export interface Workload extends Session {
  /** Plays this much of its time at once. */
  readonly advance: (ms: number) => void;
  /** Tells the readers, as the session does at most ten times a second. */
  readonly notify: () => void;
  /** Lets it run by the wall clock, catching up after every delay; returns stop. */
  readonly run: () => () => void;
}

export function createWorkload(seed = 1): Workload {
  return new BusySession(seed);
}

class BusySession implements Workload {
  private readonly rng: SeededRng;
  private readonly coins = createCoins();
  private readonly closes: number[][];
  private readonly book: number[];
  private readonly lines: LogLine[] = [];
  private readonly prints: Trade[] = [];
  private readonly equity: [number, number][] = [];
  private readonly still: Pick<SessionView, 'orders' | 'strategies' | 'alerts'>;
  private readonly listeners = new Set<() => void>();
  private request: WatchRequest | null = null;
  private candles: Candle[] = [];
  private watchedCoin: Coin | null = null;
  private played = 0;
  private events = 0;
  private cached: SessionView | null = null;
  private notifyTimer: NodeJS.Timeout | null = null;

  constructor(seed: number) {
    const rng = new SeededRng(seed);
    this.rng = rng;
    this.closes = this.coins.map(({ base }) =>
      Array.from({ length: CLOSES }, () => base * (1 + rng.normal() * 0.002)),
    );
    this.book = Array.from({ length: 2 * LEVELS }, () => this.levelQuantity());
    for (let i = 0; i < LOG_LINES; i += 1) this.addLine(BEGIN - (LOG_LINES - i) * LOG_MS);
    for (let i = 0; i < EQUITY_POINTS; i += 1) {
      this.equity.push([BEGIN - (EQUITY_POINTS - i) * PULSE_MS, 10_000 + rng.normal() * 40]);
    }
    this.still = {
      orders: createOrders(this.coins),
      strategies: createStrategies(this.coins),
      alerts: createAlerts(),
    };
  }

  advance = (ms: number): void => {
    const from = this.played;
    this.played += ms;
    const first = (Math.floor(from / STEP_MS) + 1) * STEP_MS;
    for (let at = first; at <= this.played; at += STEP_MS) {
      if (at % LOG_MS === 0) this.addLine(BEGIN + at);
      if (at % BATCH_MS === 0) this.playBatch(BEGIN + at);
      if (at % PULSE_MS === 0) this.pulse(BEGIN + at);
    }
  };

  run = (): (() => void) => {
    const begun = performance.now() - this.played;
    const pump = setInterval(() => {
      const before = this.events;
      this.advance(performance.now() - begun - this.played);
      if (this.events !== before) this.changed();
    }, PUMP_MS);
    return () => {
      clearInterval(pump);
      if (this.notifyTimer) clearTimeout(this.notifyTimer);
    };
  };

  notify = (): void => {
    if (this.notifyTimer) clearTimeout(this.notifyTimer);
    this.notifyTimer = null;
    this.cached = null;
    for (const listener of this.listeners) listener();
  };

  view(): SessionView {
    this.cached ??= this.makeView();
    return this.cached;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  watch(request: WatchRequest): void {
    this.request = request;
    const coin = this.coins.find(({ symbol }) => symbol === request.symbol) ?? this.coins[0];
    if (coin === undefined || coin === this.watchedCoin) return;
    this.watchedCoin = coin;
    this.candles = createCandles(coin, this.rng, CANDLES);
    this.cached = null;
  }

  dispatch(): void {
    this.notify();
  }

  history() {
    return [{ record: 1, time: BEGIN, text: 'order accepted' }];
  }

  preview() {
    return {
      notional: 2_089.4,
      fee: 0.84,
      feeKind: 'maker' as const,
      slippageBps: 0,
      margin: null,
      riskQuote: 13.02,
      riskFraction: 0.0013,
      grossAfterFraction: 0.61,
      verdicts: [],
      wouldSend: true,
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private changed(): void {
    this.cached = null;
    if (this.notifyTimer !== null || this.listeners.size === 0) return;
    this.notifyTimer = setTimeout(this.notify, NOTIFY_MS);
  }

  private addLine(time: number): void {
    this.events += 1;
    for (const coin of this.some(this.coins, 1)) this.lines.push(logLine(coin, this.rng, time));
    if (this.lines.length > LOG_LINES * 2) this.lines.splice(0, LOG_LINES);
  }

  private playBatch(now: number): void {
    this.events += 1;
    // Each market is a position too: those that move show in both panes, other positions besides.
    const others = POSITIONS_A_BATCH - MARKETS_A_BATCH;
    for (const coin of this.some(this.coins.slice(0, MARKETS), MARKETS_A_BATCH)) {
      moveCoin(coin, this.rng, now);
    }
    for (const coin of this.some(this.coins.slice(MARKETS), others)) moveCoin(coin, this.rng, now);
    for (const row of this.some([...this.book.keys()], LEVELS_A_BATCH)) {
      this.book[row] = this.levelQuantity();
    }
    this.moveCandle(now);
  }

  /** Once a second: a point of the equity curve, a print on the tape. */
  private pulse(now: number): void {
    this.equity.push([now, this.equityNow()]);
    if (this.equity.length > EQUITY_POINTS) this.equity.shift();
    const side = this.rng.next() < 0.5 ? 'buy' : 'sell';
    const price = this.watchedCoin?.price ?? 0;
    this.prints.unshift({ time: now, price, quantity: this.levelQuantity(), side });
    if (this.prints.length > PRINTS) this.prints.pop();
  }

  private moveCandle(now: number): void {
    const last = this.candles.at(-1);
    const { watchedCoin } = this;
    if (last === undefined || watchedCoin === null) return;
    const { price } = watchedCoin;
    const openTime = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    if (openTime === last.openTime) {
      const { open, high, low, volume } = last;
      this.candles[this.candles.length - 1] = {
        openTime,
        open,
        high: Math.max(high, price),
        low: Math.min(low, price),
        close: price,
        volume: volume + 0.01,
      };
    } else {
      this.candles.push({
        openTime,
        open: price,
        high: price,
        low: price,
        close: price,
        volume: 0,
      });
      this.candles.shift();
    }
  }

  private makeView(): SessionView {
    const now = BEGIN + Math.floor(this.played);
    return {
      ...this.still,
      ...this.accountAndPnl(),
      now,
      mode: 'demo',
      profile: 'default',
      seed: 1,
      records: 4_000,
      feed: {
        speed: 1,
        held: false,
        ended: false,
        events: this.events,
        length: null,
        hasBook: true,
        startTime: null,
        endTime: null,
        seeking: null,
      },
      dataAgeMs: this.played % BATCH_MS,
      store: { failed: null, commitMs: 4.2, waiting: 0 },
      health: { eventMicros: 4.2, loopDelayMs: 1.6 },
      recovered: null,
      markets: this.coins
        .slice(0, MARKETS)
        .map((coin, i) => marketView(coin, this.closes[i] ?? [])),
      positions: this.coins.map(positionView),
      breakers: [
        aBreaker({ name: 'dailyLoss', value: 0.004, limit: 0.05 }),
        aBreaker({ name: 'drawdown', value: 0.008, limit: 0.15 }),
      ],
      scopes: [],
      clusters: [],
      truth: truth(),
      limits: [],
      log: this.lines.slice(-LOG_LINES),
      notices: [],
      watched: this.watchedView(),
    };
  }

  private accountAndPnl(): Pick<EngineView, 'account' | 'pnl'> {
    const equity = this.equityNow();
    const rows = this.still.strategies.map(({ id }, i) => ({
      key: id,
      realizedPnl: 40 - i * 10,
      feesPaid: 3,
      fundingPaid: 0,
      netPnl: 37 - i * 10,
      roundTrips: 4,
    }));
    return {
      account: {
        accountId: 'paper',
        currency: 'USDT',
        tradingState: 'running',
        stateSince: BEGIN - 600_000,
        stateReason: 'resumed by the operator',
        stateClears: '',
        cash: CASH,
        equity,
        equityStart: 10_000,
        dayPnl: equity - 10_000,
        dayPnlFraction: equity / 10_000 - 1,
        drawdownFraction: 0.008,
        drawdownLimit: 0.15,
        openRiskFraction: 0.016,
        openRiskLimit: 0.1,
        riskEnabled: true,
        deadManSeconds: null,
      },
      pnl: {
        realizedPnl: REALIZED,
        unrealizedPnl: equity - 10_000,
        feesPaid: FEES,
        fundingPaid: FUNDING,
        netPnl: 245.5 + equity - 10_000,
        roundTrips: 31,
        winRate: 0.58,
        profitFactor: 1.42,
        sharpe: 1.1,
        valueAtRisk: 0.004,
        maxDrawdownFraction: 0.02,
        bySymbol: rows,
        byStrategy: rows,
        byDay: rows,
        equityCurve: this.equity.slice(),
      },
    };
  }

  private watchedView(): WatchedView | null {
    const { request, watchedCoin: coin } = this;
    if (request === null || coin === null) return null;
    const candles = this.candles.slice(-request.candles);
    // The book stands around where the coin began: 8 rows a batch change, not all 40.
    const side = (sign: 1 | -1, from: number) =>
      Array.from({ length: Math.min(LEVELS, request.bookLevels) }, (_, i) => {
        const price = coin.base + sign * (i + 1) * coin.tick;
        return [price, this.book[from + i] ?? 0] as const;
      });
    return {
      symbol: coin.symbol,
      timeframe: request.timeframe,
      timeframes: ['1m', '5m', '15m', '1h'],
      priceDigits: coin.digits,
      quantityDigits: 4,
      tickSize: coin.tick,
      candles,
      forming: true,
      hasOlder: true,
      hasNewer: false,
      lines: [averageLine(candles, 10), averageLine(candles, 30)],
      patterns: [],
      fills: [],
      book: {
        bids: side(-1, 0),
        asks: side(1, LEVELS),
        imbalance: 0.12,
        time: BEGIN + Math.floor(this.played),
      },
      trades: this.prints.slice(0, request.trades),
      catalog: ['sma', 'ema', 'rsi'],
    };
  }

  private equityNow(): number {
    return this.coins.reduce(
      (sum, { price, base, quantity, isShort }) =>
        sum + (price - base) * quantity * (isShort ? -1 : 1),
      10_000,
    );
  }

  private levelQuantity(): number {
    return 0.05 + this.rng.next() * 2.5;
  }

  /** Different ones, spread evenly from a random place. */
  private some<T>(from: readonly T[], count: number): readonly T[] {
    const start = Math.floor(this.rng.next() * from.length);
    const stride = Math.floor(from.length / count);
    return Array.from({ length: count }, (_, i) => from[(start + i * stride) % from.length]).filter(
      (one) => one !== undefined,
    );
  }
}
