import { describe, expect, test } from 'vitest';

import { ONE, decimal } from '../../src/domain/decimal.ts';
import { TRADING_STATES, type TradingState } from '../../src/domain/verdict.ts';
import {
  ACCOUNT,
  Desk,
  ETH,
  PERPETUAL,
  SPOT,
  hold,
  market,
  place,
  puppet,
  request,
} from '../support/builders.ts';

/** Strategy `a` is long 1 with stop 95 and target 110; the state is then set as a record. */
function heldIn(state: TradingState): Desk {
  const a = puppet();
  const desk = new Desk({
    strategies: [{ id: 'a', puppet: a, stopFraction: 0.05, targetFraction: 0.1 }],
  });
  a.next = [hold('long')];
  desk.candle(100);
  desk.candle(100);
  expect(desk.held('a')).toBe(1);
  desk.run.context.record({
    kind: 'tradingState',
    accountId: ACCOUNT,
    state,
    reason: 'test',
    by: 'engine',
  });
  return desk;
}

const EXIT = request({ strategyId: 'a', role: 'exit', side: 'sell', reason: 'out' });

/** What each state lets through (RELIABILITY 4, DECISIONS 13), written down independently. */
const ALLOWED: Record<
  TradingState,
  { [K in 'entry' | 'exit' | 'manual' | 'engine' | 'stop']: boolean }
> = {
  running: { entry: true, exit: true, manual: true, engine: true, stop: true },
  paused: { entry: false, exit: true, manual: true, engine: true, stop: true },
  reducing: { entry: false, exit: true, manual: true, engine: true, stop: true },
  recovering: { entry: false, exit: false, manual: false, engine: false, stop: true },
  halted: { entry: false, exit: false, manual: true, engine: false, stop: true },
  flattening: { entry: false, exit: false, manual: false, engine: true, stop: false },
};

describe.each(TRADING_STATES)('while %s', (state) => {
  const allowed = ALLOWED[state];

  test.each([
    ['entry', request({ strategyId: 'a' }), 'strategy'],
    ['exit', EXIT, 'strategy'],
    ['manual', EXIT, 'operator'],
    ['engine', EXIT, 'engine'],
    [
      'stop',
      { ...EXIT, role: 'protective', type: 'stop', triggerPrice: decimal('90') },
      'strategy',
    ],
  ] as const)('the review of an order of kind %s says what the table says', (kind, order, by) => {
    const desk = heldIn(state);
    const verdict = desk.run.context.review(order, by);
    expect(verdict.ok).toBe(allowed[kind]);
    if (!verdict.ok) expect(verdict.verdict).toMatchObject({ code: 'TRADING_STATE', value: state });
  });

  test('a manual entry passes only while running', () => {
    const desk = heldIn(state);
    const before = desk.of('orderCreated').length;
    desk.order({ quantity: ONE });
    expect(
      desk
        .of('orderCreated')
        .slice(before)
        .map(({ request: made }) => made.strategyId),
    ).toEqual(state === 'running' ? ['manual'] : []);
    if (state !== 'running')
      expect(desk.of('denied').at(-1)).toMatchObject({ code: 'TRADING_STATE', value: state });
  });

  test('the operator closes a position, or it keeps its protection', () => {
    if (state === 'flattening') return;
    const desk = heldIn(state);
    const protection = desk.protection('a');
    expect(protection).toEqual(['sell stop 1 at 95', 'sell limit 1 at 110']);
    desk.close();
    desk.candle(100);
    expect(desk.held('a')).toBe(allowed.manual ? 0 : 1);
    expect(desk.protection('a')).toEqual(allowed.manual ? [] : protection);
  });

  test('cancels always pass', () => {
    const desk = heldIn(state);
    const [stop] = desk.working('protective');
    if (!stop) throw new Error('no stop');
    desk.command({ kind: 'cancelOrder', orderId: stop.id });
    expect(desk.of('cancelRequested').map(({ orderId }) => orderId)).toContain(stop.id);
    expect(desk.of('canceled').map(({ orderId }) => orderId)).toContain(stop.id);
  });

  test('an armed stop fires', () => {
    const desk = heldIn(state);
    desk.candle([96, 96, 90, 91]);
    expect(desk.held('a')).toBe(0);
    const exit = desk.of('fill').at(-1);
    expect(exit).toMatchObject({ side: 'sell', quantity: ONE });
    expect(exit?.price).toBe(decimal('95'));
  });
});

