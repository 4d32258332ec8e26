// Anything an operator, two strategies and a market can do to one account.
import fc from 'fast-check';
import { expect } from 'vitest';

import { stateCodec } from '../../src/app/state/codec.ts';
import { decimal } from '../../src/domain/decimal.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { Market } from '../../src/domain/market.ts';
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
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('amend' as const),
      which: fc.nat({ max: 5 }),
      at: fc.option(price),
      quantity: fc.option(quantity),
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
export const script = fc.array(step, { minLength: 20, maxLength: 50, size: 'max' });

export const MODES = [
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
export class Session {
  readonly mode: Mode;
  readonly puppets = [puppet({ worstCaseFraction: 0.2 }), puppet({ worstCaseFraction: 0.2 })];
  readonly lines: string[] = [];
  desk: Desk;
  private presses = 0;
  private changesBefore = 0;

  constructor(mode: Mode) {
    this.mode = mode;
    this.desk = this.open();
  }

  get symbol(): string {
    return this.mode.spec.symbol;
  }

  /** Changes of orders that passed their review. */
  get changes(): number {
    return this.changesBefore + this.desk.of('amendRequested').length;
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
      case 'amend':
        return this.amend(one);
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
        this.changesBefore = this.changes;
        this.desk = this.open(desk);
        return;
      default:
        return desk.command({ kind: one.kind, reason: 'test' });
    }
  }

  /** A change of some working order: where it has a price, that; where it waits for one, there. */
  private amend({ which, at, quantity: size }: Extract<Step, { kind: 'amend' }>): void {
    const working = this.desk.working();
    const order = working[which % Math.max(1, working.length)];
    if (!order) return;
    const place = at === null ? null : decimal(String(at));
    this.desk.command({
      kind: 'amendOrder',
      orderId: order.id,
      price: order.price === null ? null : place,
      triggerPrice: order.triggerPrice === null ? null : place,
      // The size of protection is nobody's to change; mostly it is not asked for.
      quantity: size === null || (order.role === 'protective' && which > 0) ? null : decimal(size),
      pressId: `amend-${(this.presses += 1)}`,
    });
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

/** Looks at a hundred sessions after every step of theirs. */
export function every(mode: Mode, look: (session: Session) => void): void {
  let fills = 0;
  let changed = 0;
  fc.assert(
    fc.property(script, (steps) => {
      const session = new Session(mode);
      session.play({ kind: 'market', prices: [100, 100, 100, 100] });
      for (const one of steps) {
        session.play(one);
        look(session);
      }
      fills += session.desk.money.counts.fills;
      changed += session.changes;
    }),
    { numRuns: 120 },
  );
  expect(fills, 'sessions that trade').toBeGreaterThan(120);
  expect(changed, 'orders that are changed').toBeGreaterThan(20);
}
