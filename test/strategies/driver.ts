import type { Candle } from '../../src/domain/candle.ts';
import {
  ZERO,
  add,
  cmp,
  decimal,
  mul,
  quantizeNumber,
  toNumber,
} from '../../src/domain/decimal.ts';
import { createOrderId, simulatedRunId } from '../../src/domain/ids.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { Market } from '../../src/domain/market.ts';
import type { Order } from '../../src/domain/order.ts';
import type { PositionSide } from '../../src/domain/position.ts';
import type {
  Strategy,
  StrategyContext,
  StrategyDefinition,
  StrategyView,
} from '../../src/ports.ts';

const COMMON = {
  base: 'BTC',
  quote: 'USDT',
  settle: 'USDT',
  tickSize: decimal('0.01'),
  stepSize: decimal('0.001'),
  minQuantity: decimal('0.001'),
  minNotional: decimal('0'),
  contractSize: decimal('1'),
  makerFeeRate: decimal('0.001'),
  takerFeeRate: decimal('0.001'),
};
export const SPOT: Market = {
  ...COMMON,
  symbol: 'BTC/USDT',
  kind: 'spot',
  maxLeverage: 1,
  maintenanceMarginFraction: decimal('0'),
};
export const PERPETUAL: Market = {
  ...COMMON,
  symbol: 'BTC/USDT:USDT',
  kind: 'perpetual',
  maxLeverage: 10,
  maintenanceMarginFraction: decimal('0.005'),
};

type Place = Extract<Intent, { kind: 'place' }>;
/** What the venue of the driver says to an order. */
export type Answer = 'take' | 'refuse';

const LOT = 1;
const RUN = simulatedRunId(1, 0);
const SIDES = { long: LOT, flat: 0, short: -LOT } as const;

/**
 * A strategy with the least of an engine around it: targets fill at the next open, resting orders
 * where a later candle trades through them, one lot per intent.
 */
export class Driver {
  readonly strategy: Strategy;
  readonly #context: StrategyContext;
  readonly #orders = new Map<string, Order>();
  #sequence = 0;
  #wanted: PositionSide | null = null;
  #close = 0;
  #now = 0;
  position = 0;
  entryPrice: number | null = null;
  /** Whether the next orders are taken; the strategy hears nothing of a refusal. */
  answer: Answer = 'take';
  readonly view: StrategyView;

