// The real engine with the order manager at a scripted exchange: one market, manual orders.
import { decimal, toText } from '../../../src/domain/decimal.ts';
import type { OrderId, RunId } from '../../../src/domain/ids.ts';
import type { Order } from '../../../src/domain/order.ts';
import type { RecordBody } from '../../../src/domain/record.ts';
import { SeededRng } from '../../../src/domain/rng.ts';
import { type SimulatedClock, createSimulatedClock } from '../../../src/engine/clock.ts';
import { createMemoryJournal } from '../../../src/engine/memory-journal.ts';
import { type Run, createRun } from '../../../src/engine/run.ts';
import { startRun } from '../../../src/engine/start.ts';
import { createEngineState } from '../../../src/engine/state.ts';
import { type Gateway, createGateway } from '../../../src/exchange/gateway/gateway.ts';
import { findOrder } from '../../../src/execution/money.ts';
import type { VenueAbilities } from '../../../src/ports.ts';
import { ACCOUNT, SPOT, START, WIDE, ticket } from '../../support/builders.ts';
import { ScriptedClient } from './scripted-client.ts';

const RUN = 'enginebench' as RunId;
const NO_PAST = { next: () => null, history: () => [], unfinished: () => [], length: 0 };

export class EngineBench {
  readonly clock: SimulatedClock = createSimulatedClock(START);
  readonly client = new ScriptedClient(this.clock);
  readonly records: RecordBody[] = [];
  readonly notices: string[] = [];
  readonly run: Run;
  private presses = 0;

  /** Started, reconciled, with a last price of 100. */
  constructor(abilities: Partial<VenueAbilities> = {}) {
    const { clock, client } = this;
    client.abilities = { ...client.abilities, ...abilities };
    const markets = [SPOT];
    const settings = { limits: WIDE, leverage: 1 };
    const state = createEngineState({ markets, runtimes: [], settings, now: START });
    const made: { gateway: Gateway | null } = { gateway: null };
    this.run = createRun({
      state,
      journal: createMemoryJournal({ update: () => undefined, hex: () => '' }),
      clock,
      venue: (post) => {
        made.gateway = createGateway({
          client,
          post,
          books: () => state.money,
          knowsRun: (run) => run === RUN,
          accountId: ACCOUNT,
          transport: clock,
          clock,
          rng: new SeededRng(3),
          log: () => undefined,
        });
        return made.gateway;
      },
      onRecord: (body) => this.records.push(body),
      onNotice: ({ level, text }) => this.notices.push(`${level} ${text}`),
    });
    const who = { version: 't', mode: 'live', accountId: ACCOUNT, currency: 'USDT', seed: 1 };
    startRun(this.run, NO_PAST, { run: RUN, ...who, markets, cash: decimal('0'), start: true });
    made.gateway?.start();
    const candle = { openTime: START, open: 100, high: 100, low: 100, close: 100, volume: 1 };
    const time = START + 60_000;
    this.run.drive({ kind: 'candle', symbol: SPOT.symbol, time, timeframe: '1m', candle });
    this.pass(5_000);
  }

  /** The market trades here, once. */
  trade(price: number): void {
    const time = Math.max(this.clock.now(), this.run.state.market.now);
    const trades = [{ time, price, quantity: 1, side: 'buy' as const }];
    this.run.drive({ kind: 'trades', symbol: SPOT.symbol, time, trades });
    this.pass(200);
  }

  /** Working protection as `type quantity at price`. */
  protection(): string[] {
    return [...this.run.state.money.working.values()]
      .filter(({ role, status }) => role === 'protective' && status !== 'pendingCancel')
      .map(({ type, quantity, triggerPrice, price }) => {
        const at = triggerPrice ?? price;
        return `${type} ${toText(quantity)}${at ? ` at ${toText(at)}` : ''}`;
      });
  }

  pass(ms: number): void {
    const end = this.clock.now() + ms;
    while (this.clock.nextDue() <= end) this.clock.fireNext();
    this.clock.observe(end);
  }

  /** A manual limit order for 1 BTC at 100, with what else is asked. */
  buy(change: Parameters<typeof ticket>[0] = {}): OrderId {
    const before = new Set(this.run.state.money.working.keys());
    this.presses += 1;
    this.run.post({
      kind: 'command',
      time: this.clock.now(),
      command: {
        kind: 'placeOrder',
        pressId: `p${this.presses}`,
        ticket: ticket({ type: 'limit', price: decimal('100'), ...change }),
      },
    });
    const made = [...this.run.state.money.working.keys()].find((id) => !before.has(id));
    if (made === undefined) throw new Error(`no order was made: ${this.notices.join()}`);
    return made;
  }

  cancel(orderId: OrderId): void {
    const time = this.clock.now();
    this.run.post({ kind: 'command', time, command: { kind: 'cancelOrder', orderId } });
  }

  order(id: OrderId): Readonly<Order> {
    const order = findOrder(this.run.state.money, id);
    if (!order) throw new Error(`no order ${id}`);
    return order;
  }

  /** What the books say at the end: the order, the holding, the cash, open questions. */
  books(id: OrderId): string {
    const { money } = this.run.state;
    const { status, filled } = this.order(id);
    const held = money.positions.get(SPOT.symbol)?.quantity ?? decimal('0');
    const cash = money.balances.get('USDT')?.total ?? decimal('0');
    const fills = this.records.filter(({ kind }) => kind === 'fill').length;
    const words = [`held ${toText(held)}`, `cash ${toText(cash)}`, `fills ${fills}`];
    return [`${status} ${toText(filled)}`, ...words, `working ${money.working.size}`].join(', ');
  }
}