describe('tightening', () => {
  const COMMANDS = [
    ['paused', { kind: 'pause', reason: 'x' }],
    ['halted', { kind: 'halt', reason: 'x' }],
    ['flattening', { kind: 'flatten', reason: 'x' }],
  ] as const;
  const cases = TRADING_STATES.flatMap((from) =>
    COMMANDS.map(([to, command]) => ({ from, to, command })),
  );

  test.each(cases)('from $from by the command of $to never loosens', ({ from, to, command }) => {
    const desk = new Desk();
    desk.candle(100);
    desk.run.context.record({
      kind: 'tradingState',
      accountId: ACCOUNT,
      state: from,
      reason: 'was',
      by: 'engine',
    });
    desk.command(command);
    const isStricter = TRADING_STATES.indexOf(to) > TRADING_STATES.indexOf(from);
    // Flattening nothing ends at once, in halted.
    const reached = to === 'flattening' ? 'halted' : to;
    expect(desk.state).toBe(isStricter || from === to ? reached : from);
  });

  test.each(['reducing', 'halted'] as const)(
    '%s is left by the typed account name only',
    (state) => {
      const desk = heldIn(state);
      desk.command({ kind: 'resume', phrase: null });
      expect(desk.state).toBe(state);
      desk.command({ kind: 'resume', phrase: 'Main' });
      expect(desk.state).toBe(state);
      expect(desk.of('commandRefused')).toHaveLength(2);
      desk.command({ kind: 'resume', phrase: ACCOUNT });
      expect(desk.state).toBe('running');
    },
  );

  test.each(['recovering', 'flattening'] as const)('%s is not left by resume', (state) => {
    const desk = heldIn(state);
    desk.run.state.market.symbols.forEach((symbol) => (symbol.lastPrice = 0));
    desk.command({ kind: 'resume', phrase: ACCOUNT });
    expect(desk.state).toBe(state);
  });

  test('paused is left without a phrase', () => {
    const desk = heldIn('paused');
    desk.command({ kind: 'resume', phrase: null });
    expect(desk.state).toBe('running');
  });

  test('halt takes entries and exits off the market and keeps protective stops', () => {
    const desk = heldIn('running');
    desk.order({ type: 'limit', price: decimal('90') });
    desk.command({ kind: 'halt', reason: 'x' });
    expect(desk.working('entry')).toEqual([]);
    expect(desk.protection('a')).toEqual(['sell stop 1 at 95', 'sell limit 1 at 110']);
  });

  test('reducing takes resting entries off the market, pausing leaves them', () => {
    const desk = heldIn('running');
    desk.order({ type: 'limit', price: decimal('90') });
    desk.command({ kind: 'pause', reason: 'x' });
    expect(desk.working('entry')).toHaveLength(1);
  });

  test('an exit that halting canceled gives the position its protection back', () => {
    const desk = heldIn('running');
    desk.close();
    expect(desk.protection('a')).toEqual([]);
    desk.command({ kind: 'halt', reason: 'x' });
    expect(desk.held('a')).toBe(1);
    expect(desk.protection('a')).toEqual(['sell stop 1 at 95', 'sell limit 1 at 110']);
  });
});

