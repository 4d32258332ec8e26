import { describe, expect, test } from 'vitest';

import {
  type Decimal,
  ZERO,
  add,
  decimal,
  lte,
  mul,
  neg,
  quantize,
  sub,
} from '../../src/domain/decimal.ts';
import type { Market } from '../../src/domain/market.ts';
import type { Order } from '../../src/domain/order.ts';
import type { AccountRecord } from '../../src/domain/record.ts';
import type { Side } from '../../src/domain/trade.ts';
import type { Venue } from '../../src/ports.ts';

/** What a venue needs around it to be held against the contract. */
export interface VenueBench {
  readonly venue: Venue;
  /** A market the account can trade; its funds pay for ten times its smallest order. */
  readonly market: Market;
  /** Everything the venue has answered, oldest first. */
  readonly answers: readonly AccountRecord[];
  /** A new order of ours with an id never used before, not yet submitted. */
  order(of: OrderSketch): Order;
  /** Lets the market trade at this price with all the quantity anyone could want. */
  trade(price: Decimal): Promise<void>;
  /** Waits until the venue has answered what it was asked. */
  settle(): Promise<void>;
}

export interface OrderSketch {
  readonly side: Side;
  readonly type: 'market' | 'limit';
  readonly quantity: Decimal;
  readonly price?: Decimal;
  readonly reduceOnly?: boolean;
  readonly postOnly?: boolean;
}

/** Price the contract starts from, in quote; every bench's market must be able to trade there. */
export const CONTRACT_PRICE = decimal('100');

const FACTORS = { above: decimal('1.05'), below: decimal('0.95'), far: decimal('0.9') } as const;

/**
 * What the engine may rely on, whoever the venue is: the simulated one, an adapter over recorded
 * payloads, an emulator. A bench is made anew for every test.
 */
export function describeVenueContract(name: string, create: () => Promise<VenueBench>): void {
  describe(`${name} keeps the venue contract`, () => {
    const start = async (): Promise<VenueBench> => {
      const bench = await create();
      await bench.trade(CONTRACT_PRICE);
      return bench;
    };

    test('accepts a limit, keeps it open, cancels it once', async () => {
      const bench = await start();
      const order = bench.order(limit(bench, 'buy', FACTORS.far));
      await submit(bench, order);
      expect(kindsOf(bench, order)).toEqual(['accepted']);
      expect(bench.venue.report().openOrders).toContain(order.id);
      bench.venue.cancel(order.id);
      await bench.settle();
      expect(kindsOf(bench, order)).toEqual(['accepted', 'canceled']);
      expect(bench.venue.report().openOrders).not.toContain(order.id);
      bench.venue.cancel(order.id);
      await bench.settle();
      expect(kindsOf(bench, order).at(-1)).toBe('cancelRejected');
    });

    test('fills a market order completely, in fills that add up, each with its own id', async () => {
      const bench = await start();
      const order = bench.order({ side: 'buy', type: 'market', quantity: sizeOf(bench) });
      await submit(bench, order);
      await bench.trade(CONTRACT_PRICE);
      const fills = fillsOf(bench, order);
      expect(fills.reduce((sum, fill) => add(sum, fill.quantity), ZERO)).toBe(order.quantity);
      expect(new Set(fills.map((fill) => fill.id)).size).toBe(fills.length);
      for (const fill of fills) {
        expect(fill).toMatchObject({
          symbol: order.symbol,
          side: order.side,
          accountId: order.accountId,
        });
      }
    });

    test('fills a resting limit no worse than its price when the market trades through', async () => {
      const bench = await start();
      const order = bench.order(limit(bench, 'buy', FACTORS.below));
      await submit(bench, order);
      expect(fillsOf(bench, order)).toEqual([]);
      await bench.trade(scale(bench.market, FACTORS.far));
      const fills = fillsOf(bench, order);
      expect(fills.length).toBeGreaterThan(0);
      for (const fill of fills) {
        expect(lte(fill.price, order.price ?? ZERO)).toBe(true);
      }
    });

    test('reports balances and positions that are the sum of its fills', async () => {
      const bench = await start();
      const { market } = bench;
      const before = bench.venue.report();
      await submit(bench, bench.order({ side: 'buy', type: 'market', quantity: sizeOf(bench) }));
      await bench.trade(CONTRACT_PRICE);
      let held = before.positions.get(market.symbol) ?? ZERO;
      let quote = before.balances.get(market.quote) ?? ZERO;
      for (const fill of allFills(bench)) {
        held = add(held, fill.side === 'buy' ? fill.quantity : neg(fill.quantity));
        if (fill.feeAsset === market.quote) quote = sub(quote, fill.fee);
        // The holding of a spot market is the balance of its coin: fees in it have left it.
        else if (fill.feeAsset === market.base) held = sub(held, fill.fee);
        if (market.kind === 'spot') quote = sub(quote, mul(fill.price, fill.quantity));
      }
      const after = bench.venue.report();
      expect(after.positions.get(market.symbol)).toBe(held);
      expect(after.balances.get(market.quote)).toBe(quote);
    });

    test.each([
      ['off the tick', 'TICK_SIZE'],
      ['off the step', 'STEP_SIZE'],
      ['of an unknown symbol', 'UNKNOWN_SYMBOL'],
      ['beyond the funds', 'INSUFFICIENT'],
      ['that is post-only and would take', 'POST_ONLY_WOULD_TAKE'],
      ['that is reduce-only with nothing to reduce', 'REDUCE_ONLY'],
    ])('refuses an order %s with a code and a reason', async (what, code) => {
      const bench = await start();
      const order = faulty(bench, what);
      await submit(bench, order);
      const [answer] = bench.answers.filter(
        (record) => record.kind === 'rejected' && record.orderId === order.id,
      );
      expect(answer).toMatchObject({
        code: expect.stringContaining(code) as string,
        reason: expect.stringMatching(/./) as string,
      });
      expect(bench.venue.report().openOrders).not.toContain(order.id);
    });

    test('never fills one id twice', async () => {
      const bench = await start();
      const order = bench.order({ side: 'buy', type: 'market', quantity: sizeOf(bench) });
      await submit(bench, order);
      await bench.trade(CONTRACT_PRICE);
      const before = fillsOf(bench, order).length;
      await submit(bench, order);
      await bench.trade(CONTRACT_PRICE);
      expect(fillsOf(bench, order)).toHaveLength(before);
    });
  });
}

