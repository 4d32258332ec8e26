import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decimal, isOnGrid, lte, toNumber, toText } from '../../src/domain/decimal.ts';
import { type Sizing, parseSizing } from '../../src/domain/sizing.ts';
import {
  ALL_IN_MARGIN,
  KELLY_CAP,
  KELLY_ROUND_TRIPS,
  type SizingInput,
  kellyFraction,
  sizeEntry,
} from '../../src/risk/sizing.ts';
import { PERPETUAL, SPOT, market } from '../support/builders.ts';

const NO_RECORD = { roundTrips: 0, wins: 0, grossProfit: 0, grossLoss: 0 };
const input = (sizing: Sizing, change: Partial<SizingInput> = {}): SizingInput => ({
  sizing,
  market: SPOT,
  equity: 10_000,
  free: 8_000,
  leverage: 1,
  price: 300,
  stopDistance: null,
  worstCaseFraction: 1,
  atr: null,
  record: NO_RECORD,
  ...change,
});
const size = (sizing: Sizing, change: Partial<SizingInput> = {}): string =>
  toText(sizeEntry(input(sizing, change)));

describe('by hand, on 10,000 of equity at a price of 300', () => {
  const fee = market({ takerFeeRate: decimal('0.001') });
  const record = { roundTrips: 40, wins: 20, grossProfit: 400, grossLoss: 200 };

  test.each<[string, Sizing, Partial<SizingInput>, string]>([
    ['percent:20 is 2,000 quote', { kind: 'percent', value: 20 }, {}, '6.666'],
    ['fixed:0.1239 is rounded down to the step', { kind: 'fixed', value: 0.1239 }, {}, '0.123'],
    ['risk:1 to a stop 7 away', { kind: 'risk', value: 1 }, { stopDistance: 7 }, '14.285'],
    ['risk:1 without a stop loses the whole price', { kind: 'risk', value: 1 }, {}, '0.333'],
    [
      'risk:1 by a declared worst case of 5 %',
      { kind: 'risk', value: 1 },
      { worstCaseFraction: 0.05 },
      '6.666',
    ],
    [
      'risk:1 with the stop at the price is nothing',
      { kind: 'risk', value: 1 },
      { stopDistance: 0 },
      '0',
    ],
    ['volatility:0.5 with an ATR of 8', { kind: 'volatility', value: 0.5 }, { atr: 8 }, '6.25'],
    ['volatility before there is an ATR is nothing', { kind: 'volatility', value: 0.5 }, {}, '0'],
    [
      'volatility in a market that stands still is nothing',
      { kind: 'volatility', value: 0.5 },
      { atr: 0 },
      '0',
    ],
    ['kelly:1 without a record is a tenth of the cap', { kind: 'kelly', value: 1 }, {}, '0.833'],
    [
      'kelly:0.5 with W = 0.5 and R = 2 is half of a quarter',
      { kind: 'kelly', value: 0.5 },
      { record },
      '4.166',
    ],
    [
      'all-in asks for what 8,000 pay with the fee, and 5 % more',
      { kind: 'all-in' },
      { market: fee },
      '27.972',
    ],
    [
      'all-in at leverage 3 on a perpetual',
      { kind: 'all-in' },
      { market: market({ ...PERPETUAL, takerFeeRate: decimal('0.001') }), leverage: 3 },
      '83.748',
    ],
    ['all-in on spot ignores leverage', { kind: 'all-in' }, { market: fee, leverage: 3 }, '27.972'],
    ['all-in without money is nothing', { kind: 'all-in' }, { free: -1 }, '0'],
    ['percent of lost equity is nothing', { kind: 'percent', value: 20 }, { equity: -100 }, '0'],
    ['less than a step is nothing', { kind: 'fixed', value: 0.0009 }, {}, '0'],
  ])('%s', (_, sizing, change, quantity) => {
    expect(size(sizing, change)).toBe(quantity);
  });
});

