import type { OrderId } from '../../domain/ids.ts';
import type { Order } from '../../domain/order.ts';
import type { OrderRef, VenueReport } from '../../domain/venue.ts';
import type { BudgetView, OrderChange, Venue, VenueAbilities } from '../../ports.ts';
import { Amends } from './amends.ts';
import { Cancels } from './cancels.ts';
import { Core, type GatewayPorts } from './core.ts';
import { Creates } from './creates.ts';
import { DeadMan } from './dead-man.ts';
import { Links } from './links.ts';
import { Lists } from './lists.ts';
import { MissingFills } from './missing-fills.ts';
import { Observer } from './observer.ts';
import type { Tracked } from './registry.ts';
import { Reports } from './reports.ts';
import { Settlement } from './settlement.ts';
import { Unknowns } from './unknowns.ts';

/** A venue outside the process: the order manager's half that talks to it. */
export interface Gateway extends Venue {
  /** Hears the stream, takes up what a restart left open and reads the account. */
  start(): void;
  /** Takes the dead-man timer away, then sends and posts nothing more; `done` after that. */
  stop(done?: () => void): void;
  requestReport(reason: string, isUrgent?: boolean): void;
  cancelExternal(order: OrderRef): void;
  budgetView(): BudgetView;
  /** How the account is reached now: heard and asked, asked alone, or not at all. */
  linkView(): 'stream' | 'poll' | 'down';
}

/**
 * Makes a venue of a wire (RELIABILITY 3): sends once, asks instead of repeating, books what the
 * venue proves, and tells the engine by events only. It has no clock and no timer of its own and
 * never changes money. Create it when the recovered books are there, `start` it when the run is.
 */
export function createGateway(ports: GatewayPorts): Gateway {
  return new OutsideVenue(ports);
}

class OutsideVenue implements Gateway {
  readonly inProcess = false;
  readonly abilities: VenueAbilities;
  private readonly core: Core;
  private readonly observer: Observer;
  private readonly unknowns: Unknowns;
  private readonly creates: Creates;
  private readonly cancels: Cancels;
  private readonly amends: Amends;
  private readonly reports: Reports;
  private readonly links: Links;
  private readonly deadMan: DeadMan;
  private unlisten: () => void = () => undefined;

  constructor(ports: GatewayPorts) {
    const core = new Core(ports);
    const settlement = new Settlement(core);
    const observer = new Observer(core, settlement);
    const lists = new Lists(core, observer);
    const missing = new MissingFills(core, lists, settlement);
    const unknowns = new Unknowns({ core, observer, lists });
    this.core = core;
    this.abilities = ports.client.abilities;
    this.observer = observer;
    this.unknowns = unknowns;
    this.creates = new Creates(core, observer, unknowns);
    this.cancels = new Cancels({ core, observer, creates: this.creates, unknowns });
    this.amends = new Amends(core, observer);
    this.reports = new Reports({ core, observer, unknowns, missing });
    this.links = new Links(core, this.reports);
    this.deadMan = new DeadMan(core, this.reports);
    core.onFault = (fault) => this.links.heed(fault);
    settlement.onMissing = (tracked) => missing.want(tracked);
    settlement.onHeld = (tracked) => observer.lookSoon(tracked);
    this.connect();
  }

  submit(order: Readonly<Order>): void {
    this.creates.submit(order);
  }

  cancel(orderId: OrderId): void {
    this.cancels.cancel(orderId);
  }

  amend(orderId: OrderId, change: OrderChange): void {
    this.amends.amend(orderId, change);
  }

  report(): VenueReport {
    return this.reports.newest;
  }

  requestReport(reason: string, isUrgent = false): void {
    this.reports.request(reason, isUrgent);
  }

  cancelExternal(order: OrderRef): void {
    this.cancels.cancelExternal(order);
  }

  linkView(): 'stream' | 'poll' | 'down' {
    return this.links.view;
  }

  budgetView(): BudgetView {
    return this.core.wire.budgetView();
  }

  start(): void {
    const { core } = this;
    this.unlisten = core.client.listen({
      onOrder: (order) => this.observer.streamedOrder(order),
      onFill: (fill) => this.observer.streamedFill(fill),
      onAccount: () => this.reports.request('money moved'),
      onLink: (up, reason) => this.links.stream(up, reason),
    });
    for (const tracked of core.registry.live()) this.takeUp(tracked);
    this.links.begin();
    this.reports.request('start');
    this.deadMan.start();
  }

  stop(done: () => void = () => undefined): void {
    this.deadMan.disarm(() => {
      this.unlisten();
      this.core.stop();
      this.core.client.close();
      done();
    });
  }

  private connect(): void {
    const { observer, reports } = this;
    observer.onSurfaced = (tracked) => {
      this.unknowns.settle(tracked);
      this.cancels.resume(tracked);
    };
    observer.onChange = (tracked, at) => this.amends.shows(tracked, at);
    observer.onForeign = (reason) => reports.request(reason);
    this.unknowns.onResolved = () => reports.request('an unknown order was resolved');
    reports.onHealth = (isAnswering, reason) => this.links.answers(isAnswering, reason);
  }

  /** What a restart left open of an order; its request time counts from now. */
  private takeUp(tracked: Tracked): void {
    const { status, amending } = tracked.order;
    const now = this.core.now();
    if (tracked.phase === 'unknown') {
      if (status === 'submitted') this.unknowns.begin(tracked, 'no answer before the restart', now);
      else this.unknowns.resume(tracked, now);
    }
    if (amending) this.amends.resume(tracked, amending);
    if (tracked.isCancelAsked) this.cancels.resume(tracked);
  }
}
