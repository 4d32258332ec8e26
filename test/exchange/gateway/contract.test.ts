// The order manager keeps the contract that the engine relies on, at an exchange of its own books.
import { toNumber } from '../../../src/domain/decimal.ts';
import type { Market } from '../../../src/domain/market.ts';
import type { AccountRecord } from '../../../src/domain/record.ts';
import { type VenueBench, describeVenueContract } from '../../contracts/venue-contract.ts';
import { PERPETUAL, SPOT } from '../../support/builders.ts';
import { practice } from '../practice/practice-kit.ts';
import { GatewayBench } from './bench.ts';

function benchOf(market: Market): VenueBench {
  const { clock, wire, book } = practice({ usdt: '10000' });
  const bench = new GatewayBench({ clock, ports: { client: wire.connect() } });
  bench.gateway.start();
  const settle = () => {
    bench.gateway.requestReport('the contract looks');
    bench.pass(5_000);
    return Promise.resolve();
  };
  return {
    venue: bench.gateway,
    market,
    get answers(): readonly AccountRecord[] {
      return bench.records();
    },
    order: ({ price, ...rest }) => ({
      ...bench.create({ symbol: market.symbol, price: price ?? null, ...rest }),
    }),
    trade: (price) => {
      book(toNumber(price), market.symbol);
      return settle();
    },
    settle,
  };
}

for (const market of [SPOT, PERPETUAL]) {
  describeVenueContract(`the order manager on ${market.symbol}`, () =>
    Promise.resolve(benchOf(market)),
  );
}
