// Hand-made markets, fills and orders, and an engine that trades on hand-made prices.
import { z } from 'zod';

import { createAccountRun } from '../../src/backtest/account-run.ts';
import { type Decimal, ONE, ZERO, decimal } from '../../src/domain/decimal.ts';
import type { CandleEvent, MarketEvent } from '../../src/domain/event.ts';
import type { Command, Ticket } from '../../src/domain/command.ts';
import type { Fill } from '../../src/domain/fill.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { RiskLimits } from '../../src/domain/limits.ts';
import type { Market } from '../../src/domain/market.ts';
import type { Order, OrderRequest } from '../../src/domain/order.ts';
import type { AccountRecord, JournalRecord, RecordBody } from '../../src/domain/record.ts';
import type { Sizing } from '../../src/domain/sizing.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import type { Run } from '../../src/engine/run.ts';
import type { RuntimeSetup } from '../../src/engine/state.ts';
import type { SimModel } from '../../src/exchange/sim/models.ts';
import type { MoneyState } from '../../src/execution/money.ts';
import { protectiveOrders } from '../../src/execution/protection.ts';
import type { Log, StrategyDefinition } from '../../src/ports.ts';
import { WIDE } from './wide-limits.ts';

export { WIDE };
export const ACCOUNT = 'main';
/** 2026-03-02 00:00 UTC: a trading day begins. */
export const START = Date.UTC(2026, 2, 2);

const BASE_MARKET = {
  quote: 'USDT',
  settle: 'USDT',
  tickSize: decimal('0.01'),
  stepSize: decimal('0.001'),
  minQuantity: decimal('0.001'),
  minNotional: ZERO,
  contractSize: ONE,
  makerFeeRate: ZERO,
  takerFeeRate: ZERO,
} as const;

/** A market without fees and minimum, step 0.001, tick 0.01. */
export function market(change: Partial<Market> = {}): Market {
  return {
    ...BASE_MARKET,
    symbol: 'BTC/USDT',
    kind: 'spot',
    base: 'BTC',
    maxLeverage: 1,
    maintenanceMarginFraction: ZERO,
    ...change,
  };
}

export const SPOT = market();
export const ETH = market({ symbol: 'ETH/USDT', base: 'ETH' });
export const PERPETUAL = market({
  symbol: 'BTC/USDT:USDT',
  kind: 'perpetual',
  maxLeverage: 100,
  maintenanceMarginFraction: decimal('0.005'),
});

type Texts<T> = { [K in keyof T]?: T[K] extends Decimal ? string : T[K] };

/** A fill from decimal text: buys 1 BTC at 100 without a fee where nothing else is said. */
export function fill(change: Texts<Fill> = {}): Fill {
  const { price = '100', quantity = '1', fee = '0', feeQuote, ...rest } = change;
  return {
    id: 'f1',
    orderId: 'o1' as OrderId,
    accountId: ACCOUNT,
    symbol: SPOT.symbol,
    side: 'buy',
    feeAsset: 'USDT',
    liquidity: 'taker',
    time: START,
    ...rest,
    price: decimal(price),
    quantity: decimal(quantity),
    fee: decimal(fee),
    feeQuote: decimal(feeQuote ?? fee),
  };
}

/** What a venue answers that accepts an order and fills it whole. */
export function answersTo(order: Readonly<Order>, price: string, time: number): AccountRecord[] {
  const { id, accountId, symbol, side, quantity } = order;
  const own = fill({ id: `${id}-1`, orderId: id, accountId, symbol, side, price, time });
  return [
    { kind: 'accepted', orderId: id, venueOrderId: id },
    { kind: 'fill', ...own, quantity },
  ];
}

/** A request: market buy of 1 BTC by strategy `s` where nothing else is said. */
export function request(change: Partial<OrderRequest> = {}): OrderRequest {
  return {
    accountId: ACCOUNT,
    symbol: SPOT.symbol,
    strategyId: 's',
    role: 'entry',
    side: 'buy',
    type: 'market',
    quantity: ONE,
    price: null,
    triggerPrice: null,
    trailFraction: null,
    timeInForce: 'GTC',
    postOnly: false,
    reduceOnly: false,
    cutToFunds: false,
    groupId: null,
    bracket: null,
    tag: null,
    reason: 'test',
    ...change,
  };
}

