import { assert } from '../domain/errors.ts';
import type { CandleEvent, ControlEvent, MarketEvent } from '../domain/event.ts';
import type { OrderId } from '../domain/ids.ts';
import type { Order } from '../domain/order.ts';
import type { Envelope, RecordBody } from '../domain/record.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Effect } from '../execution/context.ts';
import { reduceMoney } from '../execution/reduce-money.ts';
import { differencesOf } from '../execution/reconcile.ts';
import type { Journal, Log, MatchPhase, Scheduler, SendGuard, Venue } from '../ports.ts';
import { admit } from './admit.ts';
import type { SimulatedClock } from './clock.ts';
import { createInbox } from './inbox.ts';
import { type Outbox, createOutbox } from './outbox.ts';
import type { EngineState } from './state.ts';
import { stepControl, stepHistory, stepMarket } from './step.ts';
import { type StepContext, createStepContext } from './step-context.ts';

/** A record as observers see it, after it changed the money. */
export type OnBody = (body: RecordBody, at: Envelope) => void;
export type OnNotice = (notice: Extract<Effect, { kind: 'notice' }>) => void;

export interface RunPorts {
  readonly state: EngineState;
  readonly journal: Journal;
  readonly clock: SimulatedClock;
  /** Gets the run's `post` and scheduler; an in-process venue answers inside its calls. */
  readonly venue: (post: (event: ControlEvent) => void, scheduler: Scheduler) => Venue;
  /** The emergency thread's gate; left out where there is none. */
  readonly guard?: SendGuard;
  /** The machine's clock, where market data is dated by another; else events move the time. */
  readonly feedTime?: () => EpochMs;
  /** Left out where nobody reads. */
  readonly log?: Log;
  readonly onNotice?: OnNotice;
  readonly onRecord?: OnBody;
}

export interface Run {
  readonly state: EngineState;
  readonly venue: Venue;
  /** For reads such as previews; only a step, or the start of a run, records or sends with it. */
  readonly context: StepContext;
  /** A step threw: the run is over, its memory may be half changed. */
  readonly isBroken: boolean;
  /**
   * One market event with everything it causes, to the end. What a bug throws here, in `post` or in
   * `settle` ends the run: later calls do nothing.
   */
  drive(event: MarketEvent): void;
  /** Time passes without market data: timers that are due fire. Only where the wall paces it. */
  advance(time: EpochMs): void;
  /** A command, link or lifecycle event: stepped in this turn, answers included. */
  post(event: ControlEvent): void;
  /** Performs what is decided and steps the answers, until nothing is left. */
  settle(): void;
  /** A candle from before the session. */
  warm(event: CandleEvent): void;
  /** What differs between our books and the venue's, in words; changes nothing. */
  reconcile(): readonly string[];
  /** Sends what waited for the disk, then hands new records to it. */
  commit(): void;
}

/** Answers one moment may cause; a strategy that answers every fill with an order ends here. */
const MAX_ANSWERS = 100_000;

/**
 * The one loop of every mode. Nothing in it is asynchronous: `drive` and `post` run until no
 * answer is left. What leaves the process waits in the outbox until the record it rests on is
 * durable; an in-process venue is not gated, cancels never wait (DECISIONS 1, ENGINE 1).
 */
export function createRun(ports: RunPorts): Run {
  return new EngineRun(ports);
}

class EngineRun implements Run {
  readonly state: EngineState;
  readonly venue: Venue;
  readonly context: StepContext;
  private readonly ports: RunPorts;
  private readonly inbox = createInbox();
  private readonly outbox: Outbox;
  /** The journal is gone: words that waited for it are said, orders stay where they are. */
  private unsaved = false;
  /** True inside `drive` or `settle`: what is posted then is stepped by the loop under way. */
  private busy = true;
  /** A step threw: on half a change nothing more is stepped, performed or journaled. */
  private broken = false;

  constructor(ports: RunPorts) {
    this.ports = ports;
    this.state = ports.state;
    this.venue = ports.venue((event) => this.post(event), ports.clock);
    this.outbox = createOutbox(this.venue.inProcess);
    this.context = createStepContext({
      state: ports.state,
      abilities: this.venue.abilities,
      isOutside: !this.venue.inProcess,
      record: (body) => this.record(body),
      send: (effect) => this.send(effect),
      log: ports.log ?? null,
    });
    for (const order of this.state.money.working.values()) ports.guard?.mayExist(order);
    ports.journal.onDurable(() => this.onDurable());
    ports.journal.onFailed(() => {
      this.unsaved = true;
      this.state.truth.unsaved = true;
      this.settle();
    });
    this.busy = false;
  }

  get isBroken(): boolean {
    return this.broken;
  }

  post(event: ControlEvent): void {
    if (this.broken) return;
    this.inbox.push(event);
    if (this.busy) return;
    this.settle();
    // Answers of a venue outside come by themselves; in the process, the pump commits.
    if (!this.venue.inProcess) this.commit();
  }

  drive(told: MarketEvent): void {
    if (this.broken) return;
    try {
      const event = admit(this.context, told, this.ports.feedTime?.() ?? null);
      if (event !== null) {
        this.match(event);
        this.busy = true;
        stepMarket(this.context, event);
      }
    } catch (error) {
      throw this.breakDown(error);
    } finally {
      this.busy = false;
    }
    if (!this.inbox.isEmpty || !this.outbox.isEmpty) this.settle();
  }

