/** What others do with the account, and what the exchange says of it (F21 to F24, F26, F38, F45). */
import { type Decimal, decimal } from '../../../src/domain/decimal.ts';
import type { WireFault } from './wire-fault.ts';
import { SYMBOL } from './wire-scenario.ts';

export const ACCOUNT_ROWS: readonly WireFault[] = [
  {
    row: 21,
    name: 'an order by hand on the web is shown and never canceled, whatever is stopped',
    async play(s) {
      const order = { symbol: SYMBOL, side: 'buy', type: 'limit' } as const;
      const price = s.priceAt(0.8);
      const id = s.control.placeOutside('main', { ...order, price, quantity: decimal('0.01') });
      await s.expect(() => s.view.truth.externalOrders.length === 1, 'it is not shown');
      s.send({ kind: 'cancelAll', symbol: null });
      s.send({ kind: 'halt', reason: 'a proof' });
      await s.run(5_000);
      s.send({ kind: 'flatten', reason: 'a proof' });
      await s.run(10_000);
      const there = s.control.dump('main').orders.find((one) => one.venueOrderId === id);
      s.check(there?.status === 'open', `it is ${there?.status ?? 'gone'}`);
      await s.settle();
    },
  },
  {
    row: 22,
    name: 'our position is closed on the web: noticed, nothing opened there, the operator decides',
    async play(s) {
      const order = await s.order();
      await s.expectStatus(order, 'filled');
      s.check(s.control.closeOutside('main', SYMBOL), 'the exchange closed nothing');
      const isSeen = () => s.view.truth.drifts.some(({ symbol }) => symbol === SYMBOL);
      await s.expect(isSeen, 'nobody noticed');
      s.check(s.tryOrder() === null, 'an entry was made');
      s.send({ kind: 'decideDrift', symbol: SYMBOL, decision: { ledger: 'manual' } });
      await s.expect(() => !isSeen(), 'the decision did not end it');
      await s.settle();
    },
  },
  {
    row: 23,
    name: 'deposits and withdrawals are no trades',
    async play(s) {
      const order = await s.order();
      await s.expectStatus(order, 'filled');
      for (const amount of ['250', '-100', '0.01', '-0.01']) {
        s.control.deposit('main', 'USDT', amount);
        await s.run(2_000);
      }
      await s.run(40_000);
      s.check(s.view.truth.drifts.length === 0, 'it is called a drift');
      await s.expect(() => s.state === 'running', `the account is ${s.state}`);
      await s.settle();
    },
  },
  {
    row: 24,
    name: 'the price grid changes while orders are made: refused once, then the new grid is known',
    async play(s) {
      const old = await s.resting();
      const coarse = toCoarser(s.market.tickSize);
      s.control.setFilters(SYMBOL, { tickSize: coarse });
      const odd = decimal(`${Math.floor(s.price * 0.9)}.01`);
      const refused = await s.order({ type: 'limit', price: odd });
      await s.expectStatus(refused, 'rejected');
      await s.expect(() => s.records('marketsChanged').length === 1, 'the grid is not looked at');
      const next = await s.press({ type: 'limit', price: odd });
      if (next) await s.expectStatus(next, 'accepted');
      s.check(s.sent('create').length <= 3, 'it goes on trying');
      s.send({ kind: 'cancelOrder', orderId: old.id });
      await s.settle();
    },
  },
  {
    row: 26,
    name: 'money is gone: one refusal a try, the balance is read anew, nothing spins',
    async play(s) {
      s.control.spoilUserEvents({ lose: 100 });
      s.control.deposit('main', 'USDT', '-9990');
      const order = await s.order();
      await s.expectStatus(order, 'rejected');
      await s.run(20_000);
      s.check(s.sent('create').length === 1, `${s.sent('create').length} creates`);
      await s.settle();
    },
  },
  {
    row: 38,
    name: 'a market is delisted: what is open ends, nothing is opened there any more',
    async play(s) {
      const order = await s.resting();
      s.control.setStatus(SYMBOL, 'delisted');
      await s.expectStatus(order, 'canceled');
      const refused = await s.press();
      if (refused) await s.expectStatus(refused, 'rejected');
      await s.expect(() => s.records('marketsChanged').length === 1, 'nobody noticed');
      s.check(s.tryOrder() === null, 'entries go on');
      s.check(s.sent('create').length <= 2, `${s.sent('create').length} creates`);
      s.control.setStatus(SYMBOL, 'trading');
      await s.settle();
    },
  },
  {
    row: 45,
    name: 'answers and messages hold other markets and orders: none of it is believed',
    async play(s) {
      const names = { binance: ['BTCUSDT', 'ETHUSDT'], kraken: ['BTC/USDT', 'ETH/USDT'] } as const;
      const [from, to] = names[s.dialect];
      for (let i = 0; i < 6; i++) {
        s.fault('create', { fault: 'replace', from, to, chance: 0.5 });
        s.fault('fills', { fault: 'replace', from, to, chance: 0.5 });
        s.control.spoilMessage({ fault: 'replace', contains: 'executionReport', from, to });
        s.control.spoilMessage({ fault: 'replace', contains: 'executions', from, to });
        await s.press({ side: i % 3 === 2 ? 'sell' : 'buy', quantity: decimal('0.001') });
        await s.run(3_000);
      }
      s.check(s.held('ETH/USDT') === '0', 'another market was booked');
      await s.settle();
      s.check(s.figures().fills >= 3, `only ${s.figures().fills} fills`);
    },
  },
];

const toCoarser = (tick: Decimal): string => (tick === decimal('0.1') ? '10' : '1');
