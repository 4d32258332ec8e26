import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { spawn } from '@lydell/node-pty';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';

import { BUILD_OPTIONS } from '../../src/cli/build.ts';

const root = join(import.meta.dirname, '..', '..');
const ENTER_SCREEN = '\u001b[?1049h';
const LEAVE_SCREEN = '\u001b[?1049l';
const FOOTER = 'HALT';
let directory = '';

beforeAll(async () => {
  // Two levels below the root, as a build lies: themes are found relative to the program.
  directory = mkdtempSync(join(root, 'node_modules', '.console-'));
  await build({
    ...BUILD_OPTIONS,
    entryPoints: [fileURLToPath(new URL('./console-fixture.ts', import.meta.url))],
    outdir: directory,
    splitting: true,
  });
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** The fixture in a shell on a terminal; afterwards the shell says how it finds the terminal. */
function open(behavior: string) {
  const pidFile = join(directory, `pid-${behavior}-${String(performance.now())}`);
  const program = join(directory, 'console-fixture.js');
  const script = 'stty -g; "$0" "$1" "$2" "$3"; echo "status $?"; stty -g; echo the-end';
  const terminal = spawn('sh', ['-c', script, process.execPath, program, pidFile, behavior], {
    cols: 80,
    rows: 24,
    env: { ...process.env, CI: 'true', TERM: 'xterm-256color', NODE_ENV: 'production' },
  });
  let text = '';
  terminal.onData((data) => (text += data));
  const until = async (wanted: string): Promise<void> => {
    for (let i = 0; i < 500 && !text.includes(wanted); i++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(text).toContain(wanted);
  };
  return {
    until,
    text: () => text,
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

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)(
    'comes back as it was after %s',
    async (signal) => {
      const console_ = open('stay');
      await console_.until(FOOTER);
      console_.signal(signal);
      await console_.until('the-end');
      expectRestored(console_.text());
      expect(afterwards(console_.text()).tail).toContain('ended by quit');
    },
  );

  it('comes back before an error is printed, wherever it was thrown', async () => {
    const outside = open('throw');
    await outside.until('the-end');
    expectRestored(outside.text());
    expect(afterwards(outside.text()).tail).toContain('thrown outside a frame');
    expect(afterwards(outside.text()).tail).toContain('status 1');

    const inside = open('throw-in-frame');
    await inside.until('the-end');
    expectRestored(inside.text());
    expect(afterwards(inside.text()).tail).toContain('failed: TypeError');
  });

  it('may stop reading: the console still ends, and soon', async () => {
    const console_ = open('stay');
    await console_.until(FOOTER);
    console_.stopReading();
    for (let i = 0; i < 60; i++) {
      console_.resize(150 + (i % 2), 50);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    console_.signal('SIGTERM');
    const begun = performance.now();
    while (console_.isRunning() && performance.now() - begun < 8_000) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(console_.isRunning()).toBe(false);
    expect(performance.now() - begun).toBeLessThan(5_000);
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
