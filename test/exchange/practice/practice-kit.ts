/** A practice exchange with one book market, a wire to it, and everything it says. */
import { type Decimal, ZERO, decimal } from '../../../src/domain/decimal.ts';
import type { OrderId } from '../../../src/domain/ids.ts';
import type { Order } from '../../../src/domain/order.ts';
import type {
  OrderRef,
  VenueAccount,
  VenueFill,
  VenueOrder,
  VenueResult,
} from '../../../src/domain/venue.ts';
import { type SimulatedClock, createSimulatedClock } from '../../../src/engine/clock.ts';
import { createPracticeExchange } from '../../../src/exchange/practice/exchange.ts';
import type { PracticeRules } from '../../../src/exchange/practice/rules.ts';
import { FaultPlan, type FaultRates } from '../../../src/exchange/practice/faults.ts';
import { PracticeWire } from '../../../src/exchange/practice/faulty-client.ts';
import type { VenueListener } from '../../../src/ports.ts';
import { ACCOUNT, PERPETUAL, SPOT, START, request } from '../../support/builders.ts';

export const MODEL = {
  fill: 'next-open',
  slippageBps: 0,
  spreadFraction: 0,
  latencyMs: 0,
  leverage: 5,
} as const;

/** Everything a listener heard, in order. */
export class Heard implements VenueListener {
  readonly orders: VenueOrder[] = [];
  readonly fills: VenueFill[] = [];
  readonly accounts: VenueAccount[] = [];
  readonly links: boolean[] = [];
  onOrder(order: VenueOrder): void {
    this.orders.push(order);
  }
  onFill(fill: VenueFill): void {
    this.fills.push(fill);
  }
  onAccount(account: VenueAccount): void {
    this.accounts.push(account);
  }
  onLink(up: boolean): void {
    this.links.push(up);
  }
}

export function practice(
  of: {
    rules?: Partial<PracticeRules>;
    rates?: FaultRates;
    seed?: number;
    usdt?: string;
  } = {},
) {
  const clock = createSimulatedClock(START);
  const exchange = createPracticeExchange({
    accountId: ACCOUNT,
    markets: [SPOT, PERPETUAL],
    clock,
    scheduler: clock,
    balances: new Map([['USDT', decimal(of.usdt ?? '100000')]]),
    model: MODEL,
    ...(of.rules ? { rules: of.rules } : {}),
  });
  const plan = new FaultPlan({ seed: of.seed ?? 1, rates: of.rates ?? {} });
  const wire = new PracticeWire({ exchange, plan, clock, scheduler: clock });
  const truth = new Heard();
  exchange.listen(truth);
  const book = (price: number, symbol = SPOT.symbol): void => {
    const level = (at: number) => ({ price: at, quantity: 50 });
    const levels = { bids: [level(price - 1)], asks: [level(price + 1)] };
    exchange.onMarket({ kind: 'book', symbol, time: clock.now(), levels });
  };
  book(100);
  book(100, PERPETUAL.symbol);
  return { clock, exchange, plan, wire, truth, book, run: (ms: number) => runFor(clock, ms) };
}

/** Lets time pass and everything happen that is due. */
export function runFor(clock: SimulatedClock, ms: number): void {
  const end = clock.now() + ms;
  while (clock.nextDue() <= end) clock.fireNext();
  clock.observe(end);
}

/** An order of ours; `id` is its client order id. */
export function ours(id: string, change: Parameters<typeof request>[0] = {}): Order {
  return {
    ...request(change),
    id: id as OrderId,
    status: 'submitted',
    filled: ZERO,
    filledNotional: ZERO,
    venueOrderId: null,
    createdTime: START,
    updatedTime: START,
    statusReason: null,
    decisionPrice: 100,
    fillIds: [],
  };
}

export const limit = (id: string, price: string, quantity: Decimal = decimal('1')): Order =>
  ours(id, { type: 'limit', price: decimal(price), quantity });

export const ref = (id: string, symbol = SPOT.symbol): OrderRef => ({
  symbol,
  orderId: id as OrderId,
  venueOrderId: null,
});

/** The value of a result that is one. */
export function valueOf<T>(result: VenueResult<T> | undefined): T {
  if (!result?.ok) throw new Error(`no value: ${JSON.stringify(result)}`);
  return result.value;
}

export const kindOf = (result: VenueResult<unknown> | undefined): string =>
  result === undefined ? 'no answer' : result.ok ? 'ok' : result.fault.kind;
