import { type Decimal, toNumber, toText } from '../../../src/domain/decimal.ts';
import type { Market } from '../../../src/domain/market.ts';
import { type VenueBench, describeVenueContract } from '../../contracts/venue-contract.ts';
import { Harness, PERPETUAL, SPOT, orderOf } from './harness.ts';

function benchOf(market: Market, trade: (harness: Harness, price: number) => void): VenueBench {
  const harness = new Harness({ model: { latencyMs: 20 } });
  let sequence = 0;
  return {
    venue: harness.venue,
    market,
    answers: harness.answers,
    order: ({ quantity, price, ...rest }) =>
      orderOf(
        {
          id: `c${++sequence}`,
          symbol: market.symbol,
          quantity: toText(quantity),
          ...(price === undefined ? {} : { price: toText(price) }),
          ...rest,
        },
        harness.time,
      ),
    trade: (price: Decimal) => {
      trade(harness, toNumber(price));
      return Promise.resolve();
    },
    settle: () => {
      harness.advance(20);
      return Promise.resolve();
    },
  };
}

for (const market of [SPOT, PERPETUAL]) {
  const { symbol } = market;
  describeVenueContract(`the simulated venue on candles of ${symbol}`, () =>
    Promise.resolve(
      benchOf(market, (harness, price) => harness.candle([price, price, price, price], { symbol })),
    ),
  );
  describeVenueContract(`the simulated venue on a book of ${symbol}`, () =>
    Promise.resolve(
      benchOf(market, (harness, price) => {
        harness.book([[price - 1, 1e6]], [[price, 1e6]], symbol);
        harness.trade(price, 1e6, 'sell', symbol);
      }),
    ),
  );
  describeVenueContract(`the simulated venue on trades of ${symbol}`, () =>
    Promise.resolve(benchOf(market, (harness, price) => harness.trade(price, 1e6, 'sell', symbol))),
  );
}
