import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, afterEach, describe, expect, test } from 'vitest';

import { openSession } from '../../../src/app/build.ts';
import { Board } from '../../../src/app/emergency/board.ts';
import { askConsole, type Asked } from '../../../src/app/emergency/control-client.ts';
import type { ControlRequest } from '../../../src/app/emergency/control-protocol.ts';
import { Emergency, startEmergencyThread } from '../../../src/app/emergency/emergency.ts';
import type { RunningSession } from '../../../src/app/session.ts';
import { readStopFile } from '../../../src/store/stop-file.ts';
import { generatedCandles } from '../../support/backtest-kit.ts';
import {
  makeDirectory,
  removeAll,
  replayOptions,
  until,
  writeCandles,
} from '../../support/session-kit.ts';

import { SYMBOL, orderId } from './emergency-kit.ts';

const path = writeCandles(generatedCandles(600, { seed: 3 }));
const TIMES = { firstMs: 60_000, finalMs: 60_000 };
const HERE = import.meta.dirname;
const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
afterAll(removeAll);

/** A session under a guard, its market held, its socket open. */
async function openGuardedSession(board: Board, wire: Parameters<typeof startEmergencyThread>[0]) {
  const channel = startEmergencyThread(wire, board);
  const emergency = new Emergency(wire, board, channel);
  closers.push(() => emergency.close());
  const options = replayOptions(path, { stateDirectory: join(makeDirectory(), 'state') });
  const session = await openSession(options, {}, 0, emergency);
  closers.push(() => session.close('the test is over'));
  session.dispatch({ kind: 'holdFeed', held: true });
  session.start();
  emergency.serve(options.stateDirectory, session);
  emergency.start();
  const directory = options.stateDirectory;
  await until(() => existsSocket(directory));
  return { channel, emergency, session, directory };
}

function existsSocket(directory: string): boolean {
  return spawnSync('test', ['-S', join(directory, 'control.sock')]).status === 0;
}

const stateOf = (session: RunningSession): string => session.view().account.tradingState;

/** Blocks this thread until another process has its answers: no turn of the loop in between. */
function askWhileBlocked(directory: string, request: ControlRequest): Asked {
  const child = fileURLToPath(new URL('./ask-child.ts', import.meta.url));
  const args = [child, directory, JSON.stringify(request)];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Asked;
}

