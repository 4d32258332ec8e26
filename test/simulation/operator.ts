/** A hand on the keys: commands at random, and the way back from every stop. */
import type { Command } from '../../src/domain/command.ts';
import { decimal, mul, quantizeNumber } from '../../src/domain/decimal.ts';
import { MANUAL, type Order, isProtectiveStop } from '../../src/domain/order.ts';
import type { Dice } from './dice.ts';
import type { Process } from './process.ts';
import { ACCOUNT, MARKETS, type World } from './world.ts';

type Act = (process: Process) => Command | null;

/** What is done at random, and how often a day. */
export interface Habits {
  readonly perDay: Readonly<Record<ActName, number>>;
  /** Looks at what stopped the account so often. */
  readonly lookMs: number;
  /** A stop is lifted no sooner. */
  readonly patienceMs: number;
  /** How far the stops and targets of its orders are from the price, as a fraction. */
  readonly reach: number;
}

type ActName =
  | 'pause'
  | 'halt'
  | 'flatten'
  | 'cancelAll'
  | 'cancelOrder'
  | 'amendOrder'
  | 'moveStop'
  | 'placeOrder'
  | 'closePosition'
  | 'toggleStrategy'
  | 'tightenScope';

export const BUSY: Habits = {
  perDay: {
    pause: 2,
    halt: 1.5,
    flatten: 1,
    cancelAll: 2,
    cancelOrder: 40,
    amendOrder: 60,
    moveStop: 0,
    placeOrder: 40,
    closePosition: 4,
    toggleStrategy: 1,
    tightenScope: 1,
  },
  lookMs: 30_000,
  patienceMs: 60_000,
  reach: 0.02,
};

export class Operator {
  /** Commands given, by kind. */
  readonly counts = new Map<string, number>();
  /** While it rests, nothing is asked and nothing is resumed. */
  rests = false;
  private readonly world: World;
  private readonly dice: Dice;
  private readonly reach: number;
  private presses = 0;

  constructor(of: {
    readonly world: World;
    readonly dice: Dice;
    readonly habits: Habits;
    readonly process: () => Process | null;
  }) {
    this.world = of.world;
    this.dice = of.dice;
    this.reach = of.habits.reach;
    const again = (ms: () => number, act: () => void): void => {
      this.world.clock.after(ms(), () => {
        act();
        again(ms, act);
      });
    };
    const { perDay, lookMs, patienceMs } = of.habits;
    for (const [name, often] of Object.entries(perDay)) {
      if (often === 0) continue;
      again(
        () => this.dice.wait(often),
        () => {
          const process = of.process();
          if (process && !this.rests) this.give(process, this.acts[name as ActName](process));
        },
      );
    }
    again(
      () => lookMs,
      () => {
        const process = of.process();
        if (process && !this.rests) this.look(process, patienceMs);
      },
    );
  }

  give(process: Process, command: Command | null): void {
    if (command === null || !process.isAlive) return;
    this.counts.set(command.kind, (this.counts.get(command.kind) ?? 0) + 1);
    process.command(command);
  }

  /** Decides what is open, then lifts stops that are old enough. */
  private look(process: Process, patienceMs: number): void {
    const { money } = process;
    for (const drift of money.drifts.values()) {
      if (drift.ignored) continue;
      const { symbol } = drift;
      const decision = this.dice.chance(0.7) ? { ledger: MANUAL } : 'ignore';
      this.give(process, { kind: 'decideDrift', symbol, decision });
    }
    for (const external of money.externals.values()) {
      if (external.ignored) continue;
      const { venueOrderId } = external;
      const decision = this.dice.pick(['ignore', 'cancel', { ledger: MANUAL }] as const);
      this.give(process, { kind: 'decideExternal', venueOrderId, decision });
    }
    const now = process.run.state.market.now;
    for (const { scope, since } of money.scopes.values()) {
      if (now - since < patienceMs) continue;
      const phrase = 'symbol' in scope ? scope.symbol : scope.strategyId;
      this.give(process, { kind: 'resumeScope', scope, phrase });
    }
    const { state, since } = money.trading;
    if (state === 'running' || now - since < patienceMs) return;
    this.give(process, { kind: 'resume', phrase: ACCOUNT });
  }

