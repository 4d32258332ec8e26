import { type OrderId, runOf } from '../../domain/ids.ts';
import type {
  ExternalOrder,
  VenueAccount,
  VenueFill,
  VenueOrder,
  VenueReport,
  VenueResult,
} from '../../domain/venue.ts';
import type { Answer, RequestKind } from '../../ports.ts';
import type { Core } from './core.ts';
import { LIMITS, backoffMs } from './limits.ts';
import type { MissingFills } from './missing-fills.ts';
import type { Observer } from './observer.ts';
import type { Tracked } from './registry.ts';
import { isInferred } from './settlement.ts';
import type { Unknowns } from './unknowns.ts';
import type { Withdraw } from './wire.ts';

/** One round of gathering: what was asked when, and what came. */
interface Round {
  readonly number: number;
  /** Monotonic time of its first request. */
  readonly since: number;
  /** Fills posted before it began. */
  readonly moves: number;
  account: VenueAccount | null;
  open: readonly VenueOrder[];
  /** Orders that ended here and, asked for again, are open there. */
  readonly revenants: Set<Tracked>;
}

/**
 * The venue's whole word on the account. The account is asked for first and the fills last, so
 * that every fill in the account's figures is in the list: a round in which a fill was booked is
 * taken again, and a difference that is left is a real one.
 */
export class Reports {
  /** Hears whether the account can be read. */
  onHealth: (isAnswering: boolean, reason: string) => void = () => undefined;
  newest: VenueReport = EMPTY;
  private readonly core: Core;
  private readonly observer: Observer;
  private readonly unknowns: Unknowns;
  private readonly missing: MissingFills;
  private readonly reasons: string[] = [];
  /** Why the report under way was asked for. */
  private asked = '';
  private isGathering = false;
  /** A halt or a flattening waits: questions may take the reserve of the request limit. */
  private isUrgent = false;
  /** Asks the question that waits for the request limit again, as an urgent one. */
  private hurry: () => void = () => undefined;
  /** Lists of fills since the start; one with fills counts as enough. */
  private firstLists = 0;
  private failures = 0;
  private nextAt = 0;
  private timer: () => void = () => undefined;
  /** Monotonic time of the next one. */
  private dueAt = Infinity;
  private everyMs: number = LIMITS.reportEveryMs;

  constructor(parts: {
    readonly core: Core;
    readonly observer: Observer;
    readonly unknowns: Unknowns;
    readonly missing: MissingFills;
  }) {
    this.core = parts.core;
    this.observer = parts.observer;
    this.unknowns = parts.unknowns;
    this.missing = parts.missing;
    // What a restart left open may have filled at any time since.
    for (const { order } of this.core.registry.live()) {
      this.core.readUntil = Math.min(this.core.readUntil, order.createdTime);
    }
  }

  /** Gathers now, or once more after the one under way: what is asked for is newer than the ask. */
  request(reason: string, isUrgent = false): void {
    if (isUrgent && !this.isUrgent) {
      this.isUrgent = true;
      this.hurry();
    }
    if (!this.reasons.includes(reason) && this.reasons.length < LIMITS.doubts) {
      this.reasons.push(reason);
    }
    if (!this.isGathering) this.plan(Math.max(0, this.nextAt - this.core.now()));
  }

  /** How often it is gathered by itself. */
  every(ms: number): void {
    this.everyMs = ms;
    if (!this.isGathering) this.plan(ms);
  }

  /** What is planned sooner stays. */
  private plan(wait: number): void {
    const dueAt = this.core.now() + wait;
    if (this.dueAt <= dueAt) return;
    this.timer();
    this.dueAt = dueAt;
    this.timer = this.core.after(wait, () => {
      this.dueAt = Infinity;
      if (!this.isGathering) this.begin();
    });
  }

  private begin(): void {
    this.isGathering = true;
    this.asked = this.reasons.join(', ') || 'as always';
    this.reasons.length = 0;
    this.nextAt = this.core.now() + LIMITS.reportGapMs;
    this.core.registry.takeOverAdopted();
    this.gather(0);
  }

  private gather(number: number): void {
    const { core } = this;
    const since = core.now();
    const round: Round = {
      number,
      since,
      moves: core.moves,
      account: null,
      open: [],
      revenants: new Set(),
    };
    this.ask<VenueAccount>(
      'account',
      (answer) => core.client.fetchAccount(answer),
      (account) => {
        if (account.accountId !== core.ports.accountId) {
          core.doubt(`account ${account.accountId} answered for ${core.ports.accountId}`);
          return this.fail('the venue answered for another account');
        }
        core.beginAt(account.time);
        round.account = account;
        this.gatherOrders(round);
      },
    );
  }

  private gatherOrders(round: Round): void {
    this.ask<readonly VenueOrder[]>(
      'openOrders',
      (answer) => this.core.client.fetchOpenOrders(answer),
      (orders) => {
        round.open = orders.filter((order) => this.observer.isOurAccount(order));
        for (const order of round.open) this.observer.order(order);
        this.clarify(round, this.contradictions(round));
      },
    );
  }

  /** Own orders that should be open and are not, or the other way round: asked for one by one. */
  private contradictions(round: Round): Tracked[] {
    const { registry } = this.core;
    const listed = new Set<Tracked>();
    const found: Tracked[] = [];
    for (const order of round.open) {
      const tracked = registry.findAt(order);
      if (!tracked) continue;
      listed.add(tracked);
      if (tracked.phase === 'ended') found.push(tracked);
    }
    for (const tracked of registry.live()) {
      const wasOpen = tracked.phase === 'open' && tracked.seenAt <= round.since;
      if (wasOpen && !listed.has(tracked) && tracked.ending === null) found.push(tracked);
    }
    return found;
  }

