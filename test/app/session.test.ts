import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, afterEach, describe, expect, test } from 'vitest';

import { openSession } from '../../src/app/build.ts';
import { toFailure } from '../../src/app/failure.ts';
import { runHeadless } from '../../src/app/headless.ts';
import type { RunOptions } from '../../src/app/run-options.ts';
import type { RunningSession } from '../../src/app/session.ts';
import { stateCodec } from '../../src/app/state/codec.ts';
import type { Ticket } from '../../src/domain/command.ts';
import { decimal, toText } from '../../src/domain/decimal.ts';
import { NO_LIMITS, generatedCandles } from '../support/backtest-kit.ts';
import { ticket } from '../support/builders.ts';
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

const path = writeCandles(generatedCandles(600, { seed: 3 }));
const opened: RunningSession[] = [];

afterEach(async () => {
  for (const session of opened.splice(0)) await session.close('the test is over');
});
afterAll(removeAll);

/** A held session that has played `events` candles. */
async function open(change: Partial<RunOptions> = {}, events = 100): Promise<RunningSession> {
  const session = await openSession(replayOptions(path, change));
  opened.push(session);
  session.dispatch({ kind: 'holdFeed', held: true });
  session.start();
  for (let i = 0; i < events; i += 1) session.dispatch({ kind: 'stepFeed' });
  return session;
}

const resting = (change: Partial<Ticket> = {}): Ticket =>
  ticket({ type: 'limit', quantity: decimal('0.1'), price: decimal('15000'), ...change });

const place = (session: RunningSession, pressId: string, change: Partial<Ticket> = {}): void =>
  session.dispatch({ kind: 'placeOrder', ticket: resting(change), pressId });

const texts = (session: RunningSession): string =>
  session
    .view()
    .notices.map((one) => one.text)
    .join('\n');

