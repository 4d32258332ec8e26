import { expect, test } from 'vitest';

import { required } from '../../../src/domain/errors.ts';
import { DemoBook } from '../../../src/exchange/demo/levels.ts';
import { DEMO_SPECS } from '../../../src/exchange/demo/markets.ts';
import { DemoTape } from '../../../src/exchange/demo/tape.ts';

test('a market too quiet to print still prints once a minute, so no candle is missing', () => {
  const book = new DemoBook(required(DEMO_SPECS[0], 'spec'), 1);
  const tape = new DemoTape(book, 1);
  const seconds: number[] = [];
  for (let second = 600; second < 780; second++) {
    book.place({ second, mid: 67_000, volatility: 1 });
    // Volatility -1 brings the rate of prints to nothing.
    tape.draw({ second, push: 0, volatility: -1 });
    if (tape.count > 0) seconds.push(second);
  }
  expect(seconds).toEqual([659, 719, 779]);
});
