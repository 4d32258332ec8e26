import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { PATIENCE_MS, runProgram } from '../support/robot.ts';

import { type StatusAnswer, readJson, testHome, testRobot } from './robot-kit.ts';

const BUSY = ['--start', '--speed', 'max', '--seed', '3'];

describe('a second instance', () => {
  test('is refused with the pid of the first, which does not notice', async () => {
    const home = testHome();
    const first = testRobot({ home, args: [] });
    await first.waitFor('■ PAUSED');
    const second = testRobot({ home, args: [] });
    expect((await second.exited()).exitCode).toBe(3);
    const says = `tapedeck: Another Tapedeck (pid ${String(first.pid)}) already uses this state`;
    expect(second.raw()).toContain(says);
    expect(second.raw()).not.toContain('\u001b[?1049h');
    // Reading needs no lock (DECISIONS 22).
    expect(readJson(home, ['status', '--json'])).toMatchObject({ pid: first.pid });
    first.press('r');
    await first.waitFor('● RUNNING');
  });
});

describe('damaged state', () => {
  test('is refused with file, place and way out, and nothing is changed', async () => {
    const home = testHome();
    const state = join(home, 'state');
    const at = [...BUSY, '--state', state];
    const path = await journalOfKilled(home, at, state);
    const content = readFileSync(path);
    const middle = content.length >> 1;
    content[middle] = (content[middle] ?? 0) ^ 1;
    writeFileSync(path, content);
    const before = filesOf(state);
    const line =
      /journal-\d+\.jsonl line \d+ \(byte \d+\) is damaged .* Nothing was changed\. .*--state/;
    for (const args of [
      ['--headless', '--for', '1s', ...at],
      ['status', '--state', state],
      ['export', 'fills', '--state', state],
    ]) {
      const { status, stdout, stderr } = runProgram(home, args);
      expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
      expect(stderr).toMatch(line);
      expect(stderr.split('\n')).toHaveLength(2);
    }
    const console_ = testRobot({ home, args: at, size: '200x50' });
    expect((await console_.exited()).exitCode).toBe(3);
    expect(console_.raw()).toMatch(line);
    expect(filesOf(state)).toEqual(before);
  });
});

describe('a state directory that is not ours', () => {
  test.each<[string, (path: string, home: string) => void, string]>([
    [
      'open to others',
      (path) => {
        mkdirSync(path);
        chmodSync(path, 0o777);
      },
      'can be written by other users. Run chmod 700',
    ],
    [
      'a link',
      (path, home) => {
        mkdirSync(join(home, 'elsewhere'));
        symlinkSync(join(home, 'elsewhere'), path);
      },
      'is a symbolic link. Name the directory itself.',
    ],
    [
      'with foreign files',
      (path) => {
        mkdirSync(path);
        writeFileSync(join(path, 'holiday.jpg'), 'x');
      },
      "holds files that are not Tapedeck's (holiday.jpg). Choose another directory with --state.",
    ],
    [
      'a file',
      (path) => {
        writeFileSync(path, 'x');
      },
      'is not a directory. Choose another directory with --state.',
    ],
  ])('%s is refused and left alone', (_name, make, words) => {
    const home = testHome();
    const path = join(home, 'place');
    make(path, home);
    const before = readdirSync(home, { recursive: true });
    const answer = runProgram(home, ['--headless', '--for', '1s', '--state', path]);
    expect(answer).toMatchObject({ status: 3, stdout: '' });
    expect(answer.stderr).toContain(words);
    expect(readdirSync(home, { recursive: true })).toEqual(before);
  });
});

describe('a full disk', () => {
  // No file may grow beyond 64 kB: the journal meets the limit within seconds.
  // A cold compile cache would be written at the end, when no handler saves us from the limit.
  const LIMITED = ['sh', '-c', 'ulimit -f 128; NODE_DISABLE_COMPILE_CACHE=1 exec "$0" "$@"'];

  test('halts the console, says so, ends it with 1 and keeps what was saved', async () => {
    const home = testHome();
    const robot = testRobot({ home, args: BUSY, through: LIMITED });
    await robot.waitFor(/■ HALTED[^]*journal failed: mend the disk, quit/, PATIENCE_MS * 2);
    // It still shows and answers.
    robot.press('5');
    await robot.waitFor(/\[5 [A-Z]/);
    robot.press('q');
    await robot.waitFor(/y +quit/);
    robot.press('y');
    expect((await robot.exited()).exitCode).toBe(1);
    expect(robot.alternate()).toBe(false);
    expect(robot.screen()[0]).toMatch(/^tapedeck: HALTED: state cannot be saved: EFBIG/);

    const saved = readJson(home, ['status', '--json', ...BUSY.slice(-2)]) as StatusAnswer;
    // The journal could not take the halt; halt.json did, and the next start obeys it.
    expect(saved.tradingState).toBe('halted');
    const next = testRobot({ home, args: BUSY.slice(-2), size: '120x40' });
    const recovered = await next.waitFor(/recovered up to record \d+/);
    expect(recovered).toContain(`${String(saved.positions.length)} positions`);
    await next.waitFor(/■ HALTED[^]*state cannot be saved: EFBIG/);
  });
});

/** Plays until it is killed with something in its newest journal; which journal that is. */
async function journalOfKilled(home: string, args: readonly string[], state: string) {
  const size = (): number => readFileSync(journalOf(state)).length;
  for (;;) {
    const robot = testRobot({ home, args });
    await robot.waitFor('● RUNNING');
    await expect.poll(size, { timeout: PATIENCE_MS }).toBeGreaterThan(8_000);
    robot.kill('SIGKILL');
    await robot.exited();
    // A new journal may have begun just before.
    if (size() > 8_000) return journalOf(state);
  }
}

/** The newest journal of the directory. */
function journalOf(state: string): string {
  const names = readdirSync(state).filter((name) => name.startsWith('journal-'));
  const number = (name: string): number => Number(/\d+/.exec(name)?.[0]);
  const newest = names.toSorted((a, b) => number(a) - number(b)).at(-1);
  return join(state, newest ?? 'journal-1.jsonl');
}

/** Every stored byte; the LOCK only says who was here last, the log what was said. */
function filesOf(state: string): ReadonlyMap<string, string> {
  const entries = readdirSync(state, { recursive: true, withFileTypes: true });
  const files = entries.filter((one) => one.isFile() && !/^LOCK$|\.log$/.test(one.name));
  return new Map(
    files.map((one) => {
      const path = join(one.parentPath, one.name);
      return [path, readFileSync(path, 'latin1')];
    }),
  );
}
