import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { stateCodec } from '../../src/app/state-codec.ts';
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
import type { Intent } from '../../src/domain/intent.ts';
import type { Market } from '../../src/domain/market.ts';
import { type Position, unrealizedPnl } from '../../src/domain/position.ts';
import { createMoneyState } from '../../src/execution/money.ts';
import {
  ACCOUNT,
  Desk,
  PERPETUAL,
  SPOT,
  hold,
  market,
  place,
  puppet,
} from '../support/builders.ts';

/** Anything an operator, two strategies and a market can do to one account. */
const price = fc.integer({ min: 80, max: 120 });
const quantity = fc.constantFrom('0.5', '1', '2.5', '7');
const side = fc.constantFrom('buy' as const, 'sell' as const);
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('market' as const),
      prices: fc.tuple(price, price, price, price),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wish' as const),
      who: fc.nat({ max: 1 }),
      want: fc.constantFrom('long' as const, 'short' as const, 'flat' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('place' as const),
      who: fc.nat({ max: 1 }),
      side,
      at: price,
      quantity,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      side,
      quantity,
      at: fc.option(price),
      stop: fc.option(price),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'close' as const,
        'pause' as const,
        'halt' as const,
        'flatten' as const,
        'cancelAll' as const,
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('resume' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('toggle' as const),
      who: fc.nat({ max: 1 }),
      enabled: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
const script = fc.array(step, { minLength: 20, maxLength: 50, size: 'max' });

const MODES = [
  {
    name: 'spot candles',
    spec: market({ ...SPOT, takerFeeRate: decimal('0.001'), minNotional: decimal('60') }),
    book: false,
    latencyMs: 0,
  },
  {
    name: 'perpetual candles',
    spec: market({ ...PERPETUAL, takerFeeRate: decimal('0.001') }),
    book: false,
    latencyMs: 0,
  },
  {
    name: 'spot book with latency',
    spec: market({ ...SPOT, takerFeeRate: decimal('0.001') }),
    book: true,
    latencyMs: 700,
  },
  {
    name: 'perpetual book with latency',
    spec: market({ ...PERPETUAL, takerFeeRate: decimal('0.001') }),
    book: true,
    latencyMs: 700,
  },
] as const;
type Mode = (typeof MODES)[number];

/** One account through any script; `look` sees it after every step. */
class Session {
  readonly mode: Mode;
  readonly puppets = [puppet({ worstCaseFraction: 0.2 }), puppet({ worstCaseFraction: 0.2 })];
  readonly lines: string[] = [];
  desk: Desk;

  constructor(mode: Mode) {
    this.mode = mode;
    this.desk = this.open();
  }

  get symbol(): string {
    return this.mode.spec.symbol;
  }

  private open(before?: Desk): Desk {
    const markets: readonly Market[] = [this.mode.spec];
    const desk = new Desk({
      markets,
      cash: '2000',
      model: { leverage: this.symbol === SPOT.symbol ? 1 : 3, latencyMs: this.mode.latencyMs },
      limits: { dailyLossFraction: 0.3, drawdownFraction: 0.6, openRiskFraction: 3 },
      start: before === undefined,
      strategies: this.puppets.map((one, n) => ({
        id: `s${n}`,
        puppet: one,
        symbol: this.symbol,
        sizing: { kind: 'fixed', value: 2 + n },
        stopFraction: 0.04 + n / 50,
        ...(n === 0 ? { targetFraction: 0.06 } : {}),
      })),
      ...(before === undefined ? {} : { money: before.money, last: this.lines.length }),
    });
    return desk;
  }

  play(one: Step): void {
    const { desk, symbol } = this;
    const wish = (who: number, intent: Intent): void => {
      const puppetOf = this.puppets[who];
      if (puppetOf) puppetOf.next = [...puppetOf.next, intent];
    };
    switch (one.kind) {
      case 'market':
        return this.move(one.prices);
      case 'wish':
        return wish(one.who, hold(one.want, { symbol }));
      case 'place':
        return wish(
          one.who,
          place({ symbol, side: one.side, type: 'limit', price: one.at, quantity: one.quantity }),
        );
      case 'order':
        return desk.order({
          symbol,
          side: one.side,
          quantity: decimal(one.quantity),
          ...(one.at === null ? {} : { type: 'limit' as const, price: decimal(String(one.at)) }),
          stopPrice: one.stop === null ? null : decimal(String(one.stop)),
        });
      case 'close':
        return desk.close(symbol);
      case 'cancelAll':
        return desk.command({ kind: 'cancelAll', symbol: null });
      case 'resume':
        return desk.command({ kind: 'resume', phrase: ACCOUNT });
      case 'toggle':
        return desk.command({
          kind: 'toggleStrategy',
          strategyId: `s${one.who}`,
          enabled: one.enabled,
        });
      case 'restart':
        this.lines.push(...this.take());
        this.desk = this.open(desk);
        return;
      default:
        return desk.command({ kind: one.kind, reason: 'test' });
    }
  }

  private move([open, a, b, close]: readonly [number, number, number, number]): void {
    const { desk, symbol } = this;
    const all = [open, a, b, close];
    if (!this.mode.book)
      return desk.candle([open, Math.max(...all), Math.min(...all), close], symbol);
    for (const at of all) {
      desk.book(
        [
          [at - 0.5, 2],
          [at - 1, 3],
        ],
        [
          [at + 0.5, 2],
          [at + 1, 3],
        ],
        symbol,
      );
      const time = desk.run.state.market.now + 400;
      desk.drive({
        kind: 'trades',
        symbol,
        time,
        trades: [{ time, price: at, quantity: 3, side: 'buy' }],
      });
    }
    const time = Math.ceil((desk.run.state.market.now + 1) / 60_000) * 60_000;
    const trades = [{ time, price: close, quantity: 1, side: 'sell' as const }];
    desk.drive({ kind: 'trades', symbol, time, trades });
  }

  /** Journal lines of this desk so far. */
  take(): string[] {
    const codec = stateCodec();
    return this.desk.records.map((body, n) => codec.encode(body, { n: n + 1, t: 0, m: 0 }));
  }
}

function every(mode: Mode, look: (session: Session) => void): void {
  let fills = 0;
  fc.assert(
    fc.property(script, (steps) => {
      const session = new Session(mode);
      session.play({ kind: 'market', prices: [100, 100, 100, 100] });
      for (const one of steps) {
        session.play(one);
        look(session);
      }
      fills += session.desk.money.counts.fills;
    }),
    { numRuns: 120 },
  );
  expect(fills, 'sessions that trade').toBeGreaterThan(120);
}

const sum = (parts: readonly Decimal[]): Decimal => parts.reduce((a, b) => add(a, b), ZERO);

describe.each(MODES)('any session on $name', (mode) => {
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
