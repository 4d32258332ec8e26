/** A small market drawn by hand, four strategies and an operator: what golden.test.ts plays. */
import { SIMULATED_ACCOUNT, toRuntimes } from '../../src/app/simulation.ts';
import { createAccountRun } from '../../src/backtest/account-run.ts';
import { encodeRecord } from '../../src/domain/codec.ts';
import type { Command } from '../../src/domain/command.ts';
import { decimal } from '../../src/domain/decimal.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import type { MarketEvent } from '../../src/domain/event.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import { finishRun } from '../../src/engine/start.ts';
import type { MoneyState } from '../../src/execution/money.ts';
import type { Journal, PullFeed } from '../../src/ports.ts';
import { createDigest } from '../../src/store/digest.ts';
import { instance } from '../support/session-kit.ts';
import { NEXT_OPEN, NO_LIMITS, fileMarket } from '../support/backtest-kit.ts';

const SPOT = 'BTC/USDT';
const PERPETUAL = 'BTC/USDT:USDT';
/** Half an hour before a new day, so that the day turns. */
const START = Date.UTC(2024, 0, 1, 23, 30);

/** Closes of the spot market's minutes, as drawn: up, over the top, a crash, a slow way back. */
const CLOSES = [
  100, 100.2, 100.1, 100.4, 100.9, 101.5, 102.2, 102.8, 103.5, 104.1, 104.6, 105.2, 105.1, 104.7,
  105.6, 106.3, 107.1, 107.0, 106.2, 105.1, 103.9, 102.4, 101.2, 100.6, 99.8, 98.9, 99.3, 98.1,
  97.2, 96.6, 95.9, 94.8, 93.1, 90.2, 87.5, 86.9, 87.4, 88.2, 88.0, 88.9, 89.7, 90.6, 91.2, 91.1,
  92.0, 92.9, 93.4, 94.1, 93.6, 94.4, 95.2, 96.1, 96.0, 96.8, 97.4, 98.3, 99.1, 98.6, 99.4, 100.2,
  101.1, 101.9, 101.2, 102.3, 103.4, 104.2, 103.7, 104.9, 105.8, 106.4, 107.3, 108.1, 107.2, 105.9,
  104.1, 102.8, 101.1, 99.7, 98.2, 96.9, 95.4, 94.7, 93.2, 92.8, 93.3, 94.2, 95.6, 96.3, 97.1, 98.4,
  99.2, 100.1, 100.9, 101.4, 102.2, 103.1,
];

/** Spot candle, perpetual candle a tenth dearer, and its mark with funding every 20 minutes. */
function events(): MarketEvent[] {
  return CLOSES.flatMap((close, i): MarketEvent[] => {
    const openTime = START + i * MINUTE_MS;
    const time = openTime + MINUTE_MS;
    const open = CLOSES[i - 1] ?? close;
    const candleAt = (premium: number) => ({
      openTime,
      open: cents(open * premium),
      high: cents((Math.max(open, close) + 0.3) * premium),
      low: cents((Math.min(open, close) - 0.2) * premium),
      close: cents(close * premium),
      volume: 10 + (i % 5),
    });
    const base = { kind: 'candle', time, timeframe: '1m' } as const;
    return [
      { ...base, symbol: SPOT, candle: candleAt(1) },
      { ...base, symbol: PERPETUAL, candle: candleAt(1.001) },
      {
        kind: 'mark',
        symbol: PERPETUAL,
        time,
        markPrice: cents(close * 1.001),
        fundingRate: i % 20 === 19 ? 0.0001 : null,
      },
    ];
  });
}

const cents = (value: number): number => Math.round(value * 100) / 100;

const TICKET = {
  symbol: SPOT,
  side: 'buy',
  type: 'limit',
  quantity: decimal('1.5'),
  price: decimal('90'),
  triggerPrice: null,
  trailFraction: null,
  stopPrice: decimal('85'),
  targetPrice: decimal('99'),
  timeInForce: 'GTC',
  postOnly: false,
  reduceOnly: false,
} as const;

