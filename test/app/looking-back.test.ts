// What a session remembers over restarts, writes out, and how it moves through a recording.
import {
  appendFileSync,
  cpSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, describe, expect, test } from 'vitest';

import { openSession } from '../../src/app/build.ts';
import { type ConsoleSession, openConsoleSession } from '../../src/app/console-session.ts';
import { KEPT_RECORDS, RecordRing } from '../../src/app/record-ring.ts';
import type { RunOptions } from '../../src/app/run-options.ts';
import type { RunningSession } from '../../src/app/session.ts';
import type { Session } from '../../src/app/session-types.ts';
import { readTail } from '../../src/app/state/reader.ts';
import { decimal } from '../../src/domain/decimal.ts';
import type { JournalRecord, RecordBody } from '../../src/domain/record.ts';
import { generatedCandles } from '../support/backtest-kit.ts';
import { WIDE, ticket } from '../support/builders.ts';
import {
  demoOptions,
  instance,
  makeDirectory,
  readState,
  removeAll,
  replayOptions,
  until,
  writeCandles,
} from '../support/session-kit.ts';

const file = generatedCandles(600, { seed: 3 });
const path = writeCandles(file);
const START = file.firstTime;
const MINUTE = 60_000;
const WAIT_MS = 30_000;

const opened: (RunningSession | ConsoleSession)[] = [];
afterEach(async () => {
  for (const session of opened.splice(0)) await session.close('the test is over');
});
afterAll(removeAll);

/** A session with a reader whose market is held before anything was played. */
async function open(options: RunOptions): Promise<RunningSession> {
  const session = await openSession(options);
  opened.push(session);
  begin(session);
  return session;
}

function begin(session: Session & { start(): void }): void {
  session.subscribe(() => undefined);
  session.dispatch({ kind: 'holdFeed', held: true });
  session.start();
}

const step = (session: Session, count: number): void => {
  for (let n = 0; n < count; n += 1) session.dispatch({ kind: 'stepFeed' });
};
const texts = (session: Session): string[] => session.view().notices.map(({ text }) => text);
const tiny = ticket({ quantity: decimal('0.0000000001') });

describe('after a restart', () => {
  test.each(['closed', 'killed'] as const)(
    'of a %s session, alerts and history are there',
    async (how) => {
      const options = replayOptions(path);
      const first = await open(options);
      step(first, 60);
      const ticketOf = ticket({ type: 'limit', quantity: decimal('0.1'), price: decimal('15000') });
      first.dispatch({ kind: 'placeOrder', ticket: ticketOf, pressId: 'a' });
      first.dispatch({ kind: 'placeOrder', ticket: tiny, pressId: 'b' });
      const order = first.view().orders.find(({ strategyId }) => strategyId === 'manual');
      const before = {
        alerts: first.view().alerts,
        history: first.history({ orderId: order?.id ?? '' }),
      };
      expect(before.history).toHaveLength(2);
      expect(before.alerts).toMatchObject([{ source: 'denial', symbol: 'BTC/USDT' }]);
      await until(() => first.view().store.waiting === 0, WAIT_MS);
      // What a kill leaves behind: the same files, no last words, no snapshot.
      const copy = join(makeDirectory(), 'state');
      if (how === 'killed') cpSync(options.stateDirectory, copy, { recursive: true });
      await first.close('over');
      opened.length = 0;
      const stateDirectory = how === 'killed' ? copy : options.stateDirectory;
      rmSync(join(copy, 'LOCK'), { force: true });
      const second = await open({ ...options, stateDirectory, continueReplay: true, start: false });
      expect(second.history({ orderId: order?.id ?? '' })).toEqual(before.history);
      const denial = second.view().alerts.find(({ source }) => source === 'denial');
      expect(denial).toMatchObject({ ...before.alerts[0], id: expect.any(Number) as number });
      expect(second.view().alerts.at(-1)).toMatchObject({ source: 'state', active: true });
    },
  );
});