/** Hash of everything a session's engine holds: money, market, strategies' thoughts. */
function stateHash(session: RunningSession): string {
  const { log: _log, notices: _notices, dataAgeMs: _age, store: _store, ...view } = session.view();
  return createHash('sha256')
    .update(
      JSON.stringify(view, (_key, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    )
    .digest('hex');
}

describe('the view', () => {
  test('is the same object until something changed, and frozen', async () => {
    const session = await open();
    await until(() => session.view().store.waiting === 0);
    const view = session.view();
    expect(session.view()).toBe(view);
    expect(Object.isFrozen(view)).toBe(true);
    session.dispatch({ kind: 'stepFeed' });
    expect(session.view()).not.toBe(view);
    expect(session.view().feed.events).toBe(view.feed.events + 1);
    expect(view.feed.events).toBe(100);
  });

  test('says nothing of recovering where the venue agrees in the same moment', async () => {
    const session = await open({ start: false }, 1);
    const warned = session.view().log.filter(({ level }) => level !== 'info');
    expect(warned.map(({ message }) => message)).toEqual([]);
  });

  test('says when the disk has caught up, without market data', async () => {
    const session = await open();
    place(session, 'a');
    expect(session.view().store.waiting).toBeGreaterThan(0);
    await until(() => session.view().store.waiting === 0);
    expect(session.view().store.commitMs).toBeGreaterThan(0);
  });

  test('shows the newest 300 log lines and 20 answers at most', async () => {
    const session = await open();
    for (let i = 0; i < 700; i += 1) session.notice('info', `notice ${i}`);
    const { log, notices } = session.view();
    expect(log).toHaveLength(300);
    expect(log.at(-1)?.message).toBe('notice 699');
    expect(notices).toHaveLength(20);
    expect(notices.map((one) => one.id)).toEqual(notices.map((_, i) => (notices[0]?.id ?? 0) + i));
  });
});

describe('listeners', () => {
  test('hear of commands at once and of the market a few times a second', async () => {
    const session = await open({ speed: 60_000 });
    let heard = 0;
    const unsubscribe = session.subscribe(() => (heard += 1));
    session.dispatch({ kind: 'pause', reason: 'test' });
    expect(heard).toBe(1);
    session.dispatch({ kind: 'holdFeed', held: false });
    heard = 0;
    const begun = performance.now();
    await until(() => heard > 0 && session.view().feed.events > 400);
    expect(heard).toBeLessThanOrEqual((performance.now() - begun) / 100 + 1);
    unsubscribe();
    session.dispatch({ kind: 'holdFeed', held: true });
    const then = heard;
    session.dispatch({ kind: 'pause', reason: 'again' });
    expect(heard).toBe(then);
  });
});

describe('commands', () => {
  test('act in the same turn; their answers come when they are saved', async () => {
    const session = await open();
    session.dispatch({ kind: 'halt', reason: 'the operator' });
    expect(session.view().account).toMatchObject({
      tradingState: 'halted',
      stateReason: 'the operator',
    });
    expect(texts(session)).not.toContain('halted');
    await until(() => texts(session).includes('halted: the operator'));
  });

  test('place an order once per press, cancel it, close a position', async () => {
    const session = await open({ strategies: [] });
    place(session, 'one');
    place(session, 'one');
    const [order] = session.view().orders;
    expect(session.view().orders).toHaveLength(1);
    expect(order).toMatchObject({ status: 'accepted', strategyId: 'manual' });
    if (order) session.dispatch({ kind: 'cancelOrder', orderId: order.id });
    expect(session.view().orders[0]?.status).toBe('canceled');
    place(session, 'two', { type: 'market', price: null, stopPrice: decimal('15000') });
    session.dispatch({ kind: 'stepFeed' });
    expect(session.view().positions[0]?.protection.stopPrice).toBe(decimal('15000'));
    session.dispatch({ kind: 'closePosition', symbol: 'BTC/USDT', pressId: 'three' });
    session.dispatch({ kind: 'stepFeed' });
    expect(session.view().positions).toEqual([]);
    expect(session.view().orders.every((one) => one.status !== 'accepted')).toBe(true);
  });

  test('flatten closes everything and ends halted', async () => {
    const session = await open({ strategies: [] });
    place(session, 'in', { type: 'market', price: null, stopPrice: decimal('15000') });
    place(session, 'rest');
    session.dispatch({ kind: 'stepFeed' });
    expect(session.view().positions).toHaveLength(1);
    session.dispatch({ kind: 'flatten', reason: 'test' });
    for (let i = 0; i < 3; i += 1) session.dispatch({ kind: 'stepFeed' });
    expect(session.view().positions).toEqual([]);
    expect(session.view().account.tradingState).toBe('halted');
  });

  test('after closing are ignored, and closing again waits for the first', async () => {
    const session = await open();
    const first = session.close('over');
    session.dispatch({ kind: 'halt', reason: 'too late' });
    expect(session.close('again')).toBe(first);
    await first;
    expect(session.view().account.tradingState).toBe('running');
  });
});

describe('a preview', () => {
  test('says what an order would do and changes nothing', async () => {
    const session = await open();
    await until(() => session.view().store.waiting === 0);
    const before = stateHash(session);
    const { records } = session.view();
    const preview = session.preview(
      resting({ type: 'market', price: null, stopPrice: decimal('1') }),
    );
    expect(preview).toMatchObject({ wouldSend: true, feeKind: 'taker' });
    expect(preview.notional).toBeGreaterThan(1_000);
    expect(session.preview(resting({ symbol: 'NO/NE' })).wouldSend).toBe(false);
    session.changed();
    expect(stateHash(session)).toBe(before);
    expect(session.view().records).toBe(records);
  });

  test('leaves the money as the records say, to the byte', async () => {
    const run = replayOptions(path);
    const one = await openSession(run);
    one.preview(resting());
    await one.close('over');
    const records = readState(run.stateDirectory);
    expect(stateCodec().encodeState(records.money)).not.toContain('manual');
  });
});

describe('a state directory', () => {
  test('in use is refused, naming the process', async () => {
    const directory = makeDirectory();
    const holder = spawn(
      process.execPath,
      [fileURLToPath(new URL('../store/lock-child.ts', import.meta.url)), directory],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(holder.stdout, 'data');
    const error: unknown = await openSession(
      replayOptions(path, { stateDirectory: directory }),
    ).catch((e: unknown) => e);
    const { exitCode, line } = toFailure(error);
    expect(exitCode).toBe(3);
    expect(line).toContain(`pid ${holder.pid}`);
    holder.kill('SIGKILL');
    await once(holder, 'close');
  });

  test('of another mode or seed is refused with the way out, and left alone', async () => {
    const stateDirectory = join(makeDirectory(), 'state');
    const demo = demoOptions({ stateDirectory, seed: 7, durationMs: 50 });
    await runHeadless(demo);
    const before = readState(stateDirectory).money;
    const refused = async (options: RunOptions) =>
      toFailure(await openSession(options).catch((e: unknown) => e));
    expect(await refused(replayOptions(path, { stateDirectory }))).toMatchObject({
      exitCode: 3,
      line: expect.stringMatching(/holds a demo session.*--state/) as string,
    });
    expect(
      await refused(replayOptions(path, { stateDirectory, continueReplay: true })),
    ).toMatchObject({
      exitCode: 3,
      line: expect.stringMatching(/holds a demo session.*--mode demo/) as string,
    });
    expect(await refused({ ...demo, seed: 8 })).toMatchObject({
      exitCode: 3,
      line: expect.stringMatching(/seed 7.*--seed 7/) as string,
    });
    expect(readState(stateDirectory).money).toEqual(before);
    // And it is free again: nothing of the refused starts still holds it.
    await runHeadless({ ...demo, durationMs: 20 });
  });

  test('with an order in a market that was left out is refused, and names it', async () => {
    const run = replayOptions(path, { speed: 600_000, strategies: [] });
    const session = await open(run, 50);
    place(session, 'a');
    expect(session.view().orders).toHaveLength(1);
    await session.close('over');
    opened.length = 0;
    const again = { ...run, continueReplay: true };
    const blind = { ...again, symbols: ['ETH/USDT'] };
    const error: unknown = await openSession(blind).catch((e: unknown) => e);
    expect(toFailure(error)).toMatchObject({
      exitCode: 3,
      line: expect.stringMatching(/beyond --symbols: add BTC\/USDT to --symbols/) as string,
    });
    await runHeadless({ ...again, durationMs: 20 });
  });

  test('of a replay is cleared by the next one, and kept with --continue', async () => {
    const first = replayOptions(path);
    await runHeadless(first);
    const again = await runHeadless(first);
    expect(again.summary.recovered).toBeNull();
    const kept = await runHeadless({ ...first, continueReplay: true });
    expect(kept.summary.recovered).toMatchObject({ events: 600 });
    expect(kept.summary.fills).toBe(again.summary.fills);
    expect(existsSync(first.stateDirectory)).toBe(true);
  });

  test.each([
    ['halted', 'halt'],
    ['flattening', 'flatten'],
  ] as const)(
    'left %s refuses --start with exit code 3, and keeps the state',
    async (_state, kind) => {
      const run = replayOptions(path, { speed: 600_000 });
      const session = await open(run, 50);
      const { stateDirectory } = run;
      session.dispatch({ kind, reason: 'yesterday' });
      const left = session.view().account.tradingState;
      await session.close('over');
      opened.length = 0;
      const again = { ...run, continueReplay: true };
      const error: unknown = await openSession(again).catch((e: unknown) => e);
      expect(toFailure(error)).toMatchObject({ exitCode: 3 });
      expect(toFailure(error).line).toContain(`account is ${left}`);
      const { money } = readState(stateDirectory);
      expect(money.trading).toMatchObject({ state: left });
      const quiet = await openSession({ ...again, start: false });
      expect(quiet.view().account.tradingState).toBe(left);
      expect(texts(quiet)).toContain(`was ${left}`);
      await quiet.close('over');
    },
  );

  test('left running starts paused, says so, and goes on where the market was', async () => {
    const run = replayOptions(path);
    const session = await open(run, 120);
    const before = session.view();
    await session.close('over');
    opened.length = 0;
    const again = await openSession({ ...run, continueReplay: true, start: false });
    const view = again.view();
    expect(view.account).toMatchObject({
      tradingState: 'paused',
      stateReason: 'restarted; entries wait for the operator',
      cash: before.account.cash,
    });
    expect(view.feed.events).toBe(120);
    expect(view.positions.map((one) => one.quantity)).toEqual(
      before.positions.map((one) => one.quantity),
    );
    expect(view.recovered).toMatchObject({ tradingState: 'running', events: 120 });
    await again.close('over');
  });

  test('keeps its own cash and says so when another is asked for', async () => {
    const run = replayOptions(path);
    const session = await open(run, 10);
    const began = toText(run.simulation.cash);
    await session.close('over');
    opened.length = 0;
    const simulation = { ...run.simulation, cash: decimal('77') };
    const again = await openSession({ ...run, simulation, continueReplay: true, start: false });
    expect(texts(again)).toContain(`this account began with ${began}; cash 77 is for new ones`);
    await again.close('over');
  });
});

test('a summary says which breaker and which rules spoke, why, and how to change it', async () => {
  const risk = { ...NO_LIMITS, enabled: true, riskPerTradeFraction: 1, openRiskFraction: 1 };
  const { summary } = await runHeadless(
    replayOptions(path, { risk: { ...risk, drawdownFraction: 0.003, maxOrdersPerMinute: 600 } }),
  );
  expect(summary.tradingState).toBe('halted');
  expect(summary.breakers).toEqual([
    {
      breaker: 'drawdown',
      time: expect.any(Number) as number,
      value: expect.closeTo(0.003, 3) as number,
      limit: 0.003,
      clears: expect.stringContaining('operator') as string,
      state: 'halted',
      setting: 'risk.drawdownFraction',
    },
  ]);
  const [rule] = summary.rules.filter(({ code }) => code === 'TRADING_STATE');
  expect(rule).toMatchObject({ strategyId: 'sma-cross', symbol: 'BTC/USDT', value: 'halted' });
  expect(rule?.count).toBeGreaterThan(5);
  expect(summary.denials).toBe(summary.rules.reduce((sum, { count }) => sum + count, 0));
});

test('a strategy that is configured off stays off after its parameters changed', async () => {
  const strategies = [instance('sma-cross', { fast: 5, slow: 20 }, { enabled: false })];
  const run = replayOptions(path, { strategies });
  const session = await open(run, 10);
  session.dispatch({ kind: 'changeParams', strategyId: 'sma-cross', params: { fast: 3, slow: 9 } });
  expect(session.view().strategies[0]?.enabled).toBe(false);
  await session.close('over');
  opened.length = 0;
  const again = await openSession({ ...run, continueReplay: true });
  expect(again.view().strategies[0]?.enabled).toBe(false);
  await again.close('over');
});