  constructor(strategy: Strategy, context: StrategyContext, before?: Driver) {
    this.strategy = strategy;
    this.#context = context;
    this.view = this.#window();
    if (!before) return;
    this.position = before.position;
    this.entryPrice = before.entryPrice;
    this.#sequence = before.#sequence;
    for (const [id, order] of before.#orders) this.#orders.set(id, order);
  }

  /** Working orders, oldest first. */
  get working(): readonly Order[] {
    return [...this.#orders.values()];
  }

  /** Feeds one candle; every intent of it, those after fills included. */
  feed(candle: Candle): readonly Intent[] {
    const intents: Intent[] = [];
    this.#now = candle.openTime;
    if (this.#wanted !== null) this.#book(SIDES[this.#wanted] - this.position, candle.open);
    this.#wanted = null;
    this.#fillResting(candle, intents);
    this.#close = candle.close;
    this.#now = candle.openTime + 60_000;
    const { symbol, timeframe } = this.#context;
    const event = { kind: 'candle', symbol, time: this.#now, timeframe, candle } as const;
    this.#apply(this.strategy.onCandle?.(event, this.view), intents);
    return intents;
  }

  #window(): StrategyView {
    const own = () => this;
    return {
      get now() {
        return own().#now;
      },
      market: this.#context.market,
      get lastPrice() {
        return own().#close;
      },
      get position() {
        return own().position;
      },
      get entryPrice() {
        return own().entryPrice;
      },
      get expected() {
        return own().#expected();
      },
      get working() {
        return own().working;
      },
      candle: () => undefined,
      book: null,
    };
  }

  #expected(): number {
    if (this.#wanted !== null) return SIDES[this.#wanted];
    let expected = this.position;
    for (const order of this.#orders.values()) {
      expected += toNumber(order.quantity) * (order.side === 'buy' ? 1 : -1);
    }
    return expected;
  }

  #book(change: number, price: number): void {
    const before = this.position;
    // Whole steps: sums of floats would leave dust that no venue has.
    this.position = toNumber(quantizeNumber(before + change, COMMON.stepSize, 'nearest'));
    if (this.position === 0) this.entryPrice = null;
    else if (before * change < 0)
      this.entryPrice = before * this.position < 0 ? price : this.entryPrice;
    else {
      const cost = before * (this.entryPrice ?? 0) + change * price;
      this.entryPrice = cost / this.position;
    }
  }

  #fillResting(candle: Candle, intents: Intent[]): void {
    for (const order of this.working) {
      const price = toNumber(order.price ?? ZERO);
      const isThrough = order.side === 'buy' ? candle.low < price : candle.high > price;
      if (!isThrough || !this.#orders.has(order.id)) continue;
      this.#orders.delete(order.id);
      this.fill(order, toNumber(order.quantity), intents);
    }
  }

  /** Fills a part of an order by hand; intents that follow go into `intents`. */
  fill(order: Order, quantity: number, intents: Intent[] = []): void {
    const price = toNumber(order.price ?? ZERO);
    this.#book(order.side === 'buy' ? quantity : -quantity, price);
    order.filled = add(order.filled, quantizeNumber(quantity, COMMON.stepSize, 'nearest'));
    if (cmp(order.filled, order.quantity) >= 0) this.#orders.delete(order.id);
    const { id: orderId, tag, side } = order;
    const fill = { orderId, tag, side, price, quantity, time: this.#now };
    this.#apply(this.strategy.onFill?.(fill, this.view), intents);
  }

  #apply(asked: readonly Intent[] | undefined, intents: Intent[]): void {
    for (const intent of asked ?? []) {
      intents.push(intent);
      if (this.answer === 'refuse' && intent.kind !== 'cancel') continue;
      if (intent.kind === 'target') this.#wanted = intent.positionSide;
      else if (intent.kind === 'place') this.#place(intent);
      else this.#cancel(intent.tag);
    }
  }

  #cancel(tag: string | undefined): void {
    for (const [id, order] of this.#orders) {
      if (tag === undefined || order.tag === tag) this.#orders.delete(id);
    }
  }

  #place(intent: Place): void {
    this.#sequence += 1;
    const order = orderOf(intent, this.#sequence, this.#now);
    this.#orders.set(order.id, order);
  }
}

function orderOf(intent: Place, sequence: number, now: number): Order {
  const share = quantizeNumber((intent.share ?? 1) * LOT, COMMON.stepSize, 'down');
  const price = quantizeNumber(intent.price ?? 0, COMMON.tickSize, 'nearest');
  const quantity = intent.quantity === undefined ? share : decimal(intent.quantity);
  return {
    id: createOrderId(RUN, sequence, 'entry'),
    accountId: 'test',
    symbol: intent.symbol,
    strategyId: 'test',
    role: intent.side === 'buy' ? 'entry' : 'exit',
    side: intent.side,
    type: intent.type,
    quantity,
    price,
    triggerPrice: null,
    trailFraction: null,
    timeInForce: 'GTC',
    postOnly: intent.postOnly ?? false,
    reduceOnly: false,
    cutToFunds: false,
    groupId: null,
    bracket: null,
    tag: intent.tag ?? null,
    reason: intent.reason,
    status: 'accepted',
    filled: ZERO,
    filledNotional: mul(ZERO, price),
    venueOrderId: null,
    createdTime: now,
    updatedTime: now,
    statusReason: null,
    decisionPrice: 0,
    fillIds: [],
  };
}

export function contextOf(market: Market): StrategyContext {
  return { symbol: market.symbol, timeframe: '1m', market };
}

/** A driven instance; parameters that are left out take their defaults. */
export function drive(
  definition: StrategyDefinition,
  params: object = {},
  market: Market = PERPETUAL,
): Driver {
  const context = contextOf(market);
  return new Driver(definition.create(definition.params.parse(params), context), context);
}

/** A side taken at a candle, counted from 0. */
export interface Decision {
  readonly at: number;
  readonly side: PositionSide;
}

/** Every target a strategy asks for over the candles. */
export function decisions(
  definition: StrategyDefinition,
  candles: readonly Candle[],
  of: { readonly params?: object; readonly market?: Market } = {},
): Decision[] {
  const driver = drive(definition, of.params, of.market);
  return candles.flatMap((candle, at) =>
    driver.feed(candle).flatMap((intent) => {
      return intent.kind === 'target' ? [{ at, side: intent.positionSide }] : [];
    }),
  );
}