describe('flatten', () => {
  test('cancels every order, closes every ledger and ends halted', () => {
    const desk = heldIn('running');
    desk.order({ quantity: decimal('0.5') });
    desk.candle(100);
    desk.order({ type: 'limit', price: decimal('80') });
    desk.command({ kind: 'flatten', reason: 'enough' });
    expect(desk.state).toBe('flattening');
    expect(desk.working().map(({ role, strategyId }) => `${strategyId} ${role}`)).toEqual([
      'a exit',
      'manual exit',
    ]);
    desk.candle(101);
    expect([desk.held('a'), desk.held('manual'), desk.working().length]).toEqual([0, 0, 0]);
    expect(desk.money.trading).toMatchObject({
      state: 'halted',
      reason: 'flat: enough',
      by: 'engine',
    });
  });

  test.each(TRADING_STATES.filter((state) => state !== 'flattening'))('works from %s', (state) => {
    const desk = heldIn(state);
    desk.command({ kind: 'flatten', reason: 'enough' });
    desk.candle(100);
    expect([desk.held('a'), desk.state]).toEqual([0, 'halted']);
  });

  test('closes what an entry bought while its cancel was on the way, without new stops', () => {
    const a = puppet();
    const desk = new Desk({
      strategies: [{ id: 'a', puppet: a, stopFraction: 0.05 }],
      model: { latencyMs: 200 },
    });
    desk.book([[99, 9]], [[101, 9]]);
    desk.candle(100);
    a.next = [hold('long')];
    desk.candle(100);
    // Sent, not there yet; the flatten's cancel travels behind it and finds it filled.
    desk.command({ kind: 'flatten', reason: 'enough' });
    for (let n = 0; n < 5; n += 1) desk.book([[99, 9]], [[101, 9]]);
    expect(desk.of('fill').map(({ side }) => side)).toEqual(['buy', 'sell']);
    expect([desk.held('a'), desk.state, desk.working().length]).toEqual([0, 'halted', 0]);
    expect(desk.of('orderCreated').map(({ request: { role } }) => role)).toEqual(['entry', 'exit']);
    expect(desk.notices.filter((text) => text.startsWith('error'))).toEqual([]);
  });

  test('closes opposite holdings of two strategies on one perpetual', () => {
    const [a, b] = [puppet(), puppet()];
    const of = { symbol: PERPETUAL.symbol };
    const desk = new Desk({
      markets: [PERPETUAL],
      model: { leverage: 10 },
      strategies: [
        { id: 'a', puppet: a, stopFraction: 0.05, ...of },
        { id: 'b', puppet: b, stopFraction: 0.05, sizing: { kind: 'fixed', value: 3 }, ...of },
      ],
    });
    a.next = [hold('long', of)];
    b.next = [hold('short', of)];
    desk.candle(100, PERPETUAL.symbol);
    desk.candle(100, PERPETUAL.symbol);
    expect([desk.held('a', PERPETUAL.symbol), desk.held('b', PERPETUAL.symbol)]).toEqual([1, -3]);
    desk.command({ kind: 'flatten', reason: 'enough' });
    desk.candle(100, PERPETUAL.symbol);
    expect([desk.held('a', PERPETUAL.symbol), desk.held('b', PERPETUAL.symbol)]).toEqual([0, 0]);
    expect(desk.state).toBe('halted');
  });

  test('gives up with an alarm after six refusals, seconds apart, and arms protection again', () => {
    const desk = heldIn('running');
    const { venue } = desk.run;
    const sent: number[] = [];
    venue.submit = (order) => {
      if (order.role === 'exit') {
        sent.push(desk.run.state.market.now);
        desk.tell({ kind: 'rejected', orderId: order.id, code: 'NO_LIQUIDITY', reason: 'no book' });
      } else desk.tell({ kind: 'accepted', orderId: order.id, venueOrderId: `v-${order.id}` });
    };
    desk.command({ kind: 'flatten', reason: 'enough' });
    expect(sent).toHaveLength(1);
    for (let n = 0; n < 90; n += 1) desk.book([[99, 9]], [[101, 9]]);
    const gaps = sent.slice(1).map((time, n) => time - (sent[n] ?? 0));
    expect(sent).toHaveLength(6);
    expect(gaps.every((gap, n) => gap >= 1000 * 2 ** n)).toBe(true);
    expect(desk.state).toBe('halted');
    expect(desk.money.trading.reason).toBe('NOT FLAT, still 1 BTC/USDT: enough');
    expect(desk.notices).toContain('error NOT FLAT, still 1 BTC/USDT: enough');
    expect(desk.protection('a')).toEqual(['sell stop 1 at 95', 'sell limit 1 at 110']);
  });

  test('calls what no order can close dust, names it and ends', () => {
    const desk = new Desk({ markets: [market({ minNotional: decimal('50') })] });
    desk.candle(100);
    desk.order({ quantity: ONE });
    desk.candle(100);
    desk.candle(40);
    desk.command({ kind: 'flatten', reason: 'enough' });
    expect(desk.money.trading).toMatchObject({
      state: 'halted',
      reason: 'flat except dust 1 BTC/USDT: enough',
    });
  });
});