  /** Steps every waiting control event and performs what may leave, until both are empty. */
  settle(): void {
    if (this.busy || this.broken) return;
    this.busy = true;
    let steps = 0;
    try {
      for (;;) {
        const event = this.inbox.take();
        if (event) {
          assert(++steps < MAX_ANSWERS, 'endless loop of orders and answers in one moment');
          stepControl(this.context, event);
          continue;
        }
        const { durable } = this.ports.journal;
        const effect = this.outbox.take(durable, this.unsaved ? Infinity : durable);
        if (!effect) return;
        this.perform(effect);
      }
    } catch (error) {
      throw this.breakDown(error);
    } finally {
      this.busy = false;
    }
  }

  advance(time: EpochMs): void {
    if (!this.broken) this.advanceTo(time);
  }

  warm(event: CandleEvent): void {
    stepHistory(this.context, event);
  }

  reconcile(): readonly string[] {
    return differencesOf(this.state.money, this.venue.report());
  }

  commit(): void {
    this.ports.journal.commit();
  }

  /** What waited leaves; its answers go to the disk at once, no market event may follow soon. */
  private onDurable(): void {
    this.settle();
    this.commit();
  }

  private record(body: RecordBody): void {
    const { journal, onRecord } = this.ports;
    const at = { n: journal.last + 1, t: this.state.market.now, m: this.state.market.events };
    // First: a record that cannot be applied must not stand in the journal, where every restart
    // would meet it again.
    const before = this.workingOf(body);
    reduceMoney(this.state.money, body, at);
    journal.append(body, at);
    this.tellGuard(body, before);
    onRecord?.(body, at);
  }

  /** The order a record is about, while it works and somebody wants to know. */
  private workingOf(body: RecordBody): Order | undefined {
    if (!this.ports.guard || !('orderId' in body)) return undefined;
    return this.state.money.working.get(body.orderId);
  }

  /** An order that ended is forgotten there; one that appears without a send of ours is named. */
  private tellGuard(body: RecordBody, before: Order | undefined): void {
    const after = this.workingOf(body);
    if (before && !after) this.ports.guard?.gone(before.id);
    if (!before && after && body.kind !== 'orderCreated') this.ports.guard?.mayExist(after);
  }

  private send(effect: Effect): void {
    if (effect.kind === 'cancel' && this.outbox.removeSubmit(effect.orderId)) {
      return this.postNeverSent(effect.orderId, 'canceled before it was sent');
    }
    this.outbox.push(effect, this.ports.journal.last);
  }

  private postNeverSent(orderId: OrderId, reason: string): void {
    const record = { kind: 'neverSent', orderId, reason } as const;
    this.inbox.push({ kind: 'account', time: this.state.market.now, record });
  }

  /** Past here an order is at the venue: the emergency thread hears of it in the same turn. */
  private submit(order: Readonly<Order>): void {
    const { guard } = this.ports;
    // What protects a position is let through: a stop keeps it, and nothing would put it back.
    if (guard?.isClosed === true && order.role !== 'protective') {
      return this.postNeverSent(order.id, 'halted by the emergency thread');
    }
    guard?.mayExist(order);
    this.venue.submit(order);
  }

  /** A venue outside gathers its report; one in the process tells at once. */
  private askReport(effect: Extract<Effect, { kind: 'report' }>): void {
    const { reason, delayMs = 0, isUrgent = false } = effect;
    this.ports.clock.after(delayMs, () => {
      if (this.venue.requestReport) return this.venue.requestReport(reason, isUrgent);
      const report = this.venue.report();
      this.inbox.push({ kind: 'report', time: this.state.market.now, report });
    });
  }

  private perform(effect: Effect): void {
    switch (effect.kind) {
      case 'submit':
        return this.submit(effect.order);
      case 'cancel':
        return this.venue.cancel(effect.orderId);
      case 'amend':
        return this.venue.amend(effect.orderId, effect.change);
      case 'report':
        return this.askReport(effect);
      case 'cancelExternal':
        return this.venue.cancelExternal?.(effect.order);
      case 'notice':
        return this.ports.onNotice?.(effect);
      default:
        return effect satisfies never;
    }
  }

  /**
   * An in-process venue sees a market event before the engine does, a candle in three phases, and
   * its answers are stepped between them: a stop placed by the open fill is there for the rest.
   * What happens inside a candle is dated by its open (the day it belongs to), the rest by its
   * close.
   */
  private match(event: MarketEvent): void {
    const { market, money } = this.state;
    // Without a working order nothing of ours can happen inside a candle.
    if (event.kind === 'candle' && money.working.size > 0) {
      market.phase = 'open';
      this.advanceTo(event.candle.openTime);
      this.matchPhase(event, 'open');
      market.phase = 'extremes';
      this.matchPhase(event, 'extremes');
      market.phase = 'close';
    }
    this.advanceTo(event.time);
    this.matchPhase(event, 'close');
    market.phase = null;
  }

  /** Moves engine time; timers that fall due on the way fire first, each at its own time. */
  private advanceTo(time: EpochMs): void {
    const { clock } = this.ports;
    while (clock.nextDue() <= time) {
      this.fireNext();
      this.settle();
    }
    clock.observe(time);
    if (time > this.state.market.now) this.state.market.now = time;
  }

  /** Answers wait until the venue is done: nothing of ours reaches it in the middle of a match. */
  private matchPhase(event: MarketEvent, phase: MatchPhase): void {
    if (!this.venue.onMarket) return;
    this.busy = true;
    try {
      this.venue.onMarket(event, phase);
    } catch (error) {
      throw this.breakDown(error);
    } finally {
      this.busy = false;
    }
    if (!this.inbox.isEmpty) this.settle();
  }

  private fireNext(): void {
    this.busy = true;
    try {
      this.ports.clock.fireNext();
    } catch (error) {
      throw this.breakDown(error);
    } finally {
      this.busy = false;
    }
  }

  private breakDown(error: unknown): unknown {
    this.broken = true;
    return error;
  }
}
