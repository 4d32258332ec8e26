/**
 * Oracles about what this program watches itself where an exchange cannot hold it, and counts that
 * show that it happened.
 */
import { ZERO, abs, gt, isOnGrid, isPositive, toNumber, toText } from '../../src/domain/decimal.ts';
import { type Order, type OrderRequest, isProtectiveStop } from '../../src/domain/order.ts';
import type { RecordBody } from '../../src/domain/record.ts';
import { positionView } from '../../src/engine/position-view.ts';
import { isDust } from '../../src/execution/dust.ts';
import { type Ledger, type MoneyState, ledgerKey, openLedgers } from '../../src/execution/money.ts';
import { isFiring, workingExits } from '../../src/execution/orders.ts';
import { coverableQuantity, hasWorkingExit } from '../../src/execution/protection.ts';
import { effectiveState } from '../../src/execution/truth.ts';
import { watchedOf } from '../../src/execution/watched-parts.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

type Created = Extract<RecordBody, { readonly kind: 'orderCreated' }>;

const WATCHED = / reached, watched by this program$/;

interface Sink {
  count(name: string): void;
  /** The first words are kept. */
  broken(words: string): void;
}

export class WatchOracles {
  /** A close that a watched price caused was decided; nothing of it has left. */
  onFire: () => void = () => undefined;
  private readonly world: World;
  private readonly to: Sink;
  /** Protective orders by id, and which of them a watched price caused. */
  private readonly requests = new Map<string, OrderRequest>();
  private readonly fired = new Set<string>();

  constructor(world: World, to: Sink) {
    this.world = world;
    this.to = to;
  }

  onRecord(body: RecordBody, money: MoneyState): void {
    switch (body.kind) {
      case 'runStarted':
        return this.countStart(money);
      case 'stopMoved':
      case 'marketsChanged':
        return this.to.count(body.kind);
      case 'orderCreated':
        return this.onCreated(body, money);
      case 'fill':
        return this.onFill(body.orderId);
      case 'rejected':
      case 'outcomeUnknown':
      case 'neverPlaced':
        if (this.fired.has(body.orderId)) this.to.count(`close ${body.kind}`);
        return;
      default:
        return;
    }
  }

  /** The account is quiet, prices are fresh: what was reached is being closed, and said truly. */
  checkQuiet(process: Process): void {
    const { money } = process;
    for (const ledger of openLedgers(money)) this.checkReached(process, ledger);
    for (const symbol of process.run.state.market.symbols.values()) {
      const [view] = positionView(process.run.state, symbol);
      if (view && !view.isDust) this.checkRests(money, view.symbol, view.protection.rests);
    }
    for (const words of this.world.exchange.impossible) this.to.broken(`V: ${words} was sent`);
  }

  private onCreated({ orderId, request }: Created, money: MoneyState): void {
    const { role, type, reason, symbol, strategyId } = request;
    const market = money.markets.get(symbol);
    if (market && !isOnGrid(request.quantity, market.stepSize)) {
      this.to.broken(`G: ${toText(request.quantity)} of ${orderId} is off the grid of ${symbol}`);
    }
    for (const price of [request.price, request.triggerPrice]) {
      if (!market || price === null || isOnGrid(price, market.tickSize)) continue;
      this.to.broken(`G: price ${toText(price)} of ${orderId} is off the grid of ${symbol}`);
    }
    const isClose = isFiring({ role, type });
    if (role === 'protective') this.requests.set(orderId, request);
    const ledger = money.ledgers.get(ledgerKey(strategyId, symbol));
    if (ledger && (isClose || role === 'exit')) this.checkExits(money, ledger, orderId);
    if (!isClose || !WATCHED.test(reason)) return;
    this.fired.add(orderId);
    const isTrail = (ledger?.bracket?.trailFraction ?? null) !== null;
    const what = reason.startsWith('target') ? 'target' : isTrail ? 'trail' : 'stop';
    this.to.count(`${what} fired`);
    this.to.count(`fired ${effectiveState(money, { strategyId, symbol }, false)}`);
    this.onFire();
  }

