/** Market data that are old, wrong or wild, at the exchange itself (F35, F39 to F41). */
import type { MessageRule } from '../../../src/exchange/emulator/faults.ts';
import type { WireFault } from './wire-fault.ts';
import { SYMBOL, type WireScenario } from './wire-scenario.ts';

/** Sockets and addresses of market data alone. */
const PUBLIC = {
  binance: {
    sockets: ['/stream', '/ws/'],
    paths: ['/depth', 'klines', 'rades', '/ticker'],
  },
  kraken: { sockets: ['/ws/public'], paths: ['/0/public/'] },
} as const;

const MANY = 10_000;

/** How prices, quantities and times of prints and books begin on the wire. */
const FIELDS = {
  binance: { print: '"p":"', amount: '"q":"', time: '"T":1', book: '[["', bad: '' },
  kraken: {
    print: '"price":',
    amount: '"qty":',
    time: '"timestamp":"20',
    book: '"price":',
    bad: '',
  },
} as const;

function spoil(s: WireScenario, from: string, to: string): void {
  const rule: Omit<MessageRule, 'path'> = { fault: 'replace', from, to, contains: from };
  for (const path of PUBLIC[s.dialect].sockets) {
    s.control.spoilMessage({ ...rule, path, times: MANY });
  }
}

const lastPrice = (s: WireScenario): number =>
  s.view.markets.find(({ symbol }) => symbol === SYMBOL)?.lastPrice ?? 0;

/** Is the price here the one there, as far as a moving market allows? */
const isTrue = (s: WireScenario): boolean => Math.abs(lastPrice(s) / s.price - 1) < 0.2;

/** While it lasts no price of it is taken; after it orders are made as before. */
async function believeNothing(s: WireScenario, ms: number): Promise<void> {
  const end = performance.now() + ms;
  const isOver = () => performance.now() > end;
  await s.until(() => isOver() || !isTrue(s));
  s.check(isTrue(s), `${lastPrice(s)} is the last price, ${s.price} there`);
  s.check(Math.abs(s.view.now - s.emulator.core.clock.now()) < 60_000, 'time jumped');
  s.control.clear();
  s.control.dropSockets('terminate');
  await s.run(3_000);
  let order = await s.press();
  await s.expect(() => (order ??= s.tryOrder()) !== null, 'good data are not believed');
  await s.settle();
}

export const PRICES: readonly WireFault[] = [
  {
    row: 35,
    name: 'prices stand still while the account is heard: no entry, the account stays known',
    options: { limits: { staleSeconds: 20 } },
    async play(s) {
      const order = await s.resting();
      const { sockets, paths } = PUBLIC[s.dialect];
      for (const path of sockets) s.control.silence(path, true);
      for (const path of paths) {
        s.control.fault({ fault: 'status', status: 503, body: 'down', path, times: MANY });
      }
      const isStale = () => s.view.exchange?.data.by !== 'stream';
      await s.expect(isStale, 'it is not shown');
      await s.run(21_000);
      const sent = s.sent('create').length;
      s.check(s.tryOrder() === null, 'an entry was made on an old price');
      s.fillPart(order, '0.0005');
      const isHeard = () => s.records('fill').length === 1;
      await s.expect(isHeard, 'the account is not heard', 40_000);
      s.check(s.sent('create').length === sent, 'an entry left');
      s.control.clear();
      await s.expect(() => s.tryOrder() !== null, 'fresh prices are not believed');
      await s.settle();
    },
  },
  {
    row: 39,
    name: 'impossible prices and quantities: none is taken, and good data are good again',
    async play(s) {
      const { print, amount, book } = FIELDS[s.dialect];
      const bad = s.dice.pick(['-', '1e308', '0.0e', '-1e9']);
      spoil(s, s.dice.pick([print, amount, book]), s.dice.pick([print, amount]) + bad);
      await believeNothing(s, 15_000);
    },
  },
  {
    row: 40,
    name: 'a crash of 60 % within a second and back: the loss limit trips once, nothing is chased',
    options: { limits: { dailyLossFraction: 0.05 } },
    async play(s) {
      const order = await s.order({ quantity: s.quantityFor(2_000) });
      await s.expectStatus(order, 'filled');
      const { price } = s;
      const sent = s.sent('create').length;
      s.control.setPrice(SYMBOL, Math.round(price * 0.4));
      await s.expect(() => s.state !== 'running', 'entries go on');
      s.control.setPrice(SYMBOL, Math.round(price));
      await s.run(5_000);
      const trips = s.records('breakerTripped').filter(({ breaker }) => breaker === 'dailyLoss');
      s.check(trips.length === 1, `the loss limit tripped ${trips.length} times`);
      s.check(s.tryOrder() === null, 'an entry was made after the loss limit');
      s.check(s.sent('create').length === sent, 'an order was made in the crash');
      await s.settle();
    },
  },
  {
    row: 41,
    name: 'data of next year and of the last century are dropped',
    async play(s) {
      const { time } = FIELDS[s.dialect];
      spoil(
        s,
        time,
        s.dialect === 'binance'
          ? s.dice.pick(['"T":9', '"T":'])
          : s.dice.pick(['"timestamp":"19', '"timestamp":"99']),
      );
      await believeNothing(s, 15_000);
    },
  },
];
