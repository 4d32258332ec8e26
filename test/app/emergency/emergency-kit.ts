// A venue that does what a test says, a clock that only the test moves, ids by role.
import type { Cleared } from '../../../src/app/emergency/clearance.ts';
import type { EmergencyClient } from '../../../src/app/emergency/client.ts';
import { type Decimal, ZERO, decimal } from '../../../src/domain/decimal.ts';
import { type OrderId, type Role, type RunId, createOrderId } from '../../../src/domain/ids.ts';
import type {
  OrderRef,
  VenueAccount,
  VenueFault,
  VenueOrder,
  VenueResult,
} from '../../../src/domain/venue.ts';
import { type SimulatedClock, createSimulatedClock } from '../../../src/engine/clock.ts';
import type { Answer } from '../../../src/ports.ts';

export const SYMBOL = 'BTC/USDT';
const RUN = 'aaaaaaaaaaa' as RunId;

export const orderId = (sequence: number, role: Role = 'entry'): OrderId =>
  createOrderId(RUN, sequence, role);

export const refOf = (id: OrderId): OrderRef => ({
  orderId: id,
  symbol: SYMBOL,
  venueOrderId: null,
});

const DOWN: VenueFault = { kind: 'down', reason: 'maintenance' };
const LOST: VenueFault = { kind: 'unknownOutcome', reason: 'connection reset' };

/** Answers 10 ms later, unless it is down, or loses answers. */
export class FakeVenue implements EmergencyClient {
  readonly clock: SimulatedClock = createSimulatedClock(0);
  readonly open = new Map<string, VenueOrder>();
  readonly positions = new Map<string, Decimal>();
  /** What was asked, in order: `cancel td…e`, `look`, `close BTC/USDT`. */
  readonly asked: string[] = [];
  isDown = false;
  /** Cancels that are carried out without an answer. */
  losesAnswers = false;
  /** Closes are refused. */
  refusesCloses = false;
  /** As a spot market: what an open order would sell cannot be sold by another. */
  locksCoins = false;

  place(id: string, symbol = SYMBOL): void {
    this.open.set(id, venueOrder(id, symbol));
  }

  cancelOrder(ref: OrderRef, answer: Answer<void>): void {
    const id = ref.orderId ?? '';
    this.asked.push(`cancel ${id}`);
    this.reply<void>(() => {
      if (!this.open.delete(id)) return { kind: 'notFound', reason: 'no such order' };
      return this.losesAnswers ? LOST : undefined;
    }, answer);
  }

  fetchOpenOrders(answer: Answer<readonly VenueOrder[]>): void {
    this.asked.push('look');
    this.tell(() => [...this.open.values()], answer);
  }

  fetchAccount(answer: Answer<VenueAccount>): void {
    this.asked.push('account');
    const account = { accountId: 'main', balances: new Map<string, Decimal>(), time: 0 };
    this.tell(() => ({ ...account, positions: new Map(this.positions) }), answer);
  }

  closePosition(position: { readonly symbol: string }, answer: Answer<void>): void {
    this.asked.push(`close ${position.symbol}`);
    this.reply<void>(() => {
      if (this.refusesCloses) return { kind: 'rejected', code: 'UNSUPPORTED', reason: 'no' };
      if (this.locksCoins && this.open.size > 0) {
        return { kind: 'rejected', code: 'INSUFFICIENT_FUNDS', reason: 'locked' };
      }
      this.positions.delete(position.symbol);
      return undefined;
    }, answer);
  }

  close(): void {
    this.asked.push('end');
  }

  readonly after = (ms: number, run: () => void): (() => void) => this.clock.after(ms, run);
  readonly now = (): number => this.clock.now();

  advance(ms: number): void {
    const until = this.clock.now() + ms;
    while (this.clock.nextDue() <= until) this.clock.fireNext();
    this.clock.observe(until);
  }

  private tell<T>(value: () => T, answer: Answer<T>): void {
    const isDown = this.isDown;
    this.clock.after(10, () =>
      answer(isDown ? { ok: false, fault: DOWN } : { ok: true, value: value() }),
    );
  }

  private reply<T>(act: () => VenueFault | T | undefined, answer: Answer<T>): void {
    const isDown = this.isDown;
    this.clock.after(10, () => {
      const fault = isDown ? DOWN : act();
      const result: VenueResult<T> =
        fault === undefined
          ? { ok: true, value: fault as T }
          : { ok: false, fault: fault as VenueFault };
      answer(result);
    });
  }
}

export function venueOrder(clientOrderId: string | null, symbol = SYMBOL): VenueOrder {
  return {
    accountId: 'main',
    symbol,
    venueOrderId: `v-${clientOrderId}`,
    clientOrderId,
    side: 'buy',
    type: 'limit',
    quantity: decimal('1'),
    price: decimal('100'),
    triggerPrice: null,
    reduceOnly: false,
    status: 'open',
    filled: ZERO,
    averagePrice: null,
    updatedTime: 0,
    reason: null,
  };
}

/** What a stop came to, where nothing was left and nothing went wrong. */
export const cleared = (change: Partial<Cleared> = {}): Cleared => ({
  canceled: 0,
  open: 0,
  kept: 0,
  unknown: 0,
  verified: true,
  holdings: null,
  problem: null,
  ...change,
});
