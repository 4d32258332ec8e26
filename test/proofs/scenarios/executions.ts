/** Fills that come twice, late, never or too large, and what is left over (F13 to F16, F25, F42). */
import { decimal, toText } from '../../../src/domain/decimal.ts';
import type { FaultRates } from '../../../src/exchange/practice/faults.ts';
import type { Scenario } from '../../simulation/scenario.ts';
import type { FaultScenario } from './scenario-kit.ts';

/** Twenty small orders of both sides, some of them resting and canceled. */
async function trade(s: Scenario, rates: FaultRates): Promise<void> {
  s.world.plan.rates = rates;
  for (let i = 0; i < 20; i++) {
    const side = i % 4 === 3 ? 'sell' : 'buy';
    const quantity = decimal(`0.00${1 + (i % 5)}`);
    if (i % 5 === 4) {
      const { id } = s.limit('19900', { quantity });
      await s.run(s.dice.between(10, 3_000));
      if (s.money.working.has(id)) s.command({ kind: 'cancelOrder', orderId: id });
      // What is not booked yet may not be sold: denied, and the next one counts.
    } else s.tryOrder({ side, quantity });
    await s.run(s.dice.between(10, 6_000));
    s.market.set('BTC/USDT', 20_000 + s.dice.between(-80, 80));
  }
}

const afterTrading =
  (rates: FaultRates) =>
  async (s: Scenario): Promise<void> => {
    await trade(s, rates);
    await s.settle();
    s.checkHoldings();
    s.check(s.oracles.fills >= 10, `only ${s.oracles.fills} fills`);
  };

export const EXECUTIONS: readonly FaultScenario[] = [
  {
    row: 13,
    name: 'every second message comes twice, and the account is read as well',
    play: afterTrading({ messageTwice: 0.5 }),
  },
  {
    row: 14,
    name: 'a fifth of the messages is lost: what is missing is read within half a minute',
    play: afterTrading({ messageLost: 0.2 }),
  },
  {
    row: 15,
    name: 'messages come late and out of order: nothing ended works again, no fill is lost',
    play: afterTrading({ messageLate: 0.6, slow: 0.2 }),
  },
  {
    row: 16,
    name: 'an order is filled and its fills are not listed: inferred once, then replaced',
    async play(s) {
      s.script('message', null, 'messageLost', 'messageLost');
      for (let i = 0; i < 6; i++) s.script('fills', 'noFills');
      s.order();
      const inferred = () => s.records('fill').some((fill) => fill.inferred);
      s.check(await s.until(inferred, 60_000), 'nothing was inferred');
      s.check(s.held() === '0.05', `held is ${s.held()}`);
      await s.settle();
      s.check(s.records('fillsReplaced').length === 1, 'it was not replaced');
      s.check(s.held() === '0.05', `held is ${s.held()} after the replacement`);
      s.checkHoldings();
    },
  },
  {
    row: 25,
    name: 'a rest below the smallest order is dust: shown, and not tried again and again',
    async play(s) {
      s.order({ quantity: decimal('0.0502') });
      await s.run(2_000);
      s.order({ side: 'sell', quantity: decimal('0.05') });
      await s.run(2_000);
      s.check(s.held() === '0.0002', `held is ${s.held()}`);
      const before = s.sent('create');
      s.command({ kind: 'flatten', reason: 'enough' });
      await s.run(60_000);
      s.check(s.sent('create') === before, `${s.sent('create') - before} tries to close dust`);
      s.check(s.state === 'halted', `the account is ${s.state}`);
      s.check(/dust/.test(s.money.trading.reason), `nobody is told: ${s.money.trading.reason}`);
      await s.settle();
    },
  },
  {
    row: 42,
    name: 'the exchange executes more than was ordered: booked as it is, reducing, alarm',
    async play(s) {
      const order = s.order();
      await s.run(2_000);
      const there = s.there(order);
      s.check(there !== null, 'the exchange has forgotten it');
      s.world.exchange.overfill(there?.venueOrderId ?? '', decimal('0.02'));
      await s.run(3_000);
      s.check(s.held() === '0.07', `held is ${s.held()}`);
      s.check(isReducing(s), `the account is ${s.state}`);
      s.check(s.said(/overfill|more than/i), 'nobody was alarmed');
      await s.settle();
      s.checkHoldings();
    },
  },
  {
    row: 43,
    name: 'funding is paid and a position is liquidated: no trade of ours, alarm',
    async play(s) {
      const symbol = 'ETH/USDT:USDT';
      s.order({ symbol, quantity: decimal('1') });
      await s.run(2_000);
      const time = s.world.clock.now();
      const mark = { kind: 'mark', symbol, time, markPrice: 1_500, fundingRate: 0.001 } as const;
      s.world.exchange.onMarket(mark);
      await s.run(35_000);
      s.check(s.state === 'running', `after funding the account is ${s.state}`);
      s.world.exchange.closeOutside(symbol);
      const seen = () => s.money.drifts.has(symbol);
      s.check(await s.until(seen, 90_000), 'nobody noticed the liquidation');
      s.check(isReducing(s, symbol), `${symbol} may still be bought`);
      s.check(toText(s.heldThere(symbol)) === '0', 'it is not closed there');
      await s.settle();
    },
  },
];

/** May nothing be opened in a symbol? */
export function isReducing(s: Scenario, symbol = 'BTC/USDT'): boolean {
  const scope = s.money.scopes.get(`symbol ${symbol}`)?.state ?? 'running';
  return s.state !== 'running' || scope !== 'running';
}