describe('a session whose venue lives in the process', () => {
  test('is halted and resumed over the socket, and says what became of it', async () => {
    const board = new Board();
    const { session, directory } = await openGuardedSession(board, null);
    session.dispatch({ kind: 'resume', phrase: null });
    expect(stateOf(session)).toBe('running');

    const halted = await askConsole(directory, { ask: 'halt' }, TIMES);
    expect(halted.problem).toBeNull();
    expect(halted.answers).toMatchObject([
      { final: false, gate: 'closed' },
      { final: true, stopped: { books: { tradingState: 'halted', open: 0, problem: null } } },
    ]);
    expect(session.view().account.stateReason).toBe('tapedeck panic');
    expect(board.isClosed, 'the state itself stops entries now').toBe(false);

    const wrong = await askConsole(directory, { ask: 'resume', phrase: 'no' }, TIMES);
    expect(wrong.answers).toEqual([
      { final: true, ok: false, problem: 'the phrase is the account: paper' },
    ]);
    expect(stateOf(session)).toBe('halted');
    const right = await askConsole(directory, { ask: 'resume', phrase: 'paper' }, TIMES);
    expect(right.answers).toEqual([{ final: true, ok: true, resumed: true }]);
    expect(stateOf(session)).toBe('running');
  });

  test('flattens over the socket and says that nothing is held', async () => {
    const { session, directory } = await openGuardedSession(new Board(), null);
    const { answers } = await askConsole(directory, { ask: 'flatten' }, TIMES);
    expect(answers.at(-1)).toMatchObject({
      stopped: { books: { tradingState: 'halted', holdings: [], problem: null }, cleared: null },
    });
    expect(stateOf(session)).toBe('halted');
  });

  test('tells its status without the main loop', async () => {
    const { directory } = await openGuardedSession(new Board(), null);
    const { answers } = askWhileBlocked(directory, { ask: 'status' });
    expect(answers).toMatchObject([
      { status: { pid: process.pid, account: 'paper', gateClosed: false, knownOrders: null } },
    ]);
  });

  test('F51: a blocked main loop is stopped by the gate, and halts when it moves', async () => {
    const board = new Board();
    const { session, directory } = await openGuardedSession(board, null);
    session.dispatch({ kind: 'resume', phrase: null });
    const { answers } = askWhileBlocked(directory, { ask: 'halt' });
    expect(answers).toMatchObject([
      { gate: 'closed' },
      { stopped: { books: null, cleared: null, stopFile: 'written' } },
    ]);
    expect(board.isClosed).toBe(true);
    expect(stateOf(session), 'nothing has reached the engine yet').toBe('running');
    expect(readStopFile(directory)).toMatchObject({ state: 'halted', by: 'emergency' });
    const log = readFileSync(join(directory, 'logs', 'tapedeck.log'), 'utf8');
    expect(log).toContain('the emergency thread acts alone');
    await until(() => stateOf(session) === 'halted');
    await until(() => !board.isClosed);
  });

  test('follows a stop file that a panic left', async () => {
    const { session, directory } = await openGuardedSession(new Board(), null);
    const { writeStopFile } = await import('../../../src/store/stop-file.ts');
    const note = { state: 'halted', reason: 'tapedeck panic', by: 'panic' } as const;
    writeStopFile(directory, { ...note, time: Date.now() });
    await until(() => stateOf(session) === 'halted');
    expect(session.view().account.stateReason).toContain('in the stop file');
  });

  test('F69: its socket is gone with it', async () => {
    const { emergency, directory } = await openGuardedSession(new Board(), null);
    await emergency.close();
    const { problem } = await askConsole(directory, { ask: 'status' }, TIMES);
    expect(problem).toMatch(/ENOENT/);
  });

  test('trades on when its thread dies, and says that keys are slower now', async () => {
    const { session, channel } = await openGuardedSession(new Board(), null);
    await channel.close();
    await until(() => session.view().notices.some(({ text }) => text.includes('thread is gone')));
    session.dispatch({ kind: 'halt', reason: 'still works' });
    expect(stateOf(session)).toBe('halted');
  });
});

describe('I8: a session whose venue lies outside', () => {
  test('F47: its orders are canceled while the main loop is blocked', async () => {
    const home = mkdtempSync(join(tmpdir(), 'tapedeck-thread-'));
    closers.push(() => rmSync(home, { recursive: true, force: true }));
    mkdirSync(home, { recursive: true });
    const socket = join(home, 'venue.sock');
    const orders = 20;
    const venue = await startVenue(socket, orders);
    const told = new Promise((resolve) => venue.on('message', resolve));
    const wire = { kind: 'practice', socket } as const;
    const { channel, directory, session } = await openGuardedSession(new Board(), wire);
    const stop = orderId(99, 'protective');
    for (let i = 0; i < orders; i += 1) {
      channel.post({ kind: 'mayExist', orderId: numbered(i), symbol: SYMBOL });
    }
    channel.post({ kind: 'mayExist', orderId: stop, symbol: SYMBOL });
    const { answers } = askWhileBlocked(directory, { ask: 'halt' });
    expect(answers).toMatchObject([
      { gate: 'closed' },
      { stopped: { books: null, cleared: { canceled: orders, open: 0, verified: true } } },
    ]);
    expect(await told).toMatchObject({ trial: 0, count: orders });
    await until(() => stateOf(session) === 'halted');
    await until(() => session.view().notices.some(({ text }) => /20 canceled, 0 open/.test(text)));
  });
});

/** The bench's venue counts the orders whose ids carry a trial's number. */
const numbered = (i: number) =>
  `td000000aaaaa${i.toString(36).padStart(5, '0')}e` as ReturnType<typeof orderId>;

function startVenue(socket: string, orders: number): Promise<ChildProcess> {
  const script = join(HERE, '..', '..', 'bench', 'panic-venue.ts');
  const venue = fork(script, [socket, String(orders)]);
  closers.push(() => void venue.kill('SIGKILL'));
  return new Promise((resolve, reject) => {
    venue.once('message', () => resolve(venue));
    venue.once('error', reject);
  });
}
