import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { type ConfigChanges, diffConfig, watchConfig } from '../../src/config/watch.ts';
import { temporaryDirectory } from '../support/config-directory.ts';

const INSTANCE = { strategy: 'sma-cross', symbols: ['BTC/USDT'], params: { fast: 10 } };

function watched() {
  const cwd = temporaryDirectory({
    'config/tapedeck.json': { risk: { maxPositions: 5, maxSpreadBps: 50 } },
    'config/strategies/one.json': INSTANCE,
  });
  const load = () => loadConfig({ directory: null, environment: { HOME: cwd }, flags: [], cwd });
  const changes: ConfigChanges[] = [];
  const errors: string[] = [];
  const close = watchConfig({
    current: load(),
    load,
    onChanges: (one) => changes.push(one),
    onError: (message) => errors.push(message),
    settleMs: 20,
  });
  onTestFinished(close);
  const write = (name: string, content: unknown) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(cwd, 'config', name), text);
  };
  return { cwd, write, changes, errors };
}

const WAIT = { timeout: 60_000, interval: 10 };

describe('hot reload', () => {
  test('hands over limits that tighten and parameters, and holds back what loosens', async () => {
    const { write, changes, errors } = watched();
    write('tapedeck.json', { risk: { maxPositions: 3, maxSpreadBps: 80 }, ui: { theme: 'light' } });
    await vi.waitFor(() => expect(changes).toHaveLength(1), WAIT);
    expect(changes[0]).toMatchObject({
      risk: { maxPositions: 3 },
      params: [],
      applied: [{ path: 'risk.maxPositions', from: 5, to: 3 }],
      heldBack: [{ path: 'risk.maxSpreadBps', from: 50, to: 80 }],
      afterRestart: [{ path: 'ui.theme', from: 'dark', to: 'light' }],
    });
    write('strategies/one.json', { ...INSTANCE, params: { fast: 12 } });
    await vi.waitFor(() => expect(changes).toHaveLength(2), WAIT);
    expect(changes[1]?.params).toEqual([{ strategyId: 'one', params: { fast: 12 } }]);
    expect(changes[1]?.heldBack, 'still waits for the operator').toHaveLength(1);
    expect(errors).toEqual([]);
  });

  test('keeps the old configuration when an edit is wrong, and says why', async () => {
    const { write, changes, errors } = watched();
    write('tapedeck.json', { risk: { maxPositions: 2, drawdownFraction: 'x' } });
    await vi.waitFor(() => expect(errors).toHaveLength(1), WAIT);
    expect(errors[0]).toBe(
      'config/tapedeck.json: risk.drawdownFraction is "x"; ' +
        'allowed: number above 0 up to 1 (default 0.15)',
    );
    expect(changes).toEqual([]);
    write('tapedeck.json', { risk: { maxPositions: 2, maxSpreadBps: 50 } });
    await vi.waitFor(() => expect(changes).toHaveLength(1), WAIT);
    expect(changes[0]?.applied).toEqual([{ path: 'risk.maxPositions', from: 5, to: 2 }]);
  });

  test('takes a file that an editor replaced, and no edit for none', async () => {
    const { cwd, write, changes } = watched();
    write('strategies/other.json', { ...INSTANCE, enabled: false });
    await vi.waitFor(() => expect(changes).toHaveLength(1), WAIT);
    expect(changes[0]).toMatchObject({
      applied: [],
      afterRestart: [{ path: 'other', from: null }],
    });
    write('next.tmp', { risk: { maxPositions: 4, maxSpreadBps: 50 } });
    renameSync(join(cwd, 'config/next.tmp'), join(cwd, 'config/tapedeck.json'));
    await vi.waitFor(() => expect(changes).toHaveLength(2), WAIT);
    write('tapedeck.json', '{"risk": {"maxPositions": 4,  "maxSpreadBps": 50}}');
    write('strategies/one.json', { ...INSTANCE, params: { fast: 11 } });
    await vi.waitFor(() => expect(changes).toHaveLength(3), WAIT);
    expect(changes[2]?.applied).toHaveLength(1);
  });

  test('a pipe in the place of a file is an error, and not waited for', async () => {
    const { cwd, write, changes, errors } = watched();
    const path = join(cwd, 'config', 'tapedeck.json');
    rmSync(path);
    execFileSync('mkfifo', [path]);
    await vi.waitFor(() => expect(errors.at(-1)).toBe('config/tapedeck.json is not a file'), WAIT);
    rmSync(path);
    write('tapedeck.json', { risk: { maxPositions: 4, maxSpreadBps: 50 } });
    await vi.waitFor(() => expect(changes).toHaveLength(1), WAIT);
  });

  test('a file in the place of the folder of strategies is an error', async () => {
    const { cwd, write, errors } = watched();
    rmSync(join(cwd, 'config', 'strategies'), { recursive: true });
    write('strategies', 'x');
    write('tapedeck.json', { risk: { maxPositions: 4, maxSpreadBps: 50 } });
    await vi.waitFor(() => {
      expect(errors.at(-1)).toMatch(/^config\/strategies cannot be read: ENOTDIR/);
    }, WAIT);
  });

  test('a settings file that was removed is an error, not a reset to defaults', async () => {
    const { cwd, write, changes, errors } = watched();
    // What else makes a directory one does not stand in for it.
    mkdirSync(join(cwd, 'config/exchanges'));
    write('exchanges/kraken.json', { id: 'kraken' });
    rmSync(join(cwd, 'config/tapedeck.json'));
    await vi.waitFor(() => expect(errors).toHaveLength(1), WAIT);
    expect(errors[0]).toContain('holds no tapedeck.json');
    expect(changes).toEqual([]);
  });
});

test('switching risk off by an edit is held back', () => {
  const options = {
    directory: null,
    environment: { HOME: '/nowhere' },
    flags: [],
    cwd: '/nowhere',
  };
  const on = loadConfig(options);
  const off = loadConfig({
    ...options,
    flags: [{ flag: '--risk', path: 'risk.enabled', text: 'false' }],
  });
  expect(diffConfig(on, off)).toMatchObject({ risk: {}, heldBack: [{ path: 'risk.enabled' }] });
  expect(diffConfig(off, on)).toMatchObject({ risk: { enabled: true }, heldBack: [] });
});

test('keys take effect while running, and are no change for a restart', async () => {
  const { write, changes, errors } = watched();
  const settings = { risk: { maxPositions: 5, maxSpreadBps: 50 } };
  write('tapedeck.json', { ...settings, ui: { keys: { zoom: ['f5'] } } });
  await vi.waitFor(() => expect(changes).toHaveLength(1), WAIT);
  expect(changes[0]).toMatchObject({
    applied: [{ path: 'ui.keys', from: {}, to: { zoom: ['f5'] } }],
    heldBack: [],
    afterRestart: [],
  });
  expect(errors).toEqual([]);
});