describe('the newest records', () => {
  test('are read from the end of the files, below a number, damaged lines left out', async () => {
    const options = replayOptions(path, {
      strategies: [instance('sma-cross', { fast: 2, slow: 4 })],
    });
    const session = await open(options);
    step(session, 400);
    await session.close('over');
    opened.length = 0;
    const all = readTail(options.stateDirectory, Infinity, Infinity);
    expect(all.map(({ n }) => n)).toEqual(all.map((_, index) => index + 1));
    expect(all.length).toBeGreaterThan(100);
    const some = readTail(options.stateDirectory, 50, 10);
    expect(some).toEqual(all.slice(39, 49));
    const newest = readdirSync(options.stateDirectory).filter((name) => name.startsWith('journal'));
    appendFileSync(
      join(options.stateDirectory, newest.toSorted().at(-1) ?? ''),
      '00000000 {"n":1}\nhalf',
    );
    expect(readTail(options.stateDirectory, Infinity, 5)).toEqual(all.slice(-5));
    expect(readTail(join(options.stateDirectory, 'absent'), 9, 9)).toEqual([]);
  });

  test('in memory are bounded, and go on where the files end', () => {
    const asked: number[] = [];
    const old: JournalRecord = { n: 4, t: 1, m: 1, kind: 'runStopped', reason: 'old', equity: 1 };
    const ring = new RecordRing((before) => {
      asked.push(before);
      return [old];
    });
    const body: RecordBody = { kind: 'runStopped', reason: 'new', equity: 2 };
    ring.add(body, { n: 5, t: 2, m: 2 });
    expect(ring.all().map(({ n }) => n)).toEqual([4, 5]);
    for (let n = 6; n < 6 + KEPT_RECORDS * 3; n += 1) ring.add(body, { n, t: 2, m: 2 });
    expect(ring.all()).toHaveLength(KEPT_RECORDS);
    expect(ring.all().at(-1)?.n).toBe(5 + KEPT_RECORDS * 3);
    expect(asked).toEqual([5]);
  });
});

describe('an export of the log', () => {
  test('is a private file without control characters, and one of its own each time', async () => {
    const options = replayOptions(path);
    const session = await open(options);
    step(session, 3);
    const lines = ['12:00 buy \u001b[31mred\u001b[0m', 'tab\tand\u0007bell', 'zero\u200bwidth'];
    session.dispatch({ kind: 'exportLog', lines });
    session.dispatch({ kind: 'exportLog', lines: ['second'] });
    const files = texts(session)
      .slice(-2)
      .map((text) => text.replace('log written to ', ''));
    const stamp = new Date(START + 3 * MINUTE).toISOString().replace(/[-:]|\.\d+/g, '');
    expect(files[0]?.endsWith(`/exports/log-${stamp}.txt`)).toBe(true);
    expect(files[1]?.endsWith(`/exports/log-${stamp}-2.txt`)).toBe(true);
    expect(readFileSync(files[0] ?? '', 'utf8')).toBe('12:00 buy red\ntab and?bell\nzerowidth\n');
    expect(statSync(files[0] ?? '').mode & 0o777).toBe(0o600);
    expect(statSync(join(options.stateDirectory, 'exports')).mode & 0o777).toBe(0o700);
  });

  test('that is too large, or has no directory to go to, is refused with the reason', async () => {
    const options = replayOptions(path);
    const session = await open(options);
    session.dispatch({
      kind: 'exportLog',
      lines: Array(11_000).fill('x'.repeat(1000)) as string[],
    });
    expect(texts(session).at(-1)).toBe('11000 lines are more than 10 MB: filter them first');
    const elsewhere = makeDirectory();
    symlinkSync(elsewhere, join(options.stateDirectory, 'exports'));
    session.dispatch({ kind: 'exportLog', lines: ['x'] });
    expect(texts(session).at(-1)).toMatch(/^the log was not written: /);
    expect(readdirSync(elsewhere)).toEqual([]);
  });
});