type FillRecord = Extract<AccountRecord, { kind: 'fill' }>;

async function submit(bench: VenueBench, order: Order): Promise<void> {
  bench.venue.submit(order);
  await bench.settle();
}

const scale = (market: Market, factor: Decimal): Decimal =>
  quantize(mul(CONTRACT_PRICE, factor), market.tickSize, 'nearest');

/** Twice the smallest notional at the contract's price, at least one step. */
function sizeOf({ market }: VenueBench): Decimal {
  const wanted = mul(market.minNotional, decimal('0.02'));
  return add(quantize(wanted, market.stepSize, 'up'), add(market.minQuantity, market.stepSize));
}

const limit = (bench: VenueBench, side: Side, factor: Decimal): OrderSketch => ({
  side,
  type: 'limit',
  quantity: sizeOf(bench),
  price: scale(bench.market, factor),
});

function faulty(bench: VenueBench, what: string): Order {
  const { market } = bench;
  const sound = limit(bench, 'buy', FACTORS.far);
  switch (what) {
    case 'off the tick':
      return bench.order({ ...sound, price: add(CONTRACT_PRICE, half(market.tickSize)) });
    case 'off the step':
      return bench.order({ ...sound, quantity: add(sound.quantity, half(market.stepSize)) });
    case 'of an unknown symbol':
      return { ...bench.order(sound), symbol: 'NONE/SUCH' };
    case 'beyond the funds':
      return bench.order({ ...sound, quantity: mul(sound.quantity, decimal('1000000')) });
    case 'that is post-only and would take':
      return bench.order({ ...limit(bench, 'buy', FACTORS.above), postOnly: true });
    default:
      return bench.order({
        side: 'sell',
        type: 'market',
        quantity: sizeOf(bench),
        reduceOnly: true,
      });
  }
}

const half = (grid: Decimal): Decimal => mul(grid, decimal('0.5'));

const kindsOf = (bench: VenueBench, order: Order): string[] =>
  bench.answers
    .filter((record) => 'orderId' in record && record.orderId === order.id)
    .map((record) => record.kind);

const allFills = (bench: VenueBench): FillRecord[] =>
  bench.answers.filter((record) => record.kind === 'fill');

const fillsOf = (bench: VenueBench, order: Order): FillRecord[] =>
  allFills(bench).filter((fill) => fill.orderId === order.id);
