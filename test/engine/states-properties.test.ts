import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { stateCodec } from '../../src/app/state/codec.ts';
import { totalOf } from '../../src/domain/account.ts';
import {
  type Decimal,
  ZERO,
  abs,
  add,
  decimal,
  isZero,
  lt,
  mul,
  sign,
  sub,
  toText,
} from '../../src/domain/decimal.ts';
import { type Position, unrealizedPnl } from '../../src/domain/position.ts';
import { createMoneyState } from '../../src/execution/money.ts';
import { SPOT } from '../support/builders.ts';
import { MODES, Session, every, script } from './any-session.ts';

const sum = (parts: readonly Decimal[]): Decimal => parts.reduce((a, b) => add(a, b), ZERO);

describe.each(MODES)('any session on $name', (mode) => {
  test('a change of an order is answered: at once, after its way, or by a restart', () => {
    const isAsked = ({ desk }: Session) =>
      desk.working().some(({ amending }) => amending !== undefined);
    let cutShort = 0;
    every(mode, (session) => {
      if (!isAsked(session)) return;
      cutShort += 1;
      session.play({ kind: 'restart' });
      expect(isAsked(session)).toBe(false);
      session.play({ kind: 'resume' });
    });
    if (mode.latencyMs === 0) expect(cutShort).toBe(0);
    else expect(cutShort).toBeGreaterThan(20);
  });

  test('our books are the venue’s books', () => {
    every(mode, ({ desk }) => {
      const truth = desk.run.venue.report();
      for (const [symbol, { quantity: ours }] of desk.money.positions) {
        expect(truth.positions.get(symbol) ?? ZERO).toBe(ours);
      }
      for (const [asset, total] of truth.balances) {
        expect(toText(totalOf(desk.money.balances, asset))).toBe(toText(total));
      }
      for (const id of truth.openOrders) expect(desk.money.working.has(id)).toBe(true);
    });
  });

  test('cash and holdings at a mark are start + realized + unrealized − fees − funding, exactly', () => {
    every(mode, ({ desk, symbol }) => {
      const { money } = desk;
      const mark = decimal('97.53');
      const position = money.positions.get(symbol);
      const open = position ? unrealizedPnl(position, mark) : ZERO;
      const { realizedPnl, feesPaid, fundingPaid } = money.totals;
      const told = sub(sub(add(add(money.deposits, realizedPnl), open), feesPaid), fundingPaid);
      const coins = symbol === SPOT.symbol ? mul(mark, totalOf(money.balances, 'BTC')) : open;
      expect(toText(add(totalOf(money.balances, 'USDT'), coins))).toBe(toText(told));
      const ledgers = [...money.ledgers.values()].map((ledger) => ledger.position);
      const gross = (own: Position): Decimal => add(own.realizedPnl, unrealizedPnl(own, mark));
      expect(sum(ledgers.map((own) => own.quantity))).toBe(position?.quantity ?? ZERO);
      expect(toText(sum(ledgers.map(gross)))).toBe(position ? toText(gross(position)) : '0');
    });
  });

  test('a protected position has one stop of its size, or an exit on its way, or an alarm', () => {
    every(mode, (session) => {
      const { desk, symbol } = session;
      if (desk.state === 'flattening') return;
      const isTakenAway = desk
        .of('cancelRequested')
        .some(({ reason }) => reason === 'canceled by the operator');
      if (isTakenAway || desk.notices.some((text) => text.startsWith('error'))) return;
      for (const ledger of desk.money.ledgers.values()) {
        const held = ledger.position.quantity;
        const working = desk.working().filter((order) => order.strategyId === ledger.strategyId);
        const stops = working.filter(
          (order) => order.type === 'stop' && order.status !== 'pendingCancel',
        );
        const isLeaving = working.some((order) => order.role === 'exit');
        if (isZero(held)) expect(stops, ledger.strategyId).toEqual([]);
        // Dust: smaller than any order the venue would take, a stop included.
        if (lt(mul(abs(held), decimal('80')), mode.spec.minNotional)) continue;
        if (isZero(held) || isLeaving || !ledger.bracket?.stopPrice) continue;
        expect(
          stops.map((order) => order.side),
          ledger.strategyId,
        ).toEqual([sign(held) > 0 ? 'sell' : 'buy']);
        const [stop] = stops;
        // Wherever the operator moved it, what follows the position follows it there.
        if (mode.latencyMs === 0) expect(stop?.triggerPrice).toBe(ledger.bracket.stopPrice);
        // With latency a new size is on its way to the venue.
        if (stop && mode.latencyMs === 0)
          expect(toText(sub(stop.quantity, stop.filled)), symbol).toBe(toText(abs(held)));
      }
    });
  });

  test('no state sends what it forbids', () => {
    every(mode, (session) => {
      let state = 'paused';
      for (const body of session.desk.records) {
        if (body.kind === 'tradingState') state = body.state;
        if (body.kind !== 'orderCreated') continue;
        const { role, reason } = body.request;
        if (role === 'entry') expect(state).toBe('running');
        if (role === 'exit' && state === 'halted')
          expect(['manual order', 'closed by the operator']).toContain(reason);
        if (state === 'flattening') expect([role, reason]).toEqual(['exit', 'flatten']);
      }
    });
  });

  test('flattening always ends: flat and halted, or halted with an alarm', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const session = new Session(mode);
        session.play({ kind: 'market', prices: [100, 100, 100, 100] });
        for (const one of steps) session.play(one);
        session.play({ kind: 'flatten' });
        for (let n = 0; n < 12; n += 1)
          session.play({ kind: 'market', prices: [100, 101, 99, 100] });
        const { desk, symbol } = session;
        expect(desk.state).toBe('halted');
        expect(desk.working('entry')).toEqual([]);
        const isHeld = [...desk.money.ledgers.values()].some(
          (ledger) => !isZero(ledger.position.quantity),
        );
        const { reason } = desk.money.trading;
        if (isHeld) expect(reason, symbol).toMatch(/NOT FLAT|dust/);
        else expect(desk.working()).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });
});

test('the journal of any session folds to its state', () => {
  fc.assert(
    fc.property(script, (steps) => {
      const session = new Session(MODES[1]);
      for (const one of steps) if (one.kind !== 'restart') session.play(one);
      const codec = stateCodec();
      const money = createMoneyState();
      for (const line of session.take()) codec.fold(money, codec.decode(line));
      const bare = (state: typeof money) => ({
        ...state,
        cursor: null,
        trading: state.trading.state,
      });
      const { ledgers, positions, balances, totals, working } = bare(money);
      const live = session.desk.money;
      expect([...ledgers].map(([key, { position }]) => [key, position.quantity])).toEqual(
        [...live.ledgers].map(([key, { position }]) => [key, position.quantity]),
      );
      expect([positions.size, balances, totals.realizedPnl, working.size]).toEqual([
        live.positions.size,
        live.balances,
        live.totals.realizedPnl,
        live.working.size,
      ]);
    }),
  );
});