describe('restart', () => {
  const restart = (desk: Desk, start: boolean): Desk =>
    new Desk({
      money: desk.money,
      last: desk.records.length,
      start,
      strategies: [{ id: 'a', puppet: puppet() }],
    });

  test.each([
    ['running', 'paused'],
    ['paused', 'paused'],
    ['reducing', 'reducing'],
    ['halted', 'halted'],
    ['flattening', 'flattening'],
  ] as const)('a run that was left %s comes back %s', (left, back) => {
    expect(restart(heldIn(left), false).state).toBe(back);
  });

  test.each(['reducing', 'halted', 'flattening', 'recovering'] as const)(
    '--start is refused with exit code 3 while %s',
    (left) => {
      const desk = heldIn(left);
      expect(() => restart(desk, true)).toThrow(expect.objectContaining({ exitCode: 3 }));
    },
  );

  test('--start lifts paused', () => {
    expect(restart(heldIn('paused'), true).state).toBe('running');
  });

  test('an interrupted flatten goes on', () => {
    const desk = heldIn('running');
    desk.command({ kind: 'flatten', reason: 'enough' });
    const next = restart(desk, false);
    next.candle(100);
    next.candle(100);
    expect([next.held('a'), next.state, next.working().length]).toEqual([0, 'halted', 0]);
  });

  test('an order that only one side has keeps the account recovering, and no state is loosened', () => {
    for (const left of ['running', 'halted'] as const) {
      const desk = heldIn(left);
      // Our books changed behind the venue's back while nothing ran.
      const money = desk.money;
      const [stop] = desk.working('protective');
      if (!stop) throw new Error('no stop');
      money.working.delete(stop.id);
      money.working.set('tdzzzzzzzzzzz00001p' as typeof stop.id, { ...stop, symbol: ETH.symbol });
      const next = new Desk({ money, last: desk.records.length, start: false });
      expect(next.of('reconciled')).toEqual([]);
      expect(next.run.state.truth.recovering?.blocked).toMatch(/open at the venue|unknown at/);
      expect(next.state).toBe(left === 'running' ? 'paused' : 'halted');
      next.order({});
      expect(next.of('orderCreated')).toEqual([]);
    }
  });

  test('a restart without prices trips no breaker and raises no peak', () => {
    const a = puppet();
    const desk = new Desk({
      strategies: [{ id: 'a', puppet: a, sizing: { kind: 'percent', value: 100 } }],
      limits: { dailyLossFraction: 0.2, drawdownFraction: 0.2 },
    });
    a.next = [hold('long')];
    desk.candle(100);
    desk.candle(100);
    desk.candle(200);
    expect(desk.run.state.market.equity).toBe(20_000);
    const next = new Desk({
      money: desk.money,
      last: desk.records.length,
      start: false,
      limits: { dailyLossFraction: 0.2, drawdownFraction: 0.2 },
    });
    expect(next.money.breakers.size).toBe(0);
    next.candle(200);
    expect([next.state, next.run.state.market.equity]).toEqual(['paused', 20_000]);
    expect(next.money.peak).toBe(desk.money.peak);
  });
});

test('a strategy whose intents are denied goes on being fed', () => {
  const a = puppet();
  const desk = new Desk({ strategies: [{ id: 'a', puppet: a }], start: false });
  desk.candle(100);
  a.next = [place()];
  desk.candle(100);
  expect(desk.denials()).toEqual(['TRADING_STATE']);
  desk.command({ kind: 'resume', phrase: null });
  a.next = [place()];
  desk.candle(100);
  desk.candle(100);
  expect(desk.held('a')).toBe(1);
  expect(desk.money.positions.get(SPOT.symbol)?.quantity).toBe(ONE);
});