  /** What closes a holding never adds up to more than is held. */
  private checkExits(money: MoneyState, ledger: Ledger, orderId: string): void {
    const exits = workingExits(money, ledger);
    const held = abs(ledger.position.quantity);
    if (!gt(exits, held)) return;
    const whose = `${ledger.strategyId} ${ledger.symbol}`;
    this.to.broken(
      `X: ${orderId}: exits of ${toText(exits)} over ${toText(held)} held by ${whose}`,
    );
  }

  private onFill(orderId: string): void {
    const request = this.requests.get(orderId);
    if (!request) return;
    this.requests.delete(orderId);
    if (this.fired.has(orderId)) this.to.count('close filled');
    else this.to.count(`resting ${request.type === 'limit' ? 'target' : request.type} filled`);
  }

  private countStart(money: MoneyState): void {
    for (const ledger of openLedgers(money)) {
      const price = this.world.market.last.get(ledger.symbol) ?? 0;
      if (price > 0 && this.isReached(money, ledger, price))
        this.to.count('reached before a start');
    }
  }

  private checkReached(process: Process, ledger: Ledger): void {
    const { money, run } = process;
    const { symbol, strategyId, position } = ledger;
    const price = run.context.lastPrice(symbol);
    if (money.trading.state === 'flattening' || money.drifts.has(symbol)) return;
    const { quantity } = position;
    const closable = coverableQuantity(money, ledger);
    if ([quantity, closable].some((one) => isDust(run.context, { symbol, quantity: one }))) return;
    // Spot exchanges know no order that only reduces: a small one is refused like any other.
    const least = toNumber(money.markets.get(symbol)?.minNotional ?? ZERO);
    if (toNumber(abs(closable)) * price < least) return;
    if (!this.isReached(money, ledger, price) || hasWorkingExit(run.context, ledger)) return;
    this.to.broken(`W: ${strategyId} ${symbol} is beyond what is watched at ${price}, not closing`);
  }

  private isReached(money: MoneyState, { bracket, symbol, position }: Ledger, price: number) {
    const market = money.markets.get(symbol);
    if (bracket === null || !market) return false;
    const watched = watchedOf(bracket, { abilities: this.world.exchange.rules.abilities, market });
    const away = isPositive(position.quantity) ? 1 : -1;
    const { stopPrice, targetPrice } = bracket;
    const isBelow = stopPrice !== null && (price - toNumber(stopPrice)) * away <= 0;
    const isAbove = targetPrice !== null && (price - toNumber(targetPrice)) * away >= 0;
    return (watched.stop && isBelow) || (watched.target && isAbove);
  }

  /** `venue` is said of what is open there, `engine` of what is nowhere else. */
  private checkRests(money: MoneyState, symbol: string, said: string | null): void {
    const open = this.world.exchange.openOrders();
    if (!open.ok || money.drifts.has(symbol)) return;
    const there = new Set(open.value.map((order) => order.clientOrderId));
    const own = [...money.working.values()].filter(
      (order: Order) => order.symbol === symbol && order.role === 'protective' && !isFiring(order),
    );
    const stops = own.filter(isProtectiveStop);
    const shown = stops.length > 0 ? stops : own;
    const isThere = shown.some((order) => there.has(order.id));
    if (said === 'venue' && !isThere) this.to.broken(`R: ${symbol} rests nowhere, said: venue`);
    if (said === 'engine' && stops.some((order) => there.has(order.id))) {
      this.to.broken(`R: the stop of ${symbol} rests at the exchange, said: engine`);
    }
    const { stops: canRest } = this.world.exchange.rules.abilities;
    if (said === 'engine' && canRest) this.to.broken(`R: ${symbol} is said to be watched here`);
    const wantsStop = openLedgers(money).some(
      ({ symbol: own, bracket }) => own === symbol && (bracket?.stopPrice ?? null) !== null,
    );
    if (!canRest && wantsStop && said !== 'engine') {
      this.to.broken(`R: the stop of ${symbol} is watched here, said: ${said}`);
    }
  }
}