  private clarify(round: Round, open: Tracked[]): void {
    const tracked = open.shift();
    if (!tracked) return this.gatherFills(round);
    const { phase } = tracked;
    this.observer.look(tracked, 'rest', (look, at) => {
      if (look === 'failed') return this.fail('an order could not be asked for');
      if (look === 'notFound' && phase === 'open' && tracked.phase === 'open') {
        this.unknowns.begin(tracked, 'the venue no longer knows it', this.core.now());
      }
      if (phase === 'ended' && at?.status === 'open') round.revenants.add(tracked);
      this.clarify(round, open);
    });
  }

  private gatherFills(round: Round): void {
    this.ask<readonly VenueFill[]>(
      'fills',
      (answer) => this.core.client.fetchFills(this.fillsSince(), answer),
      (fills) => {
        for (const fill of fills) this.observer.fill(fill);
        this.firstLists += fills.length > 0 ? LIMITS.firstLists : 1;
        this.finish(round);
      },
    );
  }

  /** Back to the newest report, and to the beginning of what may still have unread fills. */
  private fillsSince(): number {
    const { core } = this;
    const now = core.ports.clock.now();
    const unread: Tracked[] = [];
    for (const tracked of core.registry.live()) {
      if (tracked.phase === 'unknown') unread.push(tracked);
    }
    for (const tracked of core.registry.inferred()) {
      if (isInferred(tracked, now)) unread.push(tracked);
    }
    return core.fillsFrom(unread);
  }

  private finish(round: Round): void {
    const { core } = this;
    const { account } = round;
    if (!account) return;
    const isMoving = core.moves !== round.moves || this.missing.size > 0 || this.isSending();
    if (isMoving && round.number + 1 < LIMITS.reportRounds) {
      const wait = backoffMs(round.number, core.ports.rng) / 2;
      core.after(wait, () => this.gather(round.number + 1));
      return;
    }
    if (isMoving) core.doubt('own orders keep moving while the account is read');
    if (this.firstLists >= LIMITS.firstLists) {
      // A venue's clock that runs ahead must not hide the fills of the time between.
      core.readUntil = Math.min(account.time, core.ports.clock.now() + LIMITS.skewMs);
    }
    this.failures = 0;
    this.onHealth(true, 'the venue answers');
    this.newest = this.build(round, account);
    core.postEvent({ kind: 'report', time: core.ports.clock.now(), report: this.newest });
    this.next(this.everyMs);
  }

  private build(round: Round, { positions, balances }: VenueAccount): VenueReport {
    const { core } = this;
    const openOrders: OrderId[] = [];
    const externalOrders: ExternalOrder[] = [];
    const foreignRuns = new Set<string>();
    for (const order of round.open) {
      const tracked = core.registry.findAt(order);
      if (tracked?.venueOrderId === order.venueOrderId) {
        // What ended here by the venue's own word and is open there again is left to the engine.
        if (tracked.phase === 'open' || round.revenants.has(tracked)) openOrders.push(tracked.id);
        continue;
      }
      if (tracked) core.doubt(`a second order with the id of ours: ${tracked.id}`);
      const run = runOf(order.clientOrderId);
      if (run !== null && !core.ports.knowsRun(run)) foreignRuns.add(run);
      externalOrders.push(toExternal(order));
    }
    return {
      openOrders,
      positions,
      balances,
      externalOrders,
      foreignRuns: [...foreignRuns],
      doubts: core.takeDoubts(),
    };
  }

  private isSending(): boolean {
    for (const { phase } of this.core.registry.live()) if (phase === 'sent') return true;
    return false;
  }

  private ask<T>(
    kind: RequestKind,
    send: (answer: Answer<T>) => void,
    then: (value: T) => void,
  ): void {
    const answer = (result: VenueResult<T>, isLate: boolean): void => {
      if (isLate) return;
      if (result.ok) then(result.value);
      else this.fail(result.fault.reason, result.fault.kind === 'down');
    };
    let withdraw: Withdraw = () => false;
    this.hurry = () => {
      if (withdraw()) this.core.wire.ask<T>({ lane: 'proof', kind, send, answer });
    };
    const lane = this.isUrgent ? 'proof' : 'rest';
    withdraw = this.core.wire.ask<T>({ lane, kind, send, answer });
  }

  private fail(reason: string, isDown = false): void {
    this.failures += 1;
    this.core.log('warn', `the account could not be read (${this.asked}): ${reason}`);
    if (isDown || this.failures >= LIMITS.reportFailures) this.onHealth(false, reason);
    this.next(backoffMs(this.failures - 1, this.core.ports.rng));
  }

  private next(wait: number): void {
    this.isGathering = false;
    if (this.reasons.length === 0) this.isUrgent = false;
    const soonest = Math.max(0, this.nextAt - this.core.now());
    this.plan(this.reasons.length > 0 ? soonest : Math.max(wait, soonest));
  }
}

const EMPTY: VenueReport = {
  openOrders: [],
  positions: new Map(),
  balances: new Map(),
  doubts: ['the venue was not asked yet'],
};

function toExternal(order: VenueOrder): ExternalOrder {
  const { venueOrderId, clientOrderId, symbol, side, type, quantity } = order;
  const { filled, price, triggerPrice, reduceOnly } = order;
  return {
    venueOrderId,
    clientOrderId,
    symbol,
    side,
    type,
    quantity,
    filled,
    price,
    triggerPrice,
    reduceOnly,
  };
}