  private readonly acts: Readonly<Record<ActName, Act>> = {
    pause: () => ({ kind: 'pause', reason: 'a look' }),
    halt: () => ({ kind: 'halt', reason: 'a bad feeling' }),
    flatten: () => ({ kind: 'flatten', reason: 'enough' }),
    cancelAll: () => ({ kind: 'cancelAll', symbol: null }),
    cancelOrder: (process) => {
      const order = this.anyOrder(process);
      return order && { kind: 'cancelOrder', orderId: order.id };
    },
    amendOrder: (process) => this.amend(process, this.anyOrder(process)),
    moveStop: (process) => this.amend(process, this.anyOrder(process, isProtectiveStop)),
    placeOrder: (process) => this.place(process),
    closePosition: () => {
      const { symbol } = this.dice.pick(MARKETS);
      return { kind: 'closePosition', symbol, pressId: this.press() };
    },
    toggleStrategy: () => {
      const strategyId = this.dice.pick(['maker-a', 'maker-b', 'maker-c']);
      return { kind: 'toggleStrategy', strategyId, enabled: this.dice.chance(0.75) };
    },
    tightenScope: () => {
      const scope = this.dice.chance(0.5)
        ? { strategyId: this.dice.pick(['maker-a', 'maker-b', 'maker-c']) }
        : { symbol: this.dice.pick(MARKETS).symbol };
      const state = this.dice.pick(['paused', 'reducing', 'halted'] as const);
      return { kind: 'tightenScope', scope, state, reason: 'a look at one' };
    },
  };

  private press(): string {
    this.presses += 1;
    return `press-${this.presses}`;
  }

  private anyOrder(
    process: Process,
    pick: (order: Order) => boolean = () => true,
  ): Readonly<Order> | null {
    const working = [...process.money.working.values()].filter(pick);
    return working.length === 0 ? null : this.dice.pick(working);
  }

  private amend(process: Process, order: Readonly<Order> | null): Command | null {
    const market = order && process.money.markets.get(order.symbol);
    if (!order || !market) return null;
    const by = 1 + (this.dice.next() - 0.5) * 0.002;
    const move = (price: typeof order.price): typeof order.price =>
      price && quantizeNumber(Number(price) * 1e-18 * by, market.tickSize, 'nearest');
    const size = decimal(this.dice.pick(['0.5', '1', '1.5']));
    const quantity = this.dice.chance(0.4) ? mul(order.quantity, size) : null;
    return {
      kind: 'amendOrder',
      orderId: order.id,
      price: move(order.price),
      triggerPrice: order.type === 'trailingStop' ? null : move(order.triggerPrice),
      quantity: quantity && quantizeNumber(Number(quantity) * 1e-18, market.stepSize, 'down'),
      pressId: this.press(),
    };
  }

  private place(process: Process): Command | null {
    const picked = this.dice.pick(MARKETS);
    const market = process.money.markets.get(picked.symbol) ?? picked;
    const last = process.run.state.market.symbols.get(market.symbol)?.lastPrice ?? 0;
    if (last === 0) return null;
    const side = this.dice.chance(0.6) ? 'buy' : 'sell';
    const sign = side === 'buy' ? 1 : -1;
    const type = this.dice.pick(['market', 'limit', 'stop'] as const);
    const at = (fraction: number) => quantizeNumber(last * fraction, market.tickSize, 'nearest');
    return {
      kind: 'placeOrder',
      pressId: this.press(),
      ticket: {
        symbol: market.symbol,
        side,
        type,
        quantity: quantizeNumber((200 + 800 * this.dice.next()) / last, market.stepSize, 'down'),
        price: type === 'limit' ? at(1 - sign * 0.002 * this.dice.next()) : null,
        triggerPrice: type === 'stop' ? at(1 + sign * 0.002) : null,
        trailFraction: null,
        stopPrice: this.dice.chance(0.5) ? at(1 - sign * this.reach) : null,
        targetPrice: this.dice.chance(0.5) ? at(1 + sign * this.reach) : null,
        timeInForce: 'GTC',
        postOnly: false,
        reduceOnly: false,
      },
    };
  }
}
