/** A state with a history: trades as a console makes them, through the real store and its archive. */
import { Archiver } from '../../src/app/state/archiver.ts';
import { stateCodec } from '../../src/app/state/codec.ts';
import { decimal } from '../../src/domain/decimal.ts';
import { createOrderId, simulatedRunId } from '../../src/domain/ids.ts';
import type { RecordBody } from '../../src/domain/record.ts';
import { DAY_MS } from '../../src/domain/time.ts';
import type { MoneyState } from '../../src/execution/money.ts';
import { Archive } from '../../src/store/archive.ts';
import { openStore, type Store } from '../../src/store/snapshot.ts';
import { ACCOUNT, answersTo, request, SPOT, START } from '../support/builders.ts';

export type MoneyStore = Store<MoneyState, RecordBody>;

const RUN = simulatedRunId(1, 0);

export const openMoney = (dir: string): Promise<MoneyStore> =>
  openStore<MoneyState, RecordBody>({ dir, codec: stateCodec() });

/** Appends a record and folds it, as the engine does. */
export class Desk {
  readonly store: MoneyStore;
  readonly directory: string;
  private readonly archiver = new Archiver();
  private readonly archive: Archive;
  private readonly codec = stateCodec();
  private orders = 0;

  constructor(store: MoneyStore, dir: string) {
    this.store = store;
    this.directory = dir;
    this.archive = new Archive({ dir, maxBytes: null, month: () => '2026-11' });
  }

  record(body: RecordBody, t: number): void {
    const n = this.store.journal.append(body, { t, m: 0 });
    this.codec.fold(this.store.db.data, { n, t, m: 0, ...body });
    this.archiver.collect(this.store.db.data, body);
  }

  begin(): void {
    const who = { run: RUN, version: 'bench', mode: 'paper', accountId: ACCOUNT };
    const what = { currency: 'USDT', seed: 1, markets: [SPOT] };
    this.record({ kind: 'runStarted', ...who, ...what }, START);
    const cash = { accountId: ACCOUNT, asset: 'USDT', amount: decimal('1000000') };
    this.record({ kind: 'deposited', ...cash }, START);
  }

  /** One order's creation; the gate of everything that leaves. */
  create(t: number, side: 'buy' | 'sell' = 'buy') {
    const role = side === 'buy' ? 'entry' : 'exit';
    const orderId = createOrderId(RUN, (this.orders += 1), role);
    const reason = 'fast average crossed the slow one from below';
    const bracket = { stopPrice: decimal('95'), targetPrice: null, trailFraction: null };
    const asked = request({ side, role, reason, bracket: side === 'buy' ? bracket : null });
    this.record({ kind: 'orderCreated', orderId, request: asked, decisionPrice: 100.5 }, t);
    return { ...asked, id: orderId };
  }

  /** In and out again. */
  trade(t: number): void {
    for (const side of ['buy', 'sell'] as const) {
      const order = this.create(t, side);
      for (const answer of answersTo(order as never, side === 'buy' ? '100.00' : '100.25', t)) {
        this.record(answer, t);
      }
    }
  }

  /** As the compactor: archive first, then a new generation. */
  async compact(): Promise<{ readonly heldMs: number }> {
    await this.archiver.empty(this.archive, () => this.store.journal.last);
    const begun = performance.now();
    const written = this.store.db.write();
    const heldMs = performance.now() - begun;
    await written;
    return { heldMs };
  }
}

/** `trades` spread over `days`, ended with a snapshot. */
export async function makeHistory(dir: string, trades: number, days: number): Promise<Desk> {
  const desk = new Desk(await openMoney(dir), dir);
  desk.begin();
  const { journal } = desk.store;
  for (let trade = 0; trade < trades; trade += 1) {
    desk.trade(START + Math.floor((trade / trades) * days * DAY_MS));
    if (trade % 200 !== 0) continue;
    journal.commit();
    await new Promise((resolve) => setImmediate(resolve));
    while (journal.saturated) await new Promise((resolve) => setImmediate(resolve));
    if (desk.store.compactionDue) await desk.compact();
  }
  await desk.compact();
  return desk;
}