describe('a seek forward', () => {
  test('arrives at the last event before the time, held as before, without a skipped event', async () => {
    const session = await open(replayOptions(path, { speed: 1 }));
    step(session, 10);
    const time = START + 300 * MINUTE + 1;
    session.dispatch({ kind: 'seekFeed', time });
    expect(session.view().feed).toMatchObject({ seeking: time, held: true });
    await until(() => session.view().feed.seeking === null, WAIT_MS);
    expect(session.view().now).toBe(START + 300 * MINUTE);
    expect(session.view().feed).toMatchObject({ held: true, speed: 1, events: 300 });
  });

  test('gives the same run as playing does', async () => {
    const strategies = [instance('sma-cross', { fast: 3, slow: 8 })];
    const played = await open(replayOptions(path, { strategies }));
    step(played, 400);
    const sought = await open(replayOptions(path, { strategies }));
    sought.dispatch({ kind: 'seekFeed', time: START + 400 * MINUTE });
    await until(() => sought.view().feed.seeking === null, WAIT_MS);
    expect(sought.summary().digest).toBe(played.summary().digest);
    expect(sought.summary().fills).toBeGreaterThan(4);
  });

  test('leaves the event loop free: a timer fires while it is under way', async () => {
    const session = await open(demoOptions());
    session.dispatch({ kind: 'seekFeed', time: session.view().now + 30 * 86_400_000 });
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(session.view().feed.seeking).not.toBeNull();
    // Holding gives it up.
    session.dispatch({ kind: 'holdFeed', held: true });
    const { events, seeking } = session.view().feed;
    expect(seeking).toBeNull();
    expect(events).toBeGreaterThan(0);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(session.view().feed.events).toBe(events);
  });

  test('beyond the end plays to the end and says so', async () => {
    const session = await open(replayOptions(path));
    const { endTime, startTime } = session.view().feed;
    expect([startTime, endTime]).toEqual([START, START + 600 * MINUTE]);
    session.dispatch({ kind: 'seekFeed', time: (endTime ?? 0) + 1 });
    await until(() => session.view().feed.ended, WAIT_MS);
    expect(session.view().feed).toMatchObject({ seeking: null, events: 600 });
    expect(session.view().now).toBe(endTime);
    expect(texts(session)).toContain('goes on to the end, before that time');
  });

  test('back in the demo market is refused: only a recording goes back', async () => {
    const session = await openConsoleSession(demoOptions());
    opened.push(session);
    begin(session);
    step(session, 20);
    const { now } = session.view();
    session.dispatch({ kind: 'seekFeed', time: now - 1 });
    expect(texts(session).at(-1)).toBe('only a recording goes back');
    expect(session.view().now).toBe(now);
    expect(session.view().feed).toMatchObject({ startTime: null, endTime: null });
  });
});

