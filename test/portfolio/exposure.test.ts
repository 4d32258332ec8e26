import { describe, expect, test } from 'vitest';

import { ONE, ZERO, decimal } from '../../src/domain/decimal.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import type { Order } from '../../src/domain/order.ts';
import {
  type Holding,
  exposureOf,
  holdingNotional,
  holdingValue,
  reachOf,
  workingNotional,
} from '../../src/portfolio/exposure.ts';
import { START, request } from '../support/builders.ts';

const holding = (change: Partial<Holding> = {}): Holding => ({
  name: 'BTC/USDT',
  quantity: 2,
  cost: 180,
  markPrice: 100,
  spot: true,
  ...change,
});

function order(change: Partial<Order> = {}): Order {
  return {
    ...request(),
    id: 'o1' as OrderId,
    status: 'accepted',
    filled: ZERO,
    filledNotional: ZERO,
    venueOrderId: null,
    createdTime: START,
    updatedTime: START,
    statusReason: null,
    decisionPrice: 100,
    fillIds: [],
    ...change,
  };
}

describe('a holding', () => {
  test('on spot is worth its coins, on a perpetual its open profit', () => {
    expect(holdingValue(holding())).toBe(200);
    expect(holdingValue(holding({ spot: false }))).toBe(20);
    expect(holdingValue(holding({ spot: false, quantity: -2, cost: -180 }))).toBe(-20);
  });

  test('before its first price counts at cost, and a flat one is worth nothing', () => {
    const markPrice = 0;
    expect(holdingValue(holding({ markPrice }))).toBe(180);
    expect(holdingValue(holding({ markPrice, spot: false }))).toBe(0);
    expect(holdingNotional(holding({ markPrice }))).toBe(180);
    expect(holdingValue(holding({ quantity: 0, cost: 0 }))).toBe(0);
  });
});

describe('a working order', () => {
  test('counts what remains, at its price, its trigger or the price it was decided at', () => {
    expect(workingNotional(order())).toBe(100);
    expect(workingNotional(order({ price: decimal('90') }))).toBe(90);
    expect(workingNotional(order({ triggerPrice: decimal('110') }))).toBe(110);
    expect(workingNotional(order({ quantity: decimal('3'), filled: ONE }))).toBe(200);
  });
});

describe('exposure', () => {
  const of = (holdings: readonly Holding[], working: readonly Order[]) => {
    const { gross, netIfBought, netIfSold } = exposureOf(holdings, working);
    return { gross, netIfBought, netIfSold };
  };

  test('of nothing is nothing', () => {
    expect(of([], [])).toEqual({ gross: 0, netIfBought: 0, netIfSold: 0 });
  });

  test('adds markets up: gross without sign, net with it', () => {
    const short = holding({ name: 'ETH/USDT:USDT', quantity: -3, spot: false });
    expect(of([holding(), short], [])).toMatchObject({
      gross: 500,
      netIfBought: -100,
      netIfSold: -100,
    });
  });

  test('counts working entries as filled, each side alone', () => {
    const buy = order({ quantity: decimal('3') });
    const sell = order({ side: 'sell', quantity: decimal('7') });
    expect(of([holding()], [buy])).toEqual({
      gross: 500,
      netIfBought: 500,
      netIfSold: 200,
    });
    // Either side may fill alone: 200 + 300 bought, or 200 − 700 sold.
    expect(of([holding()], [buy, sell])).toEqual({
      gross: 500,
      netIfBought: 500,
      netIfSold: -500,
    });
  });

  test('counts exits for the side they trade, and protection not at all', () => {
    const exit = order({ role: 'exit', side: 'sell', quantity: decimal('2') });
    const entry = order({ side: 'sell', quantity: decimal('4') });
    expect(of([holding()], [exit])).toMatchObject({ gross: 200, netIfBought: 200, netIfSold: 0 });
    expect(of([holding()], [exit, entry])).toMatchObject({ gross: 400, netIfSold: -400 });
    const stop = order({ role: 'protective', side: 'sell', quantity: decimal('2') });
    expect(of([holding()], [stop])).toEqual(of([holding()], []));
  });

  test('reaches into markets that hold nothing yet', () => {
    const { bySymbol } = exposureOf([], [order({ symbol: 'ETH/USDT' })]);
    expect(reachOf(bySymbol.get('ETH/USDT'))).toBe(100);
    expect(reachOf(bySymbol.get('BTC/USDT'))).toBe(0);
  });
});