describe('Kelly', () => {
  const of = (roundTrips: number, wins: number, grossProfit: number, grossLoss: number): number =>
    kellyFraction({ roundTrips, wins, grossProfit, grossLoss });

  test.each([
    // W − (1 − W) / (average win / average loss)
    [of(40, 24, 48, 32), 0.6 - 0.4 / (2 / 2)],
    [of(100, 55, 55, 45), 0.55 - 0.45],
    [of(40, 20, 400, 200), KELLY_CAP],
    [of(40, 20, 100, 200), 0],
    [of(KELLY_ROUND_TRIPS - 1, 19, 900, 1), KELLY_CAP / 10],
    [of(KELLY_ROUND_TRIPS, 0, 0, 50), 0],
    [of(KELLY_ROUND_TRIPS, KELLY_ROUND_TRIPS, 50, 0), KELLY_CAP],
    [of(40, 30, 300, 0), KELLY_CAP],
  ])('%d', (fraction, expected) => {
    expect(fraction).toBeCloseTo(expected, 12);
  });

  test('is a fraction between nothing and its cap whatever the record', () => {
    const record = fc
      .record({
        roundTrips: fc.nat(500),
        part: fc.double({ min: 0, max: 1, noNaN: true }),
        profit: fc.double({ min: 0, max: 1e6, noNaN: true }),
        loss: fc.double({ min: 0, max: 1e6, noNaN: true }),
      })
      .map(({ roundTrips, part, profit, loss }) => ({
        roundTrips,
        wins: Math.floor(roundTrips * part),
        grossProfit: profit,
        grossLoss: loss,
      }));
    fc.assert(
      fc.property(record, (one) => {
        const fraction = kellyFraction(one);
        expect(fraction >= 0 && fraction <= KELLY_CAP).toBe(true);
      }),
    );
  });
});

const positive = (max: number) => fc.double({ min: 0.01, max, noNaN: true });
const anySizing = fc.oneof(
  fc.constant<Sizing>({ kind: 'all-in' }),
  fc.record({
    kind: fc.constantFrom(
      'percent' as const,
      'fixed' as const,
      'risk' as const,
      'volatility' as const,
    ),
    value: positive(100),
  }),
  fc.record({ kind: fc.constant('kelly' as const), value: positive(1) }),
);

test('any size is on the grid and never more than the rule says', () => {
  fc.assert(
    fc.property(
      anySizing,
      positive(1e6),
      positive(1e5),
      positive(1e4),
      (sizing, equity, price, distance) => {
        const one = input(sizing, {
          equity,
          free: equity,
          price,
          stopDistance: distance,
          atr: distance,
        });
        const quantity = sizeEntry(one);
        expect(isOnGrid(quantity, SPOT.stepSize)).toBe(true);
        const wanted = {
          'all-in': (equity / price) * ALL_IN_MARGIN,
          percent: 'value' in sizing ? (equity * sizing.value) / 100 / price : 0,
          fixed: 'value' in sizing ? sizing.value : 0,
          risk: 'value' in sizing ? (equity * sizing.value) / 100 / distance : 0,
          volatility: 'value' in sizing ? (equity * sizing.value) / 100 / distance : 0,
          kelly: 'value' in sizing ? (equity * (KELLY_CAP / 10) * sizing.value) / price : 0,
        }[sizing.kind];
        expect(toNumber(quantity)).toBeLessThanOrEqual(wanted * (1 + 1e-12) + 1e-9);
        expect(toNumber(quantity)).toBeGreaterThan(wanted - 0.001 - 1e-9);
      },
    ),
  );
});

describe('what an all-in order asks for', () => {
  test('is more than the money pays, so that the venue’s cut finds every step', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1000, max: 1e6, noNaN: true }),
        positive(1e4),
        fc.constantFrom('0', '0.001', '0.01'),
        (free, price, rate) => {
          const one = market({ takerFeeRate: decimal(rate), stepSize: decimal('0.00000001') });
          const quantity = sizeEntry(input({ kind: 'all-in' }, { free, price, market: one }));
          const pays = free / (price * (1 + Number(rate)));
          expect(toNumber(quantity) / pays).toBeCloseTo(ALL_IN_MARGIN, 4);
        },
      ),
    );
  });
});

describe('sizing text', () => {
  test.each([
    ['all-in', { kind: 'all-in' }],
    ['percent:20', { kind: 'percent', value: 20 }],
    ['kelly:0.5', { kind: 'kelly', value: 0.5 }],
    ['fixed:0.001', { kind: 'fixed', value: 0.001 }],
  ])('%s', (text, sizing) => {
    expect(parseSizing(text)).toEqual(sizing);
  });

  test.each([
    '',
    'all',
    'all-in:1',
    'percent',
    'percent:',
    'percent:0',
    'percent:-1',
    'percent:1001',
    'kelly:1.1',
    'risk:NaN',
    'risk:1e3',
    'risk:1:2',
    'constructor:1',
  ])('refuses %j', (text) => {
    expect(parseSizing(text)).toBeNull();
  });
});

test('rounding never goes up', () => {
  fc.assert(
    fc.property(positive(1e4), (value) => {
      const quantity = sizeEntry(input({ kind: 'fixed', value }));
      expect(lte(quantity, decimal((value + 1e-9).toFixed(12)))).toBe(true);
    }),
  );
});
