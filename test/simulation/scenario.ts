/** One fault at a time, by hand: a running account, a quiet market, and a script for the wire. */
import type { Command, Ticket } from '../../src/domain/command.ts';
import { type Decimal, ZERO, abs, decimal, sub, toText } from '../../src/domain/decimal.ts';
import type { Role } from '../../src/domain/ids.ts';
import type { Order } from '../../src/domain/order.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import type { VenueOrder, VenueResult } from '../../src/domain/venue.ts';
import type { RecordBody } from '../../src/domain/record.ts';
import type { PracticeRules } from '../../src/exchange/practice/rules.ts';
import type { Fault, WireOp } from '../../src/exchange/practice/faults.ts';
import type { RiskLimits } from '../../src/domain/limits.ts';
import type { RuntimeSetup } from '../../src/engine/state.ts';
import type { MoneyState } from '../../src/execution/money.ts';
import { ticket } from '../support/builders.ts';
import { LIMITS } from './day.ts';
import { Dice, mixSeed } from './dice.ts';
import { HandMarket } from './hand-market.ts';
import { Machine } from './machine.ts';
import { BTC } from './market.ts';
import { Oracles } from './oracles.ts';
import type { Process } from './process.ts';
import { ACCOUNT, World } from './world.ts';

export interface ScenarioOptions {
  readonly seed: number;
  readonly dir: string;
  readonly rules?: Partial<PracticeRules>;
  readonly limits?: Partial<RiskLimits>;
  readonly runtimes?: readonly RuntimeSetup[];
  readonly deadManMs?: number;
}

export class Scenario {
  readonly world: World;
  readonly market = new HandMarket();
  readonly oracles: Oracles;
  readonly dice: Dice;
  readonly machine: Machine;
  private presses = 0;

  private constructor(options: ScenarioOptions) {
    const { seed, dir, rules } = options;
    const { market } = this;
    this.world = new World({ seed, dir, rates: {}, market, ...(rules ? { rules } : {}) });
    const limits = { ...LIMITS, maxOrdersPerMinute: 60, duplicateSeconds: 0, ...options.limits };
    this.oracles = new Oracles(this.world, limits);
    this.dice = new Dice(mixSeed(seed, 7));
    const { world, oracles } = this;
    const dice = new Dice(mixSeed(seed, 8));
    const runtimes = options.runtimes ?? [];
    const { deadManMs = null } = options;
    const timer = deadManMs === null ? {} : { deadManMs };
    this.machine = new Machine({ world, oracles, limits, runtimes, dice, ...timer });
  }

  /** Started, reconciled and resumed. */
  static async begin(options: ScenarioOptions): Promise<Scenario> {
    const scenario = new Scenario(options);
    await scenario.run(20_000);
    scenario.resume();
    await scenario.run(1_000);
    scenario.check(scenario.state === 'running', `the account is ${scenario.state}`);
    return scenario;
  }

  get process(): Process {
    const { process } = this.machine;
    if (!process) throw new Error('there is no process');
    return process;
  }

  get money(): MoneyState {
    return this.process.money;
  }

  /** The account's trading state, as strict as what this process recovers from. */
  get state(): string {
    return this.process.stateOf;
  }

  async run(ms: number): Promise<void> {
    await this.machine.run(this.world.clock.now() + ms);
    if (this.oracles.fault !== null) throw new Error(this.oracles.fault);
  }

  /** Runs until it is so; false when it is not after `ms`. */
  async until(isSo: () => boolean, ms: number): Promise<boolean> {
    const end = this.world.clock.now() + ms;
    while (!isSo() && this.world.clock.now() < end) await this.run(20);
    return isSo();
  }

  check(holds: boolean, words: string): void {
    if (holds) return;
    const said = this.oracles.notices.slice(-4).join(' | ');
    throw new Error(`${words} (${said})`);
  }

  /** The next requests of a kind (or messages) meet these faults in turn; null: one passes. */
  script(op: WireOp | 'message', ...faults: readonly (Fault | null)[]): void {
    for (const fault of faults) this.world.plan.script(op, fault);
  }

  command(command: Command): void {
    this.process.command(command);
  }

  resume(): void {
    this.command({ kind: 'resume', phrase: ACCOUNT });
  }

  /** A manual order; a market buy of 0.05 BTC where nothing else is said. */
  order(change: Partial<Ticket> = {}): Order {
    const made = this.tryOrder(change);
    if (!made) throw new Error(`no order was made: ${this.oracles.notices.at(-1) ?? ''}`);
    return made;
  }

  /** The same; null when it was denied. */
  tryOrder(change: Partial<Ticket> = {}): Order | null {
    this.presses += 1;
    const before = new Set(this.money.working.keys());
    const asked = ticket({ symbol: BTC.symbol, quantity: decimal('0.05'), ...change });
    this.command({ kind: 'placeOrder', ticket: asked, pressId: `key-${this.presses}` });
    return [...this.money.working.values()].find(({ id }) => !before.has(id)) ?? null;
  }

  /** A market buy, to be placed by hand. */
  marketTicket(): Ticket {
    return ticket({ symbol: BTC.symbol, quantity: decimal('0.05') });
  }

  /** A buy that rests. */
  limit(price = '19000', change: Partial<Ticket> = {}): Order {
    return this.order({ type: 'limit', price: decimal(price), ...change });
  }

  held(symbol = BTC.symbol): string {
    return toText(this.money.positions.get(symbol)?.quantity ?? ZERO);
  }

  /** What the exchange has of one of our orders; null when it knows none. */
  there(order: Pick<Order, 'id' | 'symbol'>): VenueOrder | null {
    const found: VenueResult<VenueOrder> = this.world.exchange.order({
      symbol: order.symbol,
      orderId: order.id,
      venueOrderId: null,
    });
    return found.ok ? found.value : null;
  }

  heldThere(symbol = BTC.symbol): Decimal {
    const account = this.world.exchange.account();
    return (account.ok ? account.value.positions.get(symbol) : undefined) ?? ZERO;
  }

  sent(op: WireOp): number {
    return this.world.wire.sent.get(op) ?? 0;
  }

  /** Creates of a role that left us. */
  created(role: Role): number {
    return this.oracles.created.get(role) ?? 0;
  }

  said(words: RegExp): boolean {
    return this.oracles.notices.some((notice) => words.test(notice));
  }

  records<K extends RecordBody['kind']>(kind: K): Extract<RecordBody, { kind: K }>[] {
    return this.oracles.bodies.filter(
      (body): body is Extract<RecordBody, { kind: K }> => body.kind === kind,
    );
  }

  kill(of: { readonly power: boolean; readonly downMs?: number } = { power: false }): void {
    this.machine.kill({ downMs: 1_000, ...of });
  }

  /** Nothing goes wrong any more: everything is found out, and both sides agree. */
  async settle(ms = 3 * MINUTE_MS): Promise<void> {
    this.world.plan.calm();
    await this.run(ms);
    this.oracles.checkQuiet(this.money);
    if (this.oracles.fault !== null) throw new Error(this.oracles.fault);
  }

  /** The whole account agrees with the exchange's, to the last digit. */
  checkHoldings(symbol = BTC.symbol): void {
    const ours = this.money.positions.get(symbol)?.quantity ?? ZERO;
    const difference = abs(sub(ours, this.heldThere(symbol)));
    this.check(difference === ZERO, `${symbol} differs by ${toText(difference)}`);
  }
}