/** What the operator does after which minute. */
const COMMANDS: Readonly<Record<number, readonly Command[]>> = {
  3: [{ kind: 'placeOrder', pressId: 'rest', ticket: TICKET }],
  5: [
    {
      kind: 'amendOrder',
      pressId: 'amend',
      orderId: 'td0000040mwuq00004e' as OrderId,
      price: decimal('91'),
      triggerPrice: null,
      quantity: null,
    },
  ],
  10: [{ kind: 'toggleStrategy', strategyId: 'grid', enabled: false }],
  12: [
    { kind: 'placeOrder', pressId: 'huge', ticket: { ...TICKET, quantity: decimal('500') } },
    {
      kind: 'placeOrder',
      pressId: 'post',
      ticket: {
        ...TICKET,
        price: decimal('120'),
        stopPrice: null,
        targetPrice: null,
        postOnly: true,
      },
    },
  ],
  14: [{ kind: 'toggleStrategy', strategyId: 'grid', enabled: true }],
  16: [{ kind: 'changeParams', strategyId: 'sma-cross', params: { fast: 2, slow: 6 } }],
  18: [{ kind: 'pause', reason: 'lunch' }],
  19: [{ kind: 'resume', phrase: null }],
  26: [
    { kind: 'resume', phrase: 'wrong' },
    { kind: 'resume', phrase: SIMULATED_ACCOUNT },
  ],
  52: [{ kind: 'changeRisk', changes: { maxPositions: 2 } }],
  44: [{ kind: 'resume', phrase: SIMULATED_ACCOUNT }],
  60: [{ kind: 'closePosition', symbol: PERPETUAL, pressId: 'close' }],
  78: [{ kind: 'resume', phrase: SIMULATED_ACCOUNT }],
  90: [{ kind: 'flatten', reason: 'home time' }],
};

/** Lines of the journal and the money at the end. */
export function playGolden(): { lines: string[]; money: MoneyState } {
  const lines: string[] = [];
  const symbols = [SPOT];
  const strategies = [
    instance(
      'sma-cross',
      { fast: 3, slow: 8 },
      { symbols, stopFraction: 0.02, targetFraction: 0.04 },
    ),
    instance('ema-cross', { fast: 3, slow: 6 }, { symbols, timeframe: '5m', trailFraction: 0.03 }),
    instance('grid', { levels: 3, spacing: 0.005 }, { symbols }),
    instance(
      'breakout',
      { entry: 6, exit: 3, direction: 'both' },
      { symbols: [PERPETUAL], stopFraction: 0.03 },
    ),
  ];
  const memory = createMemoryJournal(createDigest());
  const journal: Journal = {
    ...memory,
    append(body, at) {
      const n = memory.append(body, at);
      lines.push(encodeRecord(body, { n, t: at.t, m: at.m }));
      return n;
    },
    get last() {
      return memory.last;
    },
    get durable() {
      return memory.durable;
    },
  };
  const feed: PullFeed = { next: () => null, history: () => [], unfinished: () => [], length: 0 };
  const run = createAccountRun({
    feed,
    markets: [
      fileMarket(SPOT, { fee: '0.001', stepSize: '0.0001' }),
      fileMarket(PERPETUAL, { fee: '0.0005', stepSize: '0.001' }),
    ],
    runtimes: strategies.flatMap(toRuntimes),
    limits: {
      ...NO_LIMITS,
      enabled: true,
      riskPerTradeFraction: 1,
      openRiskFraction: 10,
      drawdownFraction: 0.008,
      dailyLossFraction: 0.5,
      breakerCooldownSeconds: 300,
    },
    model: NEXT_OPEN,
    cash: decimal('1000'),
    accountId: SIMULATED_ACCOUNT,
    mode: 'replay',
    seed: 7,
    version: 'golden',
    startTime: START,
    start: true,
    journal,
  });
  events().forEach((event, i) => {
    run.drive(event);
    if (event.kind !== 'mark') return;
    for (const command of COMMANDS[(i - 2) / 3] ?? []) {
      run.post({ kind: 'command', time: run.state.market.now, command });
    }
  });
  finishRun(run, 'the drawing has ended');
  return { lines, money: run.state.money };
}
