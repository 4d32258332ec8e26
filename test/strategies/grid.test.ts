import { describe, expect, test } from 'vitest';

import type { Candle } from '../../src/domain/candle.ts';
import { toNumber } from '../../src/domain/decimal.ts';
import type { Intent } from '../../src/domain/intent.ts';
import { grid } from '../../src/strategies/grid.ts';
import { candlesOf, walk } from '../indicators/samples.ts';
import { Driver, SPOT, contextOf, drive } from './driver.ts';

/** Levels at 990, 980, 970 under an anchor of 1,000; gives up below 920. */
const PARAMS = { levels: 3, spacing: 0.01, share: 0.5, stop: 0.05 };
const bar = (close: number, { high = close, low = close } = {}): Candle =>
  candlesOf([{ high, low, close }])[0] ?? raise();

function raise(): never {
  throw new Error('no candle');
}

/** Orders and cancels as short texts: `buy 990`, `sell 1000`, `cancel buy-1@1000`. */
const short = (intents: readonly Intent[]) =>
  intents.map((one) => {
    if (one.kind === 'place') return `${one.side} ${one.price}`;
    return one.kind === 'cancel' ? `cancel ${one.tag}` : one.positionSide;
  });

const started = () => {
  const driver = drive(grid, PARAMS, SPOT);
  const first = driver.feed(bar(1000));
  return { driver, first };
};