/** A ticket: market buy of 1 BTC where nothing else is said. */
export function ticket(change: Partial<Ticket> = {}): Ticket {
  return {
    symbol: SPOT.symbol,
    side: 'buy',
    type: 'market',
    quantity: ONE,
    price: null,
    triggerPrice: null,
    trailFraction: null,
    stopPrice: null,
    targetPrice: null,
    timeInForce: 'GTC',
    postOnly: false,
    reduceOnly: false,
    ...change,
  };
}

/** A strategy that does what the test tells it on the next candle. */
export interface Puppet {
  readonly definition: StrategyDefinition;
  next: readonly Intent[];
}

export function puppet(change: Partial<StrategyDefinition> = {}): Puppet {
  const made: { next: readonly Intent[]; definition: StrategyDefinition } = {
    next: [],
    definition: {
      name: 'puppet',
      summary: 'does what the test says',
      params: z.object({}),
      timeframes: ['1m'],
      canShort: true,
      warmup: () => 1,
      create: () => ({
        onCandle: () => {
          const intents = made.next;
          made.next = [];
          return intents;
        },
      }),
      ...change,
    },
  };
  return made;
}

/** Intents in a word; sizes come from the strategy's sizing. */
export const hold = (
  positionSide: 'long' | 'short' | 'flat',
  more: Partial<Extract<Intent, { kind: 'target' }>> = {},
): Intent => ({ kind: 'target', symbol: SPOT.symbol, positionSide, reason: 'test', ...more });

export const place = (more: Partial<Extract<Intent, { kind: 'place' }>> = {}): Intent => ({
  kind: 'place',
  symbol: SPOT.symbol,
  side: 'buy',
  type: 'market',
  reason: 'test',
  ...more,
});

export interface DeskStrategy {
  readonly id: string;
  readonly puppet: Puppet;
  readonly params?: object;
  readonly symbol?: string;
  readonly sizing?: Sizing;
  readonly stopFraction?: number;
  readonly targetFraction?: number;
  readonly trailFraction?: number;
}

export interface DeskOptions {
  readonly markets?: readonly Market[];
  readonly strategies?: readonly DeskStrategy[];
  readonly limits?: Partial<RiskLimits>;
  readonly model?: Partial<SimModel>;
  readonly cash?: string;
  readonly start?: boolean;
  /** Recovered books: the run continues them. */
  readonly money?: MoneyState;
  /** Number of the last record before a restart. */
  readonly last?: number;
  /** Candles from before the session. */
  readonly history?: readonly CandleEvent[];
  readonly startTime?: number;
  readonly log?: Log;
}

const MODEL: SimModel = {
  fill: 'next-open',
  slippageBps: 0,
  spreadFraction: 0,
  latencyMs: 0,
  leverage: 1,
};

/** An engine at a simulated venue; the test is the market and the operator. */
export class Desk {
  readonly run: Run;
  readonly records: RecordBody[] = [];
  readonly journal: JournalRecord[] = [];
  readonly notices: string[] = [];
  private time: number;
  private presses = 0;

  constructor(options: DeskOptions = {}) {
    this.time = Math.max(options.startTime ?? START, options.money?.cursor.time ?? 0);
    const journal = createMemoryJournal({ update: () => undefined, hex: () => '' });
    for (let n = 0; n < (options.last ?? 0); n += 1) {
      journal.append({ kind: 'runStopped', reason: 'before', equity: 0 }, { t: 0, m: 0 });
    }
    this.run = createAccountRun({
      feed: { history: () => options.history ?? [], unfinished: () => [] },
      markets: options.markets ?? [SPOT],
      runtimes: (options.strategies ?? []).map(setupOf),
      limits: { ...WIDE, ...options.limits },
      model: { ...MODEL, ...options.model },
      cash: decimal(options.cash ?? '10000'),
      accountId: ACCOUNT,
      mode: 'demo',
      seed: 1,
      version: 'test',
      startTime: this.time,
      start: options.start ?? true,
      journal,
      ...(options.money === undefined ? {} : { money: options.money }),
      ...(options.log === undefined ? {} : { log: options.log }),
      onRecord: (body, at) => {
        this.records.push(body);
        this.journal.push({ ...body, ...at });
      },
      onNotice: ({ level, text }) => this.notices.push(`${level} ${text}`),
    });
  }

