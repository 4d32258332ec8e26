/** What others do with the account, and what the exchange says of it (F21 to F26, F38, F45). */
import { decimal, toText } from '../../../src/domain/decimal.ts';
import type { RejectCode } from '../../../src/domain/record.ts';
import { MINUTE_MS } from '../../../src/domain/time.ts';
import { makers } from '../../simulation/order-makers.ts';
import type { Scenario } from '../../simulation/scenario.ts';
import { isReducing } from './executions.ts';
import type { FaultScenario } from './scenario-kit.ts';

const SYMBOL = 'BTC/USDT';
/** Strategies that try something at every print. */
const EAGER = { runtimes: makers(5, 1), limits: { rejectionCount: 3, incidentSeconds: 3_600 } };

/** The exchange refuses every create for ten minutes: a few tries, then the strategies rest. */
async function playRefusals(
  s: Scenario,
  refusal: { readonly code: RejectCode; readonly reason: string },
): Promise<void> {
  await s.run(30_000);
  const before = s.created('entry');
  s.world.exchange.refuseCreates(refusal);
  await s.run(10 * MINUTE_MS);
  const tries = s.created('entry') - before;
  s.check(tries <= 3 * 3 + 3, `${tries} creates that are all refused: ${refusal.code}`);
  s.check(s.records('breakerTripped').length > 0, 'no breaker tripped');
}

export const ACCOUNT_ROWS: readonly FaultScenario[] = [
  {
    row: 21,
    name: 'an order by hand on the web is shown and never canceled, whatever is stopped',
    async play(s) {
      const order = { symbol: SYMBOL, side: 'buy', type: 'limit' } as const;
      const price = decimal('15000');
      s.world.exchange.placeOutside({ ...order, price, quantity: decimal('0.01') });
      const shown = () => s.money.externals.size === 1;
      s.check(await s.until(shown, 40_000), 'it is not shown');
      s.command({ kind: 'cancelAll', symbol: null });
      s.command({ kind: 'halt', reason: 'a test' });
      await s.run(10_000);
      s.command({ kind: 'flatten', reason: 'a test' });
      await s.run(30_000);
      const open = s.world.exchange.openOrders();
      s.check(open.ok && open.value.length === 1, 'it was canceled');
    },
  },
  {
    row: 22,
    name: 'our position is closed on the web: noticed, nothing opened there, the operator decides',
    async play(s) {
      s.order();
      await s.run(2_000);
      s.world.exchange.closeOutside(SYMBOL);
      const seen = () => s.money.drifts.has(SYMBOL);
      s.check(await s.until(seen, 90_000), 'nobody noticed');
      s.check(isReducing(s), `${SYMBOL} may still be bought`);
      s.check(s.records('drifted').length > 0, 'it is not in the journal');
      s.command({ kind: 'decideDrift', symbol: SYMBOL, decision: { ledger: 'manual' } });
      const ended = () => !s.money.drifts.has(SYMBOL);
      s.check(await s.until(ended, 90_000), 'the decision did not end it');
      await s.settle();
      s.checkHoldings();
    },
  },
  {
    row: 23,
    name: 'deposits, withdrawals and dust are no trades',
    async play(s) {
      const { exchange } = s.world;
      s.order();
      await s.run(2_000);
      for (const amount of ['250', '-100', '0.01', '-0.01']) {
        exchange.deposit('USDT', decimal(amount));
        await s.run(5_000);
      }
      exchange.deposit('BTC', decimal('0.00003'));
      await s.run(70_000);
      s.check(s.money.drifts.size === 0, 'dust is called a drift');
      s.check(s.records('fill').length === 1, 'it became a trade');
      s.check(!isReducing(s), `the account is ${s.state}`);
    },
  },
  {
    row: 24,
    name: 'the price grid changes while strategies run: a few refusals, then they are stopped',
    options: EAGER,
    play: (s) => playRefusals(s, { code: 'TICK_SIZE', reason: 'price is not a multiple of 10' }),
  },
  {
    row: 26,
    name: 'a hundred refusals for want of money are three',
    options: EAGER,
    play: (s) => playRefusals(s, { code: 'INSUFFICIENT_FUNDS', reason: 'free 0 USDT' }),
  },
  {
    row: 38,
    name: 'a market is closed: what is open ends, entries stop, the rest goes on',
    options: EAGER,
    async play(s) {
      await s.run(30_000);
      const before = s.created('entry');
      s.world.exchange.refuseCreates({ code: 'UNKNOWN_SYMBOL', reason: 'market is halted' });
      s.world.exchange.cancelAll(({ symbol }) => symbol === SYMBOL);
      await s.run(5 * MINUTE_MS);
      const tries = s.created('entry') - before;
      s.check(tries <= 3 * 3 + 3, `${tries} creates on a market that is closed`);
      const open = [...s.money.working.values()].filter(({ symbol }) => symbol === SYMBOL);
      s.check(
        open.every(({ role }) => role !== 'entry'),
        'entries still work here',
      );
      s.world.exchange.refuseCreates(null);
      for (const strategyId of ['maker-a', 'maker-b', 'maker-c']) {
        s.command({ kind: 'toggleStrategy', strategyId, enabled: false });
      }
      // Protection that was refused is tried again ten minutes later at the latest.
      await s.settle(12 * MINUTE_MS);
    },
  },
  {
    row: 45,
    name: 'answers and messages hold other accounts and markets: none of it is believed',
    async play(s) {
      s.world.plan.rates = { foreignAnswer: 0.3, foreignMessage: 0.3 };
      for (let i = 0; i < 20; i++) {
        s.tryOrder({ side: i % 3 === 2 ? 'sell' : 'buy', quantity: decimal('0.002') });
        await s.run(3_000);
      }
      const strangers = s.records('fill').filter(({ id }) => id.includes('stranger'));
      s.check(strangers.length === 0, 'a stranger’s fill was booked');
      await s.settle();
      s.checkHoldings();
      const usdt = s.money.balances.get('USDT')?.total;
      s.check(usdt !== undefined && !toText(usdt).startsWith('98'), 'a stranger’s money is ours');
    },
  },
];
