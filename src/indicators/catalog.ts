import type { Candle } from '../domain/candle.ts';
import { required } from '../domain/errors.ts';
import { Adx } from './adx.ts';
import { Atr } from './atr.ts';
import { Bollinger } from './bollinger.ts';
import { Cci } from './cci.ts';
import { Donchian } from './donchian.ts';
import { Ema } from './ema.ts';
import { Hma } from './hma.ts';
import type { Indicator } from './indicator.ts';
import { Macd } from './macd.ts';
import { Mfi } from './mfi.ts';
import { Obv } from './obv.ts';
import { Roc } from './roc.ts';
import { Rsi } from './rsi.ts';
import { Sma } from './sma.ts';
import type { IndicatorParam, IndicatorParams, IndicatorSpec } from './spec.ts';
import { StandardDeviation } from './standard-deviation.ts';
import { Stochastic } from './stochastic.ts';
import { Swing } from './swing.ts';
import { Vwap } from './vwap.ts';
import { Wma } from './wma.ts';

/** Long enough for a week of minutes; bounds memory and the time one candle may take. */
const LONGEST = 10_000;

function candles(name: string, byDefault: number, min: number, what: string): IndicatorParam {
  return { name, description: what, default: byDefault, min, max: LONGEST, integer: true };
}

function period(byDefault: number, min: number = 1): readonly IndicatorParam[] {
  return [candles('period', byDefault, min, 'candles in the window')];
}

function param(params: IndicatorParams, name: string): number {
  return required(params[name], `indicator parameter ${name}`);
}

/** Feeds closes to an indicator that takes numbers. */
function ofClose<Output>(inner: Indicator<number, Output>): Indicator<Candle, Output> {
  return {
    warmup: inner.warmup,
    get value() {
      return inner.value;
    },
    update: (candle) => inner.update(candle.close),
  };
}

/** Every indicator, sorted by name. A new one is a file, its test and an entry here. */
export const INDICATORS: readonly IndicatorSpec[] = [
  {
    name: 'adx',
    summary: "Wilder's average directional index: strength of a trend, 0 to 100",
    params: period(14, 2),
    outputs: ['adx', 'plusDi', 'minusDi'],
    scale: 'own',
    create: (params) => new Adx(param(params, 'period')),
  },
  {
    name: 'atr',
    summary: "Wilder's average true range: how far a candle usually moves",
    params: period(14),
    outputs: [],
    scale: 'own',
    create: (params) => new Atr(param(params, 'period')),
  },
  {
    name: 'bollinger',
    summary: 'Mean of the closes with bands some standard deviations away',
    params: [
      ...period(20),
      {
        name: 'width',
        description: 'standard deviations from the mean to a band',
        default: 2,
        min: 0,
        max: 100,
        integer: false,
      },
    ],
    outputs: ['middle', 'upper', 'lower'],
    scale: 'price',
    create: (params) => ofClose(new Bollinger(param(params, 'period'), param(params, 'width'))),
  },
  {
    name: 'cci',
    summary: 'Commodity channel index: distance of the price from its mean in usual distances',
    params: period(20),
    outputs: [],
    scale: 'own',
    create: (params) => new Cci(param(params, 'period')),
  },
  {
    name: 'donchian',
    summary: 'Breakout channel: highest high and lowest low of the candles before this one',
    params: period(20),
    outputs: ['upper', 'lower', 'middle'],
    drawn: ['upper', 'lower'],
    scale: 'price',
    create: (params) => new Donchian(param(params, 'period')),
  },
  {
    name: 'ema',
    summary: 'Exponential moving average of the closes',
    params: period(20),
    outputs: [],
    scale: 'price',
    create: (params) => ofClose(new Ema(param(params, 'period'))),
  },
  {
    name: 'hma',
    summary: 'Hull moving average of the closes: smooth with little lag',
    params: period(16, 2),
    outputs: [],
    scale: 'price',
    create: (params) => ofClose(new Hma(param(params, 'period'))),
  },
  {
    name: 'macd',
    summary: 'Fast minus slow average of the closes, its signal line and the difference',
    params: [
      candles('fast', 12, 1, 'candles of the fast average'),
      candles('slow', 26, 2, 'candles of the slow average'),
      candles('signal', 9, 1, 'values in the average that makes the signal line'),
    ],
    outputs: ['line', 'signal', 'histogram'],
    scale: 'own',
    fault: (params) =>
      param(params, 'fast') < param(params, 'slow')
        ? null
        : `fast ${param(params, 'fast')} must be below slow ${param(params, 'slow')}`,
    create: (params) =>
      ofClose(new Macd(param(params, 'fast'), param(params, 'slow'), param(params, 'signal'))),
  },
  {
    name: 'mfi',
    summary: 'Money flow index: share of the money that flowed on rising prices, 0 to 100',
    params: period(14),
    outputs: [],
    scale: 'own',
    create: (params) => new Mfi(param(params, 'period')),
  },
  {
    name: 'obv',
    summary: 'On-balance volume: volume added on rising closes, subtracted on falling ones',
    params: [],
    outputs: [],
    scale: 'own',
    create: () => new Obv(),
  },
  {
    name: 'roc',
    summary: 'Rate of change of the closes in percent',
    params: period(10),
    outputs: [],
    scale: 'own',
    create: (params) => ofClose(new Roc(param(params, 'period'))),
  },
  {
    name: 'rsi',
    summary: "Wilder's relative strength index of the closes, 0 to 100; flat is 50",
    params: period(14),
    outputs: [],
    scale: 'own',
    create: (params) => ofClose(new Rsi(param(params, 'period'))),
  },
  {
    name: 'sma',
    summary: 'Simple moving average of the closes',
    params: period(20),
    outputs: [],
    scale: 'price',
    create: (params) => ofClose(new Sma(param(params, 'period'))),
  },
  {
    name: 'standard-deviation',
    summary: 'Population standard deviation of the closes',
    params: period(20),
    outputs: [],
    scale: 'own',
    create: (params) => ofClose(new StandardDeviation(param(params, 'period'))),
  },
  {
    name: 'stochastic',
    summary: 'Where the close stands in the recent range, 0 to 100, and its average',
    params: [
      candles('kPeriod', 14, 1, 'candles of the range'),
      candles('smooth', 3, 1, 'values in the average that makes k; 1 is the fast form'),
      candles('dPeriod', 3, 1, 'values in the average that makes d'),
    ],
    outputs: ['k', 'd'],
    scale: 'own',
    create: (params) =>
      new Stochastic({
        kPeriod: param(params, 'kPeriod'),
        smooth: param(params, 'smooth'),
        dPeriod: param(params, 'dPeriod'),
      }),
  },
  {
    name: 'swing',
    summary: 'Last confirmed swing high and low, and how many candles ago they were',
    params: [
      candles('left', 3, 1, 'candles before a pivot that do not go beyond it'),
      candles('right', 3, 1, 'candles after a pivot that confirm it'),
    ],
    outputs: ['high', 'highAge', 'low', 'lowAge'],
    drawn: ['high', 'low'],
    scale: 'price',
    create: (params) => new Swing(param(params, 'left'), param(params, 'right')),
  },
  {
    name: 'vwap',
    summary: 'Rolling average of the typical price, weighted with volume',
    params: period(20),
    outputs: [],
    scale: 'price',
    create: (params) => new Vwap(param(params, 'period')),
  },
  {
    name: 'wma',
    summary: 'Linearly weighted moving average of the closes',
    params: period(20),
    outputs: [],
    scale: 'price',
    create: (params) => ofClose(new Wma(param(params, 'period'))),
  },
];
