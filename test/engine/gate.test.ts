import { describe, expect, test } from 'vitest';

import { decimal } from '../../src/domain/decimal.ts';
import type { CandleEvent } from '../../src/domain/event.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import type { RecordBody } from '../../src/domain/record.ts';
import { createSimulatedClock } from '../../src/engine/clock.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import { type Run, createRun } from '../../src/engine/run.ts';
import { startRun } from '../../src/engine/start.ts';
import { createEngineState } from '../../src/engine/state.ts';
import type { Journal, PostAccount, Venue } from '../../src/ports.ts';
import { createDigest } from '../../src/store/digest.ts';
import { NO_LIMITS, fileMarket } from '../support/backtest-kit.ts';
import { answersTo, ticket } from '../support/builders.ts';

const SYMBOL = 'BTC/USDT';
const START = Date.UTC(2024, 0, 1);

/** A journal whose disk answers when the test says so. */
class SlowJournal implements Journal {
  last = 0;
  durable = 0;
  /** Handed to the disk, not acknowledged yet. */
  handed = 0;
  readonly bodies: RecordBody[] = [];
  #callbacks: (() => void)[] = [];
  append(body: RecordBody): number {
    this.bodies.push(body);
    this.last += 1;
    return this.last;
  }
  commit(): void {
    this.handed = this.last;
  }
  /** The disk acknowledges what it was handed. */
  acknowledge(upTo = this.handed): void {
    this.durable = upTo;
    for (const callback of this.#callbacks) callback();
  }
  onDurable(callback: () => void): void {
    this.#callbacks.push(callback);
  }
  onFailed(): void {
    // This disk is slow, not broken.
  }
  digest(): string {
    return '';
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** What left the process, and the newest durable record when it did. */
interface Sent {
  readonly what: string;
  readonly id: string;
  readonly durable: number;
}

interface Bench {
  readonly run: Run;
  readonly journal: SlowJournal;
  readonly sent: Sent[];
  readonly notices: { readonly text: string; readonly durable: number }[];
  readonly post: PostAccount;
  /** `answers`: every submit is accepted and filled inside the call. */
  readonly venue: { answers: boolean };
}

/** An engine with a venue outside the process, started and durable so far. */
function createBench(inProcess = false): Bench {
  const journal = new SlowJournal();
  const sent: Sent[] = [];
  const notices: { text: string; durable: number }[] = [];
  const markets = [fileMarket(SYMBOL, { fee: '0' })];
  const settings = { limits: NO_LIMITS, leverage: 1 };
  const state = createEngineState({ markets, runtimes: [], settings, now: START });
  const answering = { answers: false };
  let post: PostAccount = () => undefined;
  const venue: Venue = {
    inProcess,
    abilities: { stops: true, trailingStops: true, oco: true, amend: true },
    submit(order) {
      sent.push({ what: 'submit', id: order.id, durable: journal.durable });
      if (!answering.answers) return;
      for (const record of answersTo(order, '100', START)) {
        post({ kind: 'account', time: START, record });
      }
    },
    cancel: (id) => sent.push({ what: 'cancel', id, durable: journal.durable }),
    amend: (id) => sent.push({ what: 'amend', id, durable: journal.durable }),
    report: () => ({
      openOrders: [],
      positions: new Map(),
      balances: new Map([['USDT', decimal('1000')]]),
    }),
  };
  const run = createRun({
    state,
    journal,
    clock: createSimulatedClock(START),
    venue: (given) => {
      post = given;
      return venue;
    },
    log: () => undefined,
    onNotice: ({ text }) => notices.push({ text, durable: journal.durable }),
  });
  startRun(
    run,
    { history: () => [], unfinished: () => [] },
    {
      run: 'run00000000' as never,
      version: 'test',
      mode: 'live',
      accountId: 'paper',
      currency: 'USDT',
      seed: 1,
      markets,
      cash: decimal('1000'),
      start: true,
    },
  );
  run.drive(candle(0));
  run.commit();
  journal.acknowledge();
  notices.length = 0;
  return { run, journal, sent, notices, venue: answering, post: (event) => post(event) };
}

function candle(minute: number): CandleEvent {
  const openTime = START + minute * 60_000;
  return {
    kind: 'candle',
    symbol: SYMBOL,
    time: openTime + 60_000,
    timeframe: '1m',
    candle: { openTime, open: 100, high: 100, low: 100, close: 100, volume: 1 },
  };
}

let press = 0;
function place({ run }: Bench, price = '90'): OrderId {
  const before = new Set(run.state.money.working.keys());
  press += 1;
  run.post({
    kind: 'command',
    time: START,
    command: {
      kind: 'placeOrder',
      pressId: `p${press}`,
      ticket: ticket({ symbol: SYMBOL, type: 'limit', price: decimal(price) }),
    },
  });
  const made = [...run.state.money.working.keys()].find((id) => !before.has(id));
  if (made === undefined) throw new Error('no order was made');
  return made;
}

const numberOf = ({ journal }: Bench, kind: string, id: string): number =>
  journal.bodies.findIndex(
    (body) => body.kind === kind && 'orderId' in body && body.orderId === id,
  ) + 1;

describe('a venue outside the process', () => {
  test('gets an order only when its record is durable; so do words about it', () => {
    const bench = createBench();
    const id = place(bench);
    const other = place(bench, '80');
    expect(bench.sent).toEqual([]);
    expect(bench.notices).toEqual([]);
    bench.run.commit();
    bench.journal.acknowledge(numberOf(bench, 'orderCreated', id));
    expect(bench.sent.map((one) => one.id)).toEqual([id]);
    bench.journal.acknowledge();
    expect(bench.sent.map((one) => one.id)).toEqual([id, other]);
    for (const one of bench.sent) {
      expect(one.durable).toBeGreaterThanOrEqual(numberOf(bench, 'orderCreated', one.id));
    }
    expect(bench.notices).toHaveLength(2);
  });

  test('gets a cancel at once, whatever the disk does', () => {
    const bench = createBench();
    const id = place(bench);
    bench.run.commit();
    bench.journal.acknowledge();
    const before = bench.journal.durable;
    bench.run.post({ kind: 'command', time: START, command: { kind: 'cancelOrder', orderId: id } });
    expect(bench.sent.at(-1)).toEqual({ what: 'cancel', id, durable: before });
    expect(bench.journal.last).toBeGreaterThan(before);
    expect(bench.notices.map(({ text }) => text).join()).not.toContain('cancel sent');
  });

  test('never hears of an order that was canceled before it left', () => {
    const bench = createBench();
    const id = place(bench);
    bench.run.post({ kind: 'command', time: START, command: { kind: 'cancelOrder', orderId: id } });
    bench.run.commit();
    bench.journal.acknowledge();
    expect(bench.sent).toEqual([]);
    expect(bench.journal.bodies.at(-1)).toMatchObject({ kind: 'neverSent', orderId: id });
    expect(bench.run.state.money.working.size).toBe(0);
    expect(bench.run.state.money.closed.get(id)?.status).toBe('canceled');
  });

  test('a halt takes back what has not left and cancels the rest at once', () => {
    const bench = createBench();
    const sentId = place(bench);
    bench.run.commit();
    bench.journal.acknowledge();
    const unsent = place(bench, '80');
    bench.run.post({ kind: 'command', time: START, command: { kind: 'halt', reason: 'test' } });
    expect(bench.sent.map(({ what, id }) => [what, id])).toEqual([
      ['submit', sentId],
      ['cancel', sentId],
    ]);
    expect(bench.run.state.money.closed.get(unsent)?.status).toBe('canceled');
  });

  test('is answered without further market data: its answer is stepped, saved and told', () => {
    const bench = createBench();
    bench.venue.answers = true;
    const id = place(bench);
    bench.run.commit();
    bench.journal.acknowledge();
    expect(bench.run.state.money.closed.get(id)?.status).toBe('filled');
    expect(bench.run.state.money.counts.fills).toBe(1);
    // Nobody else is going to hand the answer's records to the disk: the market is silent.
    expect(bench.journal.handed).toBe(bench.journal.last);
    bench.journal.acknowledge();
    expect(bench.notices.map(({ text }) => text).join()).toContain('filled');
  });

  test('an answer that comes by itself is handed to the disk at once', () => {
    const bench = createBench();
    const id = place(bench);
    bench.run.commit();
    bench.journal.acknowledge();
    const record = { kind: 'rejected', orderId: id, code: 'TICK_SIZE', reason: 'no' } as const;
    bench.post({ kind: 'account', time: START, record });
    expect(bench.journal.handed).toBe(bench.journal.last);
  });
});

describe('a venue inside the process', () => {
  test('is not gated, but words are', () => {
    const bench = createBench(true);
    const id = place(bench);
    expect(bench.sent.map((one) => one.id)).toEqual([id]);
    expect(bench.notices).toEqual([]);
    bench.run.commit();
    bench.journal.acknowledge();
    expect(bench.notices).toHaveLength(1);
  });

  test('gets a cancel after its create', () => {
    const bench = createBench(true);
    const id = place(bench);
    bench.run.post({ kind: 'command', time: START, command: { kind: 'cancelOrder', orderId: id } });
    expect(bench.sent.map(({ what }) => what)).toEqual(['submit', 'cancel']);
  });
});

test('a journal in memory is durable at once', () => {
  const journal = createMemoryJournal(createDigest());
  journal.append({ kind: 'runStopped', reason: 'x', equity: 0 }, { t: 0, m: 0 });
  expect(journal.durable).toBe(journal.last);
});
