/** Strategies that make orders of every kind at random, from a seed and the time alone. */
import { z } from 'zod';

import type { Intent } from '../../src/domain/intent.ts';
import type { RuntimeSetup } from '../../src/engine/state.ts';
import type { StrategyDefinition, StrategyView } from '../../src/ports.ts';
import { Dice, mixSeed } from './dice.ts';
import { BTC, ETH_PERPETUAL } from './market.ts';

export interface MakerParams {
  readonly seed: number;
  /** Chance of doing something at a print. */
  readonly activity: number;
  /** How far stops and targets are from the price, against the usual. */
  readonly reach: number;
}

const definition: StrategyDefinition<MakerParams> = {
  name: 'order-maker',
  summary: 'makes orders of every kind at random',
  params: z.object({ seed: z.number(), activity: z.number(), reach: z.number() }),
  timeframes: ['1m'],
  canShort: true,
  warmup: () => 1,
  create: (params, { symbol, market }) => ({
    onTrades: (_event, view) => {
      // Of seed and time, not of what was thrown before: a restart goes on as the run would have.
      const dice = new Dice(mixSeed(params.seed, view.now));
      if (!dice.chance(params.activity)) return [];
      return decide(dice, view, { symbol, spot: market.kind === 'spot', reach: params.reach });
    },
  }),
};

interface Place {
  readonly symbol: string;
  readonly spot: boolean;
  readonly reach: number;
}

function decide(dice: Dice, view: StrategyView, at: Place): Intent[] {
  const price = view.lastPrice;
  if (!(price > 0)) return [];
  const { symbol } = at;
  if (view.working.length > 12) return [{ kind: 'cancel', symbol, reason: 'too many' }];
  const kind = dice.between(1, 100);
  if (kind <= 12) return [cancel(dice, at)];
  if (kind <= 30) return [target(dice, at, price)];
  if (kind <= 40 && Math.abs(view.position) > 0) return [reduce(dice, view, at)];
  return [place(dice, price, at)];
}

const cancel = (dice: Dice, { symbol }: Place): Intent => ({
  kind: 'cancel',
  symbol,
  tag: `t${dice.between(0, 3)}`,
  reason: 'changed my mind',
});

function target(dice: Dice, { symbol, spot, reach }: Place, price: number): Intent {
  const positionSide = dice.pick(spot ? (['long', 'flat'] as const) : SIDES);
  const sign = positionSide === 'short' ? -1 : 1;
  const protection = {
    stopPrice: price * (1 - sign * reach * 0.004 * (1 + dice.next())),
    targetPrice: price * (1 + sign * reach * 0.006 * (1 + dice.next())),
    ...(dice.chance(0.2) ? { trailFraction: 0.01 * reach } : {}),
  };
  const isOpen = positionSide !== 'flat' && dice.chance(0.8);
  return { kind: 'target', symbol, positionSide, reason: 'turned', ...(isOpen ? protection : {}) };
}

const SIDES = ['long', 'short', 'flat'] as const;

function reduce(dice: Dice, view: StrategyView, { symbol }: Place): Intent {
  const side = view.position > 0 ? 'sell' : 'buy';
  const away = 1 + (side === 'sell' ? 1 : -1) * 0.002 * dice.next();
  const limit = { type: 'limit', price: view.lastPrice * away } as const;
  const how = dice.chance(0.5) ? limit : ({ type: 'market' } as const);
  return { kind: 'place', symbol, side, ...how, reduceOnly: true, share: 0.5, reason: 'less' };
}

function place(dice: Dice, price: number, { symbol, spot, reach }: Place): Intent {
  const side = spot || dice.chance(0.5) ? 'buy' : 'sell';
  const sign = side === 'buy' ? 1 : -1;
  const common = { kind: 'place', symbol, side, tag: `t${dice.between(0, 3)}` } as const;
  const reason = 'a try';
  const share = 0.2 + 0.8 * dice.next();
  const bracket = dice.chance(0.6)
    ? {
        stopPrice: price * (1 - sign * reach * 0.012),
        targetPrice: price * (1 + sign * reach * 0.015),
      }
    : {};
  const near = price * (1 - sign * 0.003 * dice.next());
  const sort = dice.between(1, 10);
  if (sort <= 2) return { ...common, type: 'market', share, reason, ...bracket };
  if (sort <= 4) {
    const triggerPrice = price * (1 + sign * 0.003 * dice.next());
    return { ...common, type: 'stop', triggerPrice, share, reason };
  }
  const crossing = price * (1 + sign * 0.001);
  if (sort === 5) {
    const timeInForce = dice.pick(['IOC', 'FOK'] as const);
    return { ...common, type: 'limit', price: crossing, timeInForce, share, reason };
  }
  const postOnly = dice.chance(0.3);
  return { ...common, type: 'limit', price: near, postOnly, share, reason, ...bracket };
}

/** Three makers: two of the spot market, one of the perpetual, which goes both ways. */
export function makers(seed: number, activity: number, reach = 1): RuntimeSetup[] {
  const places = [
    ['maker-a', BTC.symbol],
    ['maker-b', ETH_PERPETUAL.symbol],
    ['maker-c', ETH_PERPETUAL.symbol],
  ] as const;
  return places.map(([id, symbol], index) => ({
    id,
    definition: definition as StrategyDefinition,
    params: { seed: mixSeed(seed, index), activity, reach },
    symbol,
    timeframe: '1m',
    sizing: { kind: 'percent', value: 1.5 },
    stopFraction: null,
    targetFraction: null,
    trailFraction: null,
    enabled: true,
  }));
}