describe('grid', () => {
  test('rests post-only buys below the first close', () => {
    const { first } = started();
    expect(short(first)).toEqual(['buy 990', 'buy 980', 'buy 970']);
    expect(first[0]).toEqual({
      kind: 'place',
      symbol: 'BTC/USDT',
      side: 'buy',
      type: 'limit',
      price: 990,
      postOnly: true,
      share: 0.5,
      tag: 'buy-1@1000',
      reason: 'grid buys level 1 of 3 at 990',
    });
  });

  test('answers a filled buy with a sell one spacing above, at once and once', () => {
    const { driver } = started();
    const intents = driver.feed(bar(985, { high: 1000, low: 984 }));
    expect(intents).toEqual([
      expect.objectContaining({ side: 'sell', price: 1000, postOnly: true, quantity: '0.5' }),
    ]);
    expect(driver.feed(bar(985))).toEqual([]);
    expect(driver.strategy.explain?.().text).toBe('anchor 1,000 · 1 of 3 levels held');
  });

  test('buys a level again after it was sold', () => {
    const { driver } = started();
    driver.feed(bar(985, { high: 1000, low: 984 }));
    const intents = driver.feed(bar(1000.5, { high: 1001, low: 985 }));
    expect(short(intents)).toEqual(['buy 990']);
    expect(driver.position).toBe(0);
  });

  test('follows a price that leaves the grid upward while nothing is held', () => {
    const { driver } = started();
    const canceled = driver.feed(bar(1011));
    expect(short(canceled)).toEqual([
      'cancel buy-1@1000',
      'cancel buy-2@1000',
      'cancel buy-3@1000',
    ]);
    expect(short(driver.feed(bar(1012)))).toEqual(['buy 1001.88', 'buy 991.76', 'buy 981.64']);
  });

  test('keeps its anchor while something is held', () => {
    const { driver } = started();
    driver.feed(bar(989.5, { high: 1000, low: 989 }));
    driver.position = 0.5;
    expect(short(driver.feed(bar(1000)))).toEqual([]);
  });

  test('gives up below its stop: orders first, then the holding', () => {
    const { driver } = started();
    driver.feed(bar(965, { high: 1000, low: 964 }));
    expect(driver.position).toBe(1.5);
    expect(short(driver.feed(bar(919)))).toEqual([
      'cancel sell-1@1000',
      'cancel sell-2@1000',
      'cancel sell-3@1000',
    ]);
    const [target] = driver.feed(bar(918));
    expect(target).toMatchObject({ kind: 'target', positionSide: 'flat' });
    expect(target?.reason).toBe("close 918 below the grid's stop");
    expect(short(driver.feed(bar(917)))).toEqual(['buy 907.83', 'buy 898.66', 'buy 889.49']);
  });

  test('waits for the rest of a partly filled buy before it sells', () => {
    const { driver } = started();
    const [buy] = driver.working;
    if (!buy) return raise();
    const intents: Intent[] = [];
    driver.fill(buy, 0.2, intents);
    expect(intents).toEqual([]);
    expect(short(driver.feed(bar(995)))).toEqual([]);
    driver.fill(buy, 0.3, intents);
    expect(intents).toEqual([expect.objectContaining({ side: 'sell', quantity: '0.5' })]);
  });

  test('asks again a candle later when a sell was refused', () => {
    const { driver } = started();
    driver.answer = 'refuse';
    expect(short(driver.feed(bar(985, { high: 1000, low: 984 })))).toEqual(['sell 1000']);
    expect(short(driver.feed(bar(986)))).toEqual(['sell 1000']);
    driver.answer = 'take';
    expect(short(driver.feed(bar(986)))).toEqual(['sell 1000']);
    expect(driver.feed(bar(986))).toEqual([]);
  });

  test('sells above the market when the price ran past the level', () => {
    const { driver } = started();
    driver.answer = 'refuse';
    driver.feed(bar(985, { high: 1000, low: 984 }));
    expect(short(driver.feed(bar(1003)))).toEqual(['sell 1003.01']);
  });

  test('goes on after a restart with its orders, buying nothing twice', () => {
    const { driver } = started();
    driver.feed(bar(985, { high: 1000, low: 984 }));
    const again = restarted(driver);
    expect(again.feed(bar(986))).toEqual([]);
    expect(again.strategy.explain?.().text).toBe('anchor 1,000 · 1 of 3 levels held');
    expect(short(again.feed(bar(1000.5, { high: 1001, low: 985 })))).toEqual(['buy 990']);
  });

  test('sells a holding it finds without orders before it buys more', () => {
    const { driver } = started();
    driver.feed(bar(985, { high: 1000, low: 984 }));
    const bare = new Driver(grid.create(PARAMS, contextOf(SPOT)), contextOf(SPOT));
    bare.position = driver.position;
    bare.entryPrice = driver.entryPrice;
    const intents = bare.feed(bar(986));
    expect(intents).toEqual([
      expect.objectContaining({ side: 'sell', price: 999.9, quantity: '0.5' }),
    ]);
    expect(bare.feed(bar(987))).toEqual([]);
    expect(short(bare.feed(bar(1000, { high: 1000, low: 987 })))).toHaveLength(3);
  });

  test('takes back sells of what something else has sold', () => {
    const { driver } = started();
    driver.feed(bar(975, { high: 1000, low: 974 }));
    driver.position = 0.5; // a stop sold half
    expect(short(driver.feed(bar(976)))).toEqual(['cancel sell-1@1000', 'cancel sell-2@1000']);
    const after = short(driver.feed(bar(976))).filter((one) => one.startsWith('sell'));
    expect(after).toEqual(['sell 1000']);
  });

  test('never holds more than its levels nor offers more than it holds', () => {
    for (let seed = 0; seed < 8; seed += 1) {
      let driver = drive(grid, PARAMS, SPOT);
      walk(2000, { seed, start: 1000, step: 20 }).forEach((candle, at) => {
        if (at % 150 === 149) driver = restarted(driver);
        driver.answer = at % 7 === 3 ? 'refuse' : 'take';
        driver.feed(candle);
        let offered = 0;
        let wanted = driver.position;
        for (const order of driver.working) {
          if (order.side === 'sell') offered += toNumber(order.quantity);
          else wanted += toNumber(order.quantity);
        }
        const text = `seed ${seed} candle ${at}`;
        expect(driver.position, text).toBeGreaterThanOrEqual(0);
        expect(offered, text).toBeLessThanOrEqual(driver.position + 1e-9);
        expect(wanted, text).toBeLessThanOrEqual(1.5 + 1e-9);
      });
    }
  });

  test('refuses a grid that reaches down to zero', () => {
    const { error } = grid.params.safeParse({ levels: 10, spacing: 0.1 });
    expect(error?.issues[0]?.message).toContain('levels 10 × spacing 0.1 + stop 0.02');
  });
});

function restarted(before: Driver): Driver {
  return new Driver(grid.create(PARAMS, contextOf(SPOT)), contextOf(SPOT), before);
}
