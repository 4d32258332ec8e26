import {
  abandonedbaby,
  bearishengulfingpattern,
  bearishharami,
  bearishharamicross,
  bullishengulfingpattern,
  bullishharami,
  bullishharamicross,
  darkcloudcover,
  doji,
  downsidetasukigap,
  dragonflydoji,
  eveningdojistar,
  eveningstar,
  gravestonedoji,
  hammerpattern,
  hangingman,
  morningdojistar,
  morningstar,
  piercingline,
  shootingstar,
  threeblackcrows,
  threewhitesoldiers,
  tweezerbottom,
  tweezertop,
} from 'technicalindicators';
import type { Candle } from '../../domain/candle.ts';

export interface CandlePattern {
  /** Such as `bullish engulfing`. */
  readonly name: string;
  readonly bias: 'bullish' | 'bearish' | 'neutral';
}

interface PatternTest extends CandlePattern {
  readonly matches: typeof doji;
}

/** Candles before the pattern's last one that say how large a candle usually is; TA-Lib's ten. */
const USUAL_CANDLES = 10;
/** Candles of the longest pattern: three of a trend, the hammer and its confirmation. */
const LONGEST_PATTERN = 5;

/** Candles that `findPattern` looks at: the last one and what came before it. */
export const PATTERN_WINDOW = USUAL_CANDLES + 1;

/** Where prices are moved to, in usual candles: the library then calls equal what is 0.1 apart. */
const HEIGHT = 100;

/**
 * First match wins: more candles before fewer, the special case before the general one. Left out:
 * spinning tops (half of all candles are one, and the bearish one measures the whole range as its
 * lower shadow), marubozu and the single hammer sticks (a tenth of all candles, of any size), and
 * the hammers and stars that nothing has confirmed.
 */
const PATTERNS: readonly PatternTest[] = [
  { name: 'hammer', bias: 'bullish', matches: hammerpattern },
  { name: 'hanging man', bias: 'bearish', matches: hangingman },
  { name: 'shooting star', bias: 'bearish', matches: shootingstar },
  { name: 'tweezer bottom', bias: 'bullish', matches: tweezerbottom },
  { name: 'tweezer top', bias: 'bearish', matches: tweezertop },
  { name: 'abandoned baby', bias: 'bullish', matches: abandonedbaby },
  { name: 'morning doji star', bias: 'bullish', matches: morningdojistar },
  { name: 'evening doji star', bias: 'bearish', matches: eveningdojistar },
  { name: 'morning star', bias: 'bullish', matches: morningstar },
  { name: 'evening star', bias: 'bearish', matches: eveningstar },
  { name: 'three white soldiers', bias: 'bullish', matches: threewhitesoldiers },
  { name: 'three black crows', bias: 'bearish', matches: threeblackcrows },
  // Continues a fall, as in the literature; the library counts it among the bullish ones.
  { name: 'downside tasuki gap', bias: 'bearish', matches: downsidetasukigap },
  { name: 'bullish engulfing', bias: 'bullish', matches: bullishengulfingpattern },
  { name: 'bearish engulfing', bias: 'bearish', matches: bearishengulfingpattern },
  { name: 'piercing line', bias: 'bullish', matches: piercingline },
  { name: 'dark cloud cover', bias: 'bearish', matches: darkcloudcover },
  { name: 'bullish harami cross', bias: 'bullish', matches: bullishharamicross },
  { name: 'bearish harami cross', bias: 'bearish', matches: bearishharamicross },
  { name: 'bullish harami', bias: 'bullish', matches: bullishharami },
  { name: 'bearish harami', bias: 'bearish', matches: bearishharami },
  { name: 'dragonfly doji', bias: 'bullish', matches: dragonflydoji },
  { name: 'gravestone doji', bias: 'bearish', matches: gravestonedoji },
  { name: 'doji', bias: 'neutral', matches: doji },
];

/** Names of the patterns that `findPattern` knows. */
export const PATTERN_NAMES: readonly string[] = PATTERNS.map(({ name }) => name);

/**
 * The candlestick pattern that the last of these finished candles completes, by the definitions of
 * `technicalindicators`; null where there is none, or fewer than PATTERN_WINDOW candles.
 *
 * The library calls two prices equal when they are 0.1 % of the price apart, which is a whole
 * candle on minutes: nine of ten were a doji. So prices are first measured in usual candles (mean
 * high to low of the ten before the last one) and equal is what is a tenth of one apart, TA-Lib's
 * measure of a doji and of a very short shadow. Comparisons and midpoints are not changed by that.
 *
 * Beside TA-Lib: engulfing is the same. Piercing line, dark cloud cover, harami and crows need no
 * long body; a harami's high must stay below the first one's, after a rise also its low above the
 * first open. A doji that is a dragonfly or gravestone is not a plain one as well. Stars need gaps
 * between the whole candles and close beyond the first one's middle; TA-Lib asks for a gap of
 * bodies and three tenths. A hammer's shadow needs half a body, may be above or below, comes after
 * two closes of a trend, and counts with the next candle's confirmation, on which it is marked.
 */
export function findPattern(candles: readonly Candle[]): CandlePattern | null {
  const last = candles.at(-1);
  if (last === undefined || candles.length < PATTERN_WINDOW) return null;
  let usual = 0;
  for (const { high, low } of candles.slice(-PATTERN_WINDOW, -1)) usual += high - low;
  usual /= USUAL_CANDLES;
  if (!(usual > 0)) return null;
  const measured = (price: number): number => HEIGHT + (price - last.close) / usual;
  const newest = candles.slice(-LONGEST_PATTERN);
  const data = {
    open: newest.map(({ open }) => measured(open)),
    high: newest.map(({ high }) => measured(high)),
    low: newest.map(({ low }) => measured(low)),
    close: newest.map(({ close }) => measured(close)),
    reversedInput: false,
  };
  const found = PATTERNS.find(({ matches }) => matches(data));
  return found ? { name: found.name, bias: found.bias } : null;
}
