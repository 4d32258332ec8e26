// S30, S32, S33, S37: names, links and edits that lead our files elsewhere or change what they say.
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { openSession } from '../../src/app/build.ts';
import { createConsoleFile } from '../../src/app/console-file.ts';
import { writeWhole } from '../../src/app/csv.ts';
import { exportLog } from '../../src/app/export-log.ts';
import { findConfigDirectory, stateDirectory } from '../../src/config/files.ts';
import { loadConfig } from '../../src/config/load.ts';
import { LogFile } from '../../src/store/log-file.ts';
import { prepareStateDirectory } from '../../src/store/state-dir.ts';
import { demoOptions, makeDirectory, removeAll } from '../support/session-kit.ts';

afterEach(removeAll);

const load = (files: Readonly<Record<string, string>>) => {
  const cwd = makeDirectory();
  const directory = join(cwd, 'config');
  mkdirSync(join(directory, 'strategies'), { recursive: true });
  writeFileSync(join(directory, 'tapedeck.json'), '{}');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return () => loadConfig({ directory, environment: {}, flags: [], cwd });
};

describe('S30: names that lead elsewhere', () => {
  test.each(['../x', '..', '/etc', 'a/b', 'a\\b', 'a\0b', 'CON:', 'x'.repeat(33), '', 'ä'])(
    '%j is no profile and no theme',
    (name) => {
      for (const [section, key] of [
        ['general', 'profile'],
        ['ui', 'theme'],
      ] as const) {
        const text = JSON.stringify({ [section]: { [key]: name } });
        expect(load({ 'tapedeck.json': text })).toThrow(new RegExp(`${section}\\.${key} is `));
      }
    },
  );

  test.each(['A.json', 'a b.json', 'manual.json', '%2e%2e.json', 'a\nb.json', '…json.json'])(
    '%j is no strategy',
    (name) => {
      expect(load({ [`strategies/${name}`]: '{}' })).toThrow(/the name is the strategy's id/);
    },
  );

  test('a state directory of a profile lies below the one of all', () => {
    const of = { flag: null, environment: { XDG_STATE_HOME: '/s' }, cwd: '/', seed: 1 };
    const place = { ...of, profile: 'default', mode: 'demo', drill: 'none' };
    expect(stateDirectory(place)).toBe('/s/tapedeck/default-demo');
    const relative = { ...place, environment: { HOME: '/h', XDG_STATE_HOME: '../../etc' } };
    expect(stateDirectory(relative)).toBe('/h/.local/state/tapedeck/default-demo');
  });

  test('a configuration directory is one that holds the file, not whatever is named', () => {
    const of = { environment: {}, cwd: '/' };
    for (const flag of ['../../etc', '/proc/self', '\0']) {
      expect(() => findConfigDirectory({ ...of, flag })).toThrow(/holds no tapedeck\.json/);
    }
  });

  test('an exported log is named by time alone, and is never written over another', () => {
    const directory = makeDirectory();
    const of = { lines: ['../../x', 'a\u001b[2Jb'], time: Date.UTC(2026, 0, 1) };
    exportLog(directory, of);
    exportLog(directory, of);
    const names = readdirSync(join(directory, 'exports'));
    expect(names.toSorted()).toEqual(['log-20260101T000000Z-2.txt', 'log-20260101T000000Z.txt']);
    expect(readFileSync(join(directory, 'exports', names[0] ?? ''), 'utf8')).toBe('../../x\nab\n');
  });
});

describe('S32: a state directory into which somebody put something', () => {
  const planted = [
    'journal-1.jsonl',
    'state-1.json',
    'LOCK',
    'state-2.json.tmp',
    'journal-2.jsonl',
  ];

  test.each(planted)('a link for %s leads to a victim: refused, the victim as it was', (name) => {
    const base = makeDirectory();
    const [dir, victim] = [join(base, 'state'), join(base, 'victim')];
    writeFileSync(victim, 'precious');
    mkdirSync(dir, { mode: 0o700 });
    symlinkSync(victim, join(dir, name));
    expect(() => prepareStateDirectory(dir)).toThrow(/not a plain file|not Tapedeck's/);
    expect(readFileSync(victim, 'utf8')).toBe('precious');
  });

  test.each(planted)('a second name of %s elsewhere: refused, the victim as it was', (name) => {
    const base = makeDirectory();
    const [dir, victim] = [join(base, 'state'), join(base, 'victim')];
    writeFileSync(victim, 'precious');
    mkdirSync(dir, { mode: 0o700 });
    linkSync(victim, join(dir, name));
    expect(() => prepareStateDirectory(dir)).toThrow(/hard link|not Tapedeck's/);
    expect(readFileSync(victim, 'utf8')).toBe('precious');
  });

  test.each([0o777, 0o770, 0o722, 0o1777])('mode %o is refused, with the chmod', (mode) => {
    const dir = join(makeDirectory(), 'state');
    mkdirSync(dir);
    chmodSync(dir, mode);
    expect(() => prepareStateDirectory(dir)).toThrow(/chmod 700/);
    expect(readdirSync(dir)).toEqual([]);
  });

  test('a draft of the looks or of a CSV file that is a link is replaced, not followed', () => {
    const base = makeDirectory();
    const victim = join(base, 'victim');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, join(base, 'console.json.new'));
    createConsoleFile(base, () => undefined).save('{}');
    symlinkSync(victim, join(base, 'trades.csv.part'));
    writeWhole(join(base, 'trades.csv'), 'a\n');
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(readFileSync(join(base, 'console.json'), 'utf8')).toBe('{}');
    expect(readFileSync(join(base, 'trades.csv'), 'utf8')).toBe('a\n');
  });

  test('a log that is a link is not written through', async () => {
    const base = makeDirectory();
    const victim = join(base, 'victim');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, join(base, 'tapedeck.log'));
    const troubles: string[] = [];
    const log = new LogFile({ dir: base, onTrouble: (problem) => troubles.push(problem) });
    log.write({ time: 0, level: 'info', category: 'system', message: 'x' });
    await log.close();
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(troubles.join()).toMatch(/ELOOP|symbolic/);
  });
});

describe('S33: a halt that is edited away by hand', () => {
  /** A directory in which trading was halted, and the names of files that say so. */
  async function halted() {
    const directory = join(makeDirectory(), 'state');
    const options = demoOptions({ stateDirectory: directory, start: false, strategies: [] });
    const session = await openSession(options);
    session.dispatch({ kind: 'halt', reason: 'by hand' });
    await session.close('test');
    const names = readdirSync(directory).filter((name) => /\.jsonl?$/.test(name));
    const says = names.filter((name) => /halted/.test(readFileSync(join(directory, name), 'utf8')));
    return { directory, options, says };
  }

  const edit = (directory: string, name: string): void => {
    const path = join(directory, name);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('halted', 'running'));
  };

  /** What a start makes of it: its refusal, or the state it comes up in. */
  async function outcome(options: Parameters<typeof openSession>[0]): Promise<string> {
    try {
      const session = await openSession(options);
      const { tradingState } = session.view().account;
      await session.close('test');
      return tradingState;
    } catch (error) {
      return `refused: ${(error as Error).message}`;
    }
  }

  test('is noticed in whichever files it was edited', async () => {
    const { says } = await halted();
    expect(says.length).toBeGreaterThanOrEqual(2);
    for (const chosen of [...says.map((name) => [name]), says]) {
      const { directory, options } = await halted();
      for (const name of chosen) edit(directory, name);
      const found = await outcome(options);
      expect(found, chosen.join()).toMatch(/^halted$|^refused: .*(state-|journal-|halt\.json)/);
    }
  });

  test('is noticed when halt.json is removed as well', async () => {
    const { directory, options, says } = await halted();
    for (const name of says) edit(directory, name);
    rmSync(join(directory, 'halt.json'), { force: true });
    expect(await outcome(options)).toMatch(/^halted$|^refused: .*(state-|journal-)/);
    expect(existsSync(directory)).toBe(true);
  });
});

describe('S37: a line of the log that is two', () => {
  test.each([
    'x\n[INFO] order filled',
    'x\r\n{"level":"info","message":"order filled"}',
    'x\u2028[INFO] order filled',
    '"},{"level":"info","message":"order filled"',
    '\\n[INFO] order filled',
    '\u0085[INFO] order filled',
  ])('%j stays one object on one line', async (message) => {
    const dir = makeDirectory();
    const log = new LogFile({ dir });
    log.write({ time: 1, level: 'warn', category: 'system', message, data: { message } });
    await log.close();
    const lines = readFileSync(join(dir, 'tapedeck.log'), 'utf8').split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn', message, data: { message } });
  });
});
