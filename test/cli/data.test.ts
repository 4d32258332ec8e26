import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
let home = '';

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'tapedeck-data-'));
  const rows = Array.from(
    { length: 60 },
    (_, i) => `${1_767_571_200_000 + i * 60_000},1,2,1,1.5,3`,
  );
  rows.splice(10, 2);
  const text = ['timestamp,open,high,low,close,volume', ...rows, ''].join('\n');
  writeFileSync(join(home, 'candles.csv'), text);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Runs `tapedeck` as a user does, with an empty home. */
function tapedeck(...args: readonly string[]) {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8' };
  const program = join(ROOT, 'src/cli/tapedeck');
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: home, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('a file is checked, kept, listed and played from there', () => {
  const checked = tapedeck('data', 'check', 'candles.csv', '--json');
  expect(JSON.parse(checked.stdout)).toMatchObject({
    timeframe: '1m',
    rows: 58,
    gaps: [{ from: 1_767_571_800_000, to: 1_767_571_920_000, candles: 2 }],
  });
  const series = ['--exchange', 'binance', '--symbol', 'BTC/USDT'];
  expect(tapedeck('data', 'import', 'candles.csv', ...series)).toMatchObject({ status: 0 });
  const listed = tapedeck('data', 'list');
  expect(listed.stdout).toMatch(/binance +BTC\/USDT +1m +2026-01-05 +2026-01-05T01:00Z +58 +1 /);
  expect(listed.stderr).toBe(`kept in ${join(home, '.local/share/tapedeck/candles')}\n`);
  const range = ['--from', '2026-01-05T00:20Z', '--to', '2026-01-05T00:50Z', '--json'];
  const strategy = ['--strategy', 'sma-cross:fast=2,slow=5'];
  const played = tapedeck('backtest', ...strategy, ...series, '--timeframe', '1m', ...range);
  expect(JSON.parse(played.stdout)).toMatchObject({ candles: 30, start: 1_767_572_400_000 });
});

test.each([
  [['--timeframe', '1min'], '--timeframe is "1min"; allowed: 1s, 1m'],
  [['--timeframe', '4h', '--exchange', 'coinbase'], 'Coinbase has no such candles; it has 1m, 5m'],
  [['--from', 'monday'], '--from is "monday"; allowed: a date such as 2026-01-31'],
  [['--symbol', 'bitcoin'], '--symbol is "bitcoin"; allowed: such as BTC/USDT'],
  [['--endpoint', 'http://192.0.2.1:80'], 'is not on this machine'],
])('download refuses %j in one line, without asking anybody', (change, message) => {
  const given = new Map([
    ['--exchange', 'binance'],
    ['--symbol', 'BTC/USDT'],
    ['--timeframe', '1m'],
    ['--from', '2026-01-05'],
  ]);
  for (let i = 0; i < change.length; i += 2) given.set(change[i] ?? '', change[i + 1] ?? '');
  const { status, stdout, stderr } = tapedeck('data', 'download', ...[...given].flat());
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
