import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../support/config-directory.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PROGRAM = join(ROOT, 'src/cli/tapedeck');

/** Runs the command as a user does, with an empty home. */
function tapedeck(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const home = temporaryDirectory();
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8', ...environment };
  const done = spawnSync(PROGRAM, args, { cwd: home, env, encoding: 'utf8' });
  return { status: done.status, stdout: done.stdout, stderr: done.stderr };
}

describe('the program', () => {
  test('prints version and help in 80 columns, on stdout alone', () => {
    expect(tapedeck(['--version'])).toEqual({ status: 0, stdout: '0.1.0\n', stderr: '' });
    for (const args of [['--help'], ['run', '--help'], ['backtest', '--help']]) {
      const { status, stdout, stderr } = tapedeck(args);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain('Examples:');
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    }
  });

  test.each([
    [['statsu'], 'tapedeck: command "statsu" is unknown; did you mean "status"?\n'],
    [['xyzzy'], /^tapedeck: command "xyzzy" is unknown; known: run, backtest, .*\n$/],
    [['--hedless'], "tapedeck: unknown option '--hedless'; did you mean --headless?\n"],
  ])('%j ends with exit code 2 and one line on stderr', (args, line) => {
    const { status, stdout, stderr } = tapedeck(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    if (typeof line === 'string') expect(stderr).toBe(line);
    else expect(stderr).toMatch(line);
  });

  test('a wrong environment variable is named', () => {
    const { status, stderr } = tapedeck(['config', 'check'], { TAPEDECK_SEDE: '3' });
    expect(status).toBe(2);
    expect(stderr).toBe(
      'tapedeck: environment variable TAPEDECK_SEDE is unknown; did you mean "TAPEDECK_SEED"?\n',
    );
  });

  test('a reader that leaves ends it quietly', async () => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: temporaryDirectory() };
    const child = spawn('sh', ['-c', `"${PROGRAM}" config schema | head -1`], {
      env,
      cwd: env.HOME,
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    await new Promise((resolve) => child.on('close', resolve));
    expect({ output, errors }).toEqual({ output: '{\n', errors: '' });
  });

  test('a headless run prints one JSON document; status and export tell the same', () => {
    const state = join(temporaryDirectory(), 'state');
    const at = ['--state', state];
    const args = ['run', '--headless', '--start', '--for', '2s', '--speed', '1000', '--json'];
    const ran = tapedeck([...args, ...at]);
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
    const summary = JSON.parse(ran.stdout) as Record<string, unknown>;
    expect(Object.keys(summary)).toEqual(expect.arrayContaining(SUMMARY_KEYS));
    const status = JSON.parse(tapedeck(['status', '--json', ...at]).stdout) as object;
    expect(Object.keys(status)).toEqual(STATUS_KEYS);
    expect(status).toMatchObject({ mode: 'demo', tradingState: 'running', pid: null });
    expect(tapedeck(['status', ...at]).stdout).toMatch(/state +running .*until it ended/);
    const fills = tapedeck(['export', 'fills', '--format', 'json', ...at]).stdout;
    const rows = JSON.parse(fills) as Record<string, unknown>[];
    expect(rows).toHaveLength(Number(summary['fills']));
    for (const row of rows) expect(Object.keys(row)).toEqual(FILL_KEYS);
    const csv = tapedeck(['export', 'fills', ...at]).stdout;
    expect(csv.split('\n')[0]).toBe(FILL_KEYS.join(','));
    expect(csv.trimEnd().split('\n')).toHaveLength(rows.length + 1);
  });

  test('doctor tells what it checked, value and limit', () => {
    const { status, stdout } = tapedeck(['doctor', '--json']);
    const checks = JSON.parse(stdout) as Record<string, unknown>[];
    expect(status).toBe(0);
    for (const check of checks) {
      expect(Object.keys(check)).toEqual(['check', 'ok', 'value', 'limit', 'advice']);
    }
    const found = new Map(checks.map((one) => [one['check'], one]));
    expect(found.get('terminal')).toMatchObject({ ok: false, value: false });
    expect(found.get('configuration')).toMatchObject({ ok: true, value: 'built-in defaults' });
    expect(found.get('durable write p99')?.['value']).toMatch(/^\d+\.\d\d ms$/);
  });

  test('doctor finds a broken configuration and ends with 1', () => {
    const config = temporaryDirectory({ 'tapedeck.json': { risk: { maxPositions: 0 } } });
    const { status, stdout } = tapedeck(['doctor', '--json', '--config', config]);
    const checks = JSON.parse(stdout) as { check: string; ok: boolean; advice: string }[];
    expect(status).toBe(1);
    const found = checks.find(({ check }) => check === 'configuration');
    expect(found?.ok).toBe(false);
    expect(found?.advice).toContain('risk.maxPositions is 0; allowed: whole number from 1');
  });
});

const words = (text: string): string[] => text.trim().split(/\s+/);

const SUMMARY_KEYS = words(`
  mode exchange symbols start end events candles orders fills roundTrips denials errors
  equityStart equityFinal cash positions realizedPnl unrealizedPnl feesPaid fundingPaid
  tradingState recovered digest durationMs eventsPerSecond`);
const STATUS_KEYS = words(`
  mode account tradingState since reason equity dayPnl drawdownFraction openOrders positions
  feeds dataAgeMs pid`);
const FILL_KEYS = words(`
  id orderId clientOrderId symbol side price quantity fee feeAsset liquidity time strategy`);
