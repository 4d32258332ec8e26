import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { spawn } from '@lydell/node-pty';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';

import { type FixtureProgram, buildFixture } from './fixture-program.ts';

const ENTER_SCREEN = '\u001b[?1049h';
const LEAVE_SCREEN = '\u001b[?1049l';
const FOOTER = 'HALT';
const WAIT = { timeout: 30_000, interval: 20 };
let fixture: FixtureProgram;

beforeAll(async () => {
  fixture = await buildFixture();
});

afterAll(() => fixture.remove());

/** The fixture in a shell on a terminal; afterwards the shell says how it finds the terminal. */
function open(behavior: string) {
  const pidFile = join(fixture.directory, `pid-${behavior}-${String(performance.now())}`);
  const { program } = fixture;
  const script =
    'stty -g; "$0" "$1" "$2" "$3"; echo "status $?"; stty -g; ' +
    'IFS= read -r -t 1 left; echo "left [$left]"; echo the-end';
  const terminal = spawn('bash', ['-c', script, process.execPath, program, pidFile, behavior], {
    cols: 80,
    rows: 24,
    env: { ...process.env, CI: 'true', TERM: 'xterm-256color', NODE_ENV: 'production' },
  });
  let text = '';
  terminal.onData((data) => (text += data));
  const until = async (wanted: string): Promise<void> => {
    await expect.poll(() => text, WAIT).toContain(wanted);
  };
  const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  return {
    until,
    text: () => text,
    said: () => read(`${pidFile}.said`),
    write: (keys: string) => {
      terminal.write(keys);
    },
    signal: (name: NodeJS.Signals) => {
      expect(existsSync(pidFile)).toBe(true);
      process.kill(Number(readFileSync(pidFile, 'utf8')), name);
    },
    stopReading: () => {
      terminal.pause();
    },
    readOn: () => {
      terminal.resume();
    },
    isRunning: () => existsSync(`/proc/${readFileSync(pidFile, 'utf8')}`),
    resize: (cols: number, rows: number) => {
      terminal.resize(cols, rows);
    },
  };
}

/** What the terminal got after the console, and its modes before and after. */
function afterwards(text: string) {
  const end = text.lastIndexOf(LEAVE_SCREEN);
  const modes = text.match(/^[0-9a-f]+(?::[0-9a-f]+){5,}\r?$/gm) ?? [];
  return { end, tail: text.slice(end + LEAVE_SCREEN.length), modes };
}

function expectRestored(text: string): void {
  const { end, modes } = afterwards(text);
  expect(text.indexOf(ENTER_SCREEN)).toBeGreaterThanOrEqual(0);
  expect(end).toBeGreaterThan(text.indexOf(ENTER_SCREEN));
  expect(text.split(ENTER_SCREEN)).toHaveLength(2);
  expect(text.split(LEAVE_SCREEN)).toHaveLength(2);
  expect(text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(text.lastIndexOf('\u001b[?25l'));
  expect(text.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(text.lastIndexOf('\u001b[?2004h'));
  expect(modes).toHaveLength(2);
  expect(modes[1]).toBe(modes[0]);
}

describe('the terminal', () => {
  it('comes back as it was after quitting, with nothing of the screen left', async () => {
    const console_ = open('stay');
    await console_.until(FOOTER);
    console_.write('q');
    await console_.until('nothing runs while this process is down');
    console_.write('y');
    await console_.until('the-end');
    expectRestored(console_.text());
    expect(afterwards(console_.text()).tail).toMatch(/^ended by quit\r\n.*status 0\r\n/);
  });

  test.each([
    ['SIGINT', 'quit'],
    ['SIGTERM', 'quit'],
    ['SIGHUP', 'lost'],
    ['SIGQUIT', 'quit'],
  ] as const)('comes back as it was after %s', async (signal, end) => {
    const console_ = open('stay');
    await console_.until(FOOTER);
    console_.signal(signal);
    await console_.until('the-end');
    expectRestored(console_.text());
    expect(afterwards(console_.text()).tail).toContain(`ended by ${end}`);
  });

  it('comes back before an error is printed, wherever it was thrown', async () => {
    const outside = open('throw');
    await outside.until('the-end');
    expectRestored(outside.text());
    expect(afterwards(outside.text()).tail).toMatch(/^last words\r\n[^]*thrown outside a frame/);
    expect(afterwards(outside.text()).tail).toContain('status 1');

    const inside = open('throw-in-frame');
    await inside.until('the-end');
    expectRestored(inside.text());
    expect(afterwards(inside.text()).tail).toContain('failed: TypeError');
  });

  test.each([
    ['a promise that nobody caught', 'reject', 'rejected by nobody', 'status 1'],
    ['an exit in the middle', 'exit', '', 'status 3'],
  ])('comes back before %s ends the process', async (_what, behavior, words, status) => {
    const console_ = open(behavior);
    await console_.until('the-end');
    expectRestored(console_.text());
    expect(afterwards(console_.text()).tail).toContain(words);
    expect(afterwards(console_.text()).tail).toContain(status);
  });

  it('shows nothing that anybody else prints meanwhile', async () => {
    const console_ = open('noise');
    await expect.poll(console_.said, WAIT).toContain('noise is over');
    console_.signal('SIGTERM');
    await console_.until('the-end');
    expect(console_.text()).not.toContain('noise');
    expect(console_.said()).toContain('printed noise by log\nprinted noise by error\n');
    expect(console_.said()).toContain('printed noise by stderr\n');
    expect(console_.said()).toContain('printed Warning: noise by warning\n');
  });

  it('leaves no key for the shell that was typed into the console', async () => {
    const console_ = open('block');
    await expect.poll(console_.said, WAIT).toContain('blocked');
    console_.write('rm -rf important\r');
    await console_.until('the-end');
    expectRestored(console_.text());
    expect(console_.text()).toContain('left []');
  });

  it('may stop reading: the console still ends', async () => {
    const console_ = open('stay');
    await console_.until(FOOTER);
    console_.stopReading();
    // Frames of changing size, until the terminal has no room for another.
    for (let i = 0; i < 60; i++) {
      console_.resize(150 + (i % 2), 50);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    console_.signal('SIGTERM');
    await expect.poll(console_.isRunning, WAIT).toBe(false);
    console_.readOn();
    await console_.until('the-end');
  });

  it('shows a frame that fits after every change of size', async () => {
    const console_ = open('stay');
    await console_.until(FOOTER);
    console_.resize(20, 5);
    await console_.until('H halts');
    console_.resize(120, 40);
    await console_.until('risk');
    console_.write('q');
    console_.signal('SIGTERM');
    await console_.until('the-end');
    expectRestored(console_.text());
  });
});