  get money(): MoneyState {
    return this.run.state.money;
  }

  get state(): string {
    return this.money.trading.state;
  }

  /** One minute of a market: a single price, or open, high, low and close. */
  candle(price: number | readonly [number, number, number, number], symbol = SPOT.symbol): void {
    const [open, high, low, close] =
      typeof price === 'number' ? [price, price, price, price] : price;
    const candle = { openTime: this.time, open, high, low, close, volume: 1 };
    this.time += MINUTE_MS;
    this.drive({ kind: 'candle', symbol, time: this.time, timeframe: '1m', candle });
  }

  /** A whole book with one level a side, or more, `[price, quantity]` best first. */
  book(
    bids: readonly (readonly [number, number])[],
    asks: readonly (readonly [number, number])[],
    symbol = SPOT.symbol,
  ): void {
    const level = ([price, quantity]: readonly [number, number]) => ({ price, quantity });
    this.time += 1000;
    const levels = { bids: bids.map(level), asks: asks.map(level) };
    this.drive({ kind: 'book', symbol, time: this.time, levels });
  }

  drive(event: MarketEvent): void {
    this.time = Math.max(this.time, event.time);
    this.run.drive(event);
  }

  /** Engine time passes, nothing happens. */
  wait(ms: number): void {
    this.time += ms;
  }

  command(command: Command): void {
    this.run.post({ kind: 'command', time: this.time, command });
  }

  /** Sends a manual order; `pressId` differs with every call unless it is given. */
  order(change: Partial<Ticket> = {}, pressId = `press-${(this.presses += 1)}`): void {
    this.command({ kind: 'placeOrder', ticket: ticket(change), pressId });
  }

  close(symbol = SPOT.symbol): void {
    this.presses += 1;
    this.command({ kind: 'closePosition', symbol, pressId: `close-${this.presses}` });
  }

  /** Says something the venue would say. */
  tell(record: Parameters<typeof tellOf>[0]): void {
    this.run.post(tellOf(record, this.time));
  }

  /** Signed holding of one ledger, as a number. */
  held(strategyId: string, symbol = SPOT.symbol): number {
    const ledger = this.money.ledgers.get(`${strategyId} ${symbol}`);
    return ledger ? Number(ledger.position.quantity) / 1e18 : 0;
  }

  working(role?: Order['role']): Order[] {
    return [...this.money.working.values()].filter((order) => !role || order.role === role);
  }

  /** Working protection of a ledger in words: `sell stop 1 at 95`. */
  protection(strategyId: string, symbol = SPOT.symbol): string[] {
    const own = protectiveOrders({ money: this.money }, { strategyId, symbol });
    return own.map((order) => {
      const at = order.price ?? order.triggerPrice;
      const rest = Number(order.quantity) - Number(order.filled);
      return `${order.side} ${order.type} ${rest / 1e18} at ${Number(at) / 1e18}`;
    });
  }

  of<K extends RecordBody['kind']>(kind: K): Extract<RecordBody, { kind: K }>[] {
    return this.records.filter(
      (body): body is Extract<RecordBody, { kind: K }> => body.kind === kind,
    );
  }

  /** Codes of all denials so far. */
  denials(): string[] {
    return this.of('denied').map(({ code }) => code);
  }
}

type Told = Extract<Parameters<Run['post']>[0], { kind: 'account' }>['record'];
const tellOf = (record: Told, time: number) => ({ kind: 'account', time, record }) as const;

function setupOf(of: DeskStrategy): RuntimeSetup {
  return {
    id: of.id,
    definition: of.puppet.definition,
    params: of.params ?? {},
    symbol: of.symbol ?? SPOT.symbol,
    timeframe: '1m',
    sizing: of.sizing ?? { kind: 'fixed', value: 1 },
    stopFraction: of.stopFraction ?? null,
    targetFraction: of.targetFraction ?? null,
    trailFraction: of.trailFraction ?? null,
    enabled: true,
  };
}