describe('a seek back', () => {
  async function openConsole(options: RunOptions): Promise<ConsoleSession> {
    const session = await openConsoleSession(options);
    opened.push(session);
    begin(session);
    return session;
  }
  const arrived = (session: Session) => () => session.view().feed.seeking === null;

  test('is a fresh run of the recording up to the time, under the same screen', async () => {
    const strategies = [instance('sma-cross', { fast: 3, slow: 8 })];
    const options = replayOptions(path, { strategies, speed: 7, risk: WIDE });
    const session = await openConsole(options);
    let told = 0;
    session.subscribe(() => (told += 1));
    session.dispatch({ kind: 'changeRisk', changes: { maxPositions: 1 } });
    step(session, 500);
    await until(() => session.view().notices.length > 0, WAIT_MS);
    const later = session.view();
    expect(later.pnl.roundTrips).toBeGreaterThan(2);
    const time = START + 200 * MINUTE;
    session.dispatch({ kind: 'seekFeed', time });
    expect(session.view().feed.seeking).toBe(time);
    // An order of the market that is gone is not taken; a halt is never lost.
    session.dispatch({ kind: 'placeOrder', ticket: tiny, pressId: 'x' });
    await until(arrived(session), WAIT_MS);
    const words =
      'the recording was started anew: this is a new run; what was asked meanwhile was not done';
    await until(() => texts(session).at(-1) === words, WAIT_MS);
    const view = session.view();
    expect(view.now).toBe(time);
    expect(view.feed).toMatchObject({ held: true, speed: 7, events: 200, ended: false });
    expect(view.records).toBeLessThan(later.records);
    expect(view.alerts.filter(({ source }) => source === 'denial')).toEqual([]);
    expect(view.notices[0]?.id).toBeGreaterThan(later.notices.at(-1)?.id ?? Infinity);
    expect(told).toBeGreaterThan(0);
    const heard = told;
    step(session, 1);
    expect(told).toBeGreaterThan(heard);
    await session.close('over');
    const { money, records } = readState(options.stateDirectory);
    expect(money.cursor.events).toBe(201);
    // Limits that were set stay set: the new run began with them.
    expect(records.filter(({ kind }) => kind === 'riskChanged')).toEqual([]);
    const limit = view.limits.find(({ setting }) => setting === 'risk.maxPositions');
    expect(limit?.limit).toBe(1);
  });

  test('begins with the configuration as it is by now, edits on the way included', async () => {
    const strategies = [instance('sma-cross', { fast: 3, slow: 8 })];
    const session = await openConsole(replayOptions(path, { strategies, risk: WIDE }));
    step(session, 30);
    const edit = (fast: number): void =>
      session.dispatch({
        kind: 'changeParams',
        strategyId: 'sma-cross',
        params: { fast, slow: 8 },
        fromConfig: true,
      });
    const fast = () => session.view().strategies[0]?.params['fast'];
    edit(4);
    session.dispatch({
      kind: 'changeParams',
      strategyId: 'sma-cross',
      params: { fast: 6, slow: 8 },
    });
    expect(fast()).toBe(6);
    session.dispatch({ kind: 'seekFeed', time: START });
    await until(arrived(session), WAIT_MS);
    expect(fast()).toBe(4);
    session.dispatch({ kind: 'seekFeed', time: START - 1 });
    edit(5);
    session.dispatch({ kind: 'changeRisk', changes: { maxPositions: 2 } });
    await until(arrived(session), WAIT_MS);
    expect(fast()).toBe(5);
    const limit = session.view().limits.find(({ setting }) => setting === 'risk.maxPositions');
    expect(limit?.limit).toBe(2);
    const words = 'the recording was started anew: this is a new run';
    await until(() => texts(session).includes(words), WAIT_MS);
  });

  test('tells a listener that came again once', async () => {
    const session = await openConsoleSession(replayOptions(path));
    opened.push(session);
    let told = 0;
    session.subscribe(() => (told += 1))();
    session.subscribe(() => (told += 1));
    session.dispatch({ kind: 'holdFeed', held: true });
    expect(told).toBe(1);
  });

  test('to the beginning and on again plays the same market', async () => {
    const session = await openConsole(replayOptions(path));
    step(session, 30);
    const prices = session.view().markets[0]?.closes;
    session.dispatch({ kind: 'seekFeed', time: START });
    session.dispatch({ kind: 'halt', reason: 'by hand' });
    await until(
      () => session.view().feed.events === 0 && session.view().feed.seeking === null,
      WAIT_MS,
    );
    expect(session.view().account.tradingState).toBe('halted');
    step(session, 30);
    expect(session.view().markets[0]?.closes).toEqual(prices);
  });

  test('that cannot start anew says why and ends; closing still works', async () => {
    const own = writeCandles(generatedCandles(50, { seed: 4 }));
    const session = await openConsole(replayOptions(own));
    step(session, 30);
    appendFileSync(own, 'not,a,candle\n');
    session.dispatch({ kind: 'seekFeed', time: START });
    await until(() => session.failed !== null, WAIT_MS);
    expect(texts(session).at(-1)).toMatch(/^the recording could not start anew: .*candles\.csv:52/);
    expect(session.view().feed).toMatchObject({ ended: true, seeking: null });
    await session.close('over');
  });

  test('is waited for by a close in the middle of it', async () => {
    const options = replayOptions(path);
    const session = await openConsole(options);
    step(session, 30);
    session.dispatch({ kind: 'seekFeed', time: START });
    await session.close('quit');
    await (await openSession({ ...options, continueReplay: true })).close('the lock is free');
  });
});
