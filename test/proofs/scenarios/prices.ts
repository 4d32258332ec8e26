/** Market data that is old, wrong or wild (F35, F39 to F41). */
import { decimal } from '../../../src/domain/decimal.ts';
import type { MarketEvent } from '../../../src/domain/event.ts';
import { DAY_MS, MINUTE_MS } from '../../../src/domain/time.ts';
import type { Scenario } from '../../simulation/scenario.ts';
import type { FaultScenario } from './scenario-kit.ts';

const SYMBOL = 'BTC/USDT';
const lastOf = (s: Scenario): number =>
  s.process.run.state.market.symbols.get(SYMBOL)?.lastPrice ?? 0;

/** Is an order that is asked for now denied? */
const isDenied = (s: Scenario): boolean => s.tryOrder() === null;

export const PRICES: readonly FaultScenario[] = [
  {
    row: 35,
    name: 'prices stand still while the account is heard: no entry, stops at the exchange stay',
    async play(s) {
      s.order({ stopPrice: decimal('19000') });
      await s.run(5_000);
      s.market.frozen.add(SYMBOL);
      await s.run(3 * MINUTE_MS);
      s.check(isDenied(s), 'an entry was made on an old price');
      const open = s.world.exchange.openOrders();
      s.check(open.ok && open.value.length === 1, 'the stop is gone');
      s.market.frozen.clear();
      await s.run(10_000);
      s.check(!isDenied(s), 'fresh prices are not believed');
      await s.settle();
    },
  },
  {
    row: 39,
    name: 'impossible prices: none of them is taken, and a feed that sends three is not traded on',
    async play(s) {
      const before = lastOf(s);
      for (const price of [Number.NaN, 0, -1, Infinity, 1e308]) {
        const time = s.world.clock.now();
        const trade = { time, price, quantity: 1, side: 'buy' } as const;
        s.process.drive({ kind: 'trades', symbol: SYMBOL, time, trades: [trade] });
        s.check(lastOf(s) === before, `${price} is the last price`);
      }
      s.check(isDenied(s), 'an entry was made on a feed that lies');
      await s.run(MINUTE_MS);
      s.check(!isDenied(s), 'good data does not make it good again');
      await s.settle();
    },
  },
  {
    row: 40,
    name: 'a crash of 60 % within a second and back: the loss limit trips once, nothing is chased',
    options: { limits: { dailyLossFraction: 0.004, maxNotionalFraction: 0.1 } },
    async play(s) {
      s.order({ quantity: decimal('0.2') });
      await s.run(5_000);
      const before = s.sent('create');
      s.market.set(SYMBOL, 8_000);
      await s.run(6_000);
      s.market.set(SYMBOL, 20_000);
      await s.run(30_000);
      const trips = s.records('breakerTripped').filter(({ breaker }) => breaker === 'dailyLoss');
      s.check(trips.length === 1, `the loss limit tripped ${trips.length} times`);
      s.check(s.state !== 'running', 'entries go on');
      s.check(s.sent('create') === before, `${s.sent('create') - before} orders in the crash`);
      s.check(isDenied(s), 'an entry was made after the loss limit');
      await s.settle();
    },
  },
  {
    row: 41,
    name: 'data of tomorrow and of last week is dropped',
    async play(s) {
      const { market } = s.process.run.state;
      for (const shift of [DAY_MS, -7 * DAY_MS]) {
        const now = market.now;
        const before = lastOf(s);
        const time = s.world.clock.now() + shift;
        const trade = { time, price: 12_345, quantity: 1, side: 'buy' } as const;
        const event: MarketEvent = { kind: 'trades', symbol: SYMBOL, time, trades: [trade] };
        s.process.drive(event);
        s.check(lastOf(s) === before, 'its price was taken');
        s.check(market.now - now < MINUTE_MS, 'time jumped with it');
      }
      await s.settle();
    },
  },
];
