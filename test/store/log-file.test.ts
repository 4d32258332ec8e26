import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type LogEntry, LogFile } from '../../src/store/log-file.ts';
import { makeDirectory, removeDirectory } from './store-kit.ts';

let dir = '';
beforeEach(() => {
  dir = makeDirectory();
});
afterEach(() => removeDirectory(dir));

function entry(message: string, more: Partial<LogEntry> = {}): LogEntry {
  return {
    time: 1_700_000_000_000,
    level: 'info',
    category: 'system',
    message,
    ...more,
  };
}

function lines(name = 'tapedeck.log'): LogEntry[] {
  const text = readFileSync(join(dir, name), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LogEntry);
}

describe('the log', () => {
  test('holds one JSON object a line, in order, in a file of our own', async () => {
    const log = new LogFile({ dir });
    for (let i = 0; i < 300; i += 1) log.write(entry(`line ${i}`, { data: { i } }));
    log.write(entry('quiet', { level: 'debug' }));
    await log.close();
    expect(lines()).toHaveLength(300);
    expect(lines()[7]).toEqual({
      time: 1_700_000_000_000,
      level: 'info',
      category: 'system',
      message: 'line 7',
      data: { i: 7 },
    });
    expect(statSync(join(dir, 'tapedeck.log')).mode & 0o777).toBe(0o600);
  });

  test('continues an existing file', async () => {
    for (const message of ['first run', 'second run']) {
      const log = new LogFile({ dir });
      log.write(entry(message));
      await log.close();
    }
    expect(lines().map(({ message }) => message)).toEqual(['first run', 'second run']);
  });

  test('rotates by size and keeps a fixed number of files', async () => {
    const log = new LogFile({ dir, maxBytes: 1_000, maxFiles: 3 });
    for (let i = 0; i < 60; i += 1) {
      log.write(entry(`line ${i}`));
      await log.flush();
    }
    await log.close();
    expect(readdirSync(dir).sort()).toEqual(['tapedeck.log', 'tapedeck.log.1', 'tapedeck.log.2']);
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).size).toBeLessThan(1_001);
    const kept = [...lines('tapedeck.log.2'), ...lines('tapedeck.log.1'), ...lines()];
    const numbers = kept.map(({ message }) => Number(message.slice(5)));
    expect(numbers).toEqual(numbers.map((_, i) => 60 - numbers.length + i));
  });

  test('takes secrets out of message, data and ring, however they are written', async () => {
    const secret = 'k3y"with\\odd/+chars';
    const log = new LogFile({ dir, secrets: [secret, 'PASSPHRASE-123', ''] });
    const forms = [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('hex'),
    ];
    for (const form of forms) log.write(entry(`sent ${form}`, { data: { header: [form] } }));
    log.write(entry('x', { data: new Error('bad PASSPHRASE-123') }));
    await log.close();
    const everything =
      readFileSync(join(dir, 'tapedeck.log'), 'utf8') + JSON.stringify(log.recent());
    for (const form of [...forms, 'PASSPHRASE-123', JSON.stringify(secret).slice(1, -1)]) {
      expect(everything).not.toContain(form);
    }
    expect(lines()[0]).toMatchObject({ message: 'sent ***', data: { header: ['***'] } });
  });

  test('keeps text of others from moving the cursor or turning lines around', async () => {
    const log = new LogFile({ dir });
    const hostile = '\u001b[2J\u009b2J\n\r\u0007\u202Eabc\u200B\u2028\u007F';
    log.write(entry(hostile, { data: { hostile } }));
    await log.close();
    const text = readFileSync(join(dir, 'tapedeck.log'), 'utf8');
    expect(text.trimEnd()).toMatch(/^[\x20-\x7e]+$/);
    expect(lines()[0]?.message).toBe(hostile);
  });

  test('bounds and survives whatever data it is given', async () => {
    const log = new LogFile({ dir });
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const odd = [circle, 10n, () => 1, Symbol('s'), 'x'.repeat(1e6), { deep: 'y'.repeat(1e6) }];
    for (const data of odd) log.write(entry('m'.repeat(1e5), { data }));
    await log.close();
    expect(lines()).toHaveLength(odd.length);
    expect(statSync(join(dir, 'tapedeck.log')).size).toBeLessThan(odd.length * 26_000);
  });
});

test('a log that cannot be written loses lines, counts them, says so later, and never throws', async () => {
  const blocked = join(dir, 'logs');
  writeFileSync(blocked, 'a file where the directory should be');
  const told: string[] = [];
  const log = new LogFile({ dir: blocked, onTrouble: (problem) => told.push(problem) });
  for (let i = 0; i < 3; i += 1) log.write(entry(`lost ${i}`));
  await log.flush();
  for (let i = 3; i < 5; i += 1) log.write(entry(`lost ${i}`));
  await log.flush();
  expect(told).toEqual([expect.stringMatching(/EEXIST|ENOTDIR/)]);
  expect(log.trouble.dropped).toBe(5);
  expect(log.trouble.problem).toMatch(/EEXIST|ENOTDIR/);
  log.flushSync();
  removeDirectory(blocked);
  log.write(entry('written'));
  await log.close();
  dir = blocked;
  expect(lines().map(({ message }) => message)).toEqual([
    expect.stringMatching(/^5 log lines were lost: E/),
    'written',
  ]);
  expect(log.trouble).toEqual({ dropped: 0, problem: null });
  chmodSync(blocked, 0o700);
});

test('waiting lines and the ring are bounded; the ring works without a file', async () => {
  const log = new LogFile({ dir, ringSize: 10 });
  for (let i = 0; i < 10_050; i += 1) log.write(entry(`line ${i}`));
  expect(log.trouble.dropped).toBe(50);
  expect(log.recent().map(({ message }) => message)).toEqual(
    Array.from({ length: 10 }, (_, i) => `line ${10_040 + i}`),
  );
  expect(log.recent(3)).toHaveLength(3);
  await log.close();
  const ringOnly = new LogFile({ dir: null });
  ringOnly.write(entry('seen'));
  await ringOnly.close();
  expect(ringOnly.recent()).toHaveLength(1);
});

test('what waits is written at once on the way out', async () => {
  mkdirSync(join(dir, 'inner'));
  const log = new LogFile({ dir: join(dir, 'inner') });
  log.write(entry('last words'));
  log.flushSync();
  dir = join(dir, 'inner');
  expect(lines()[0]?.message).toBe('last words');
  await log.close();
  expect(lines()).toHaveLength(1);
});
