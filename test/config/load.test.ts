import { userInfo } from 'node:os';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findConfigDirectory, stateDirectory } from '../../src/config/files.ts';
import type { FlagValue, SettingPath } from '../../src/config/layers.ts';
import { loadConfig } from '../../src/config/load.ts';
import { temporaryDirectory } from '../support/config-directory.ts';

const EMPTY = { directory: null, environment: { HOME: '/nowhere' }, flags: [], cwd: '/nowhere' };

function loadFiles(files: Readonly<Record<string, unknown>>) {
  const cwd = temporaryDirectory(files);
  return loadConfig({ ...EMPTY, cwd });
}

function flag(path: SettingPath, text: string): FlagValue {
  return { flag: '--flag', path, text };
}

describe('layers', () => {
  test('without any file everything is a default, with strategies on every market', () => {
    const config = loadConfig(EMPTY);
    expect(config.directory).toBeNull();
    expect(new Set(config.sources.values())).toEqual(new Set(['default']));
    const traded = config.instances.filter((one) => one.enabled).flatMap((one) => one.symbols);
    expect(new Set(traded)).toEqual(new Set(config.settings.general.symbols));
  });

  test('a flag beats environment beats file beats default, each with its source', () => {
    const cwd = temporaryDirectory({
      'config/tapedeck.json': {
        risk: { maxPositions: 2, drawdownFraction: 0.1, dailyLossFraction: 0.01 },
        simulation: { cash: '123456789012.123456789012345678' },
      },
    });
    const config = loadConfig({
      directory: null,
      cwd,
      environment: { TAPEDECK_RISK_MAX_POSITIONS: '3', TAPEDECK_RISK_DRAWDOWN_FRACTION: '0.2' },
      flags: [flag('risk.maxPositions', '4')],
    });
    const { risk, simulation } = config.settings;
    expect([risk.maxPositions, risk.drawdownFraction, risk.dailyLossFraction]).toEqual([
      4, 0.2, 0.01,
    ]);
    expect(simulation.cash).toBe('123456789012.123456789012345678');
    expect(config.sources.get('risk.maxPositions')).toBe('--flag');
    expect(config.sources.get('risk.drawdownFraction')).toBe('TAPEDECK_RISK_DRAWDOWN_FRACTION');
    expect(config.sources.get('risk.dailyLossFraction')).toBe('config/tapedeck.json');
    expect(config.sources.get('risk.netExposureFraction')).toBe('default');
  });

  test('the hash changes with a value and not with its source', () => {
    const plain = loadConfig(EMPTY);
    const same = loadConfig({ ...EMPTY, flags: [flag('general.seed', '1')] });
    const other = loadConfig({ ...EMPTY, flags: [flag('general.seed', '2')] });
    expect(same.hash).toBe(plain.hash);
    expect(other.hash).not.toBe(plain.hash);
  });

  test('a strategies folder replaces the default instances, even when it is empty', () => {
    const instance = { strategy: 'macd', symbols: ['BTC/USDT'] };
    const some = loadFiles({
      'config/tapedeck.json': {},
      'config/strategies/mine.json': instance,
      'config/strategies/.hidden.json': 'broken',
      'config/strategies/notes.txt': 'text',
    });
    expect(some.instances).toMatchObject([{ id: 'mine', timeframe: '1m', sizing: 'percent:5' }]);
    const none = loadFiles({ 'config/tapedeck.json': {}, 'config/strategies/x.txt': '' });
    expect(none.instances).toEqual([]);
    expect(loadFiles({ 'config/tapedeck.json': {} }).instances).not.toEqual([]);
  });
});

describe('a settings file is refused', () => {
  test.each<[unknown, string]>([
    [
      { risk: { maxPositions: 'ten' } },
      'risk.maxPositions is "ten"; allowed: whole number from 1 to 1000 (default 10)',
    ],
    [
      { risk: { maxPositions: 1.5 } },
      'risk.maxPositions is 1.5; allowed: whole number from 1 to 1000 (default 10)',
    ],
    [
      { risk: { maxNotionalFraction: -1 } },
      'risk.maxNotionalFraction is -1; allowed: number above 0 up to 100 (default 1)',
    ],
    [
      { risk: { maxNotionalFraction: '1e999' } },
      'risk.maxNotionalFraction is "1e999"; allowed: number above 0 up to 100 (default 1)',
    ],
    [
      { risk: { maxNotionalFraction: [1] } },
      'risk.maxNotionalFraction is [1]; allowed: number above 0 up to 100 (default 1)',
    ],
    ['{"risk": {"maxNotionalFraction": 1e999}}', ':1:34: number 1e999 is too large'],
    ['{"risk": {"maxNotionalFraction": NaN}}', ':1:34: "NaN" is not a value'],
    ['{"risk": {"maxNotionalFraction": 0x1}}', ':1:34: "0x1" is not a value'],
    ['{"risk": {}, "risk": {}}', ':1:14: key "risk" is given twice'],
    [{ risk: { maxPosition: 3 } }, 'risk.maxPosition is unknown; did you mean "maxPositions"?'],
    [{ rsk: {} }, 'rsk is unknown; did you mean "risk"?'],
    [{ risk: [] }, 'risk is []; allowed: an object { … } (default {})'],
    [
      { risk: { symbols: ['BTCUSDT'] } },
      'risk.symbols[0] is "BTCUSDT"; allowed: symbol such as BTC/USDT or BTC/USDT:USDT',
    ],
    ['[]', 'allowed: an object { … }'],
    [
      '{"__proto__": {"enabled": false}}',
      '__proto__ is unknown; known: general, simulation, risk, ui',
    ],
    [
      { general: { profile: '../../etc' } },
      'general.profile is "../../etc"; allowed: 1 to 32 letters, digits, "-" or "_"',
    ],
    [
      { simulation: { cash: -5 } },
      'simulation.cash is -5; allowed: decimal number above 0 up to 1000000000000000',
    ],
    [
      { general: { profile: 'a\u001b]0;x\u0007\u009b' } },
      'general.profile is "a\\u001b]0;x\\u0007\\u009b"; allowed: 1 to 32 letters',
    ],
  ])('%j', (content, message) => {
    const separator = message.startsWith(':') ? '' : ': ';
    expect(() => loadFiles({ 'config/tapedeck.json': content })).toThrow(
      `config/tapedeck.json${separator}${message}`,
    );
  });

  test('when it is huge, without being read: a hole of 64 GB fits into no memory', () => {
    const cwd = temporaryDirectory({ 'config/tapedeck.json': '{}' });
    truncateSync(join(cwd, 'config/tapedeck.json'), 64 * 1024 ** 3);
    expect(() => loadConfig({ ...EMPTY, cwd })).toThrow(
      'config/tapedeck.json has 65536 MB; a configuration file has at most 1 MB',
    );
  });

  test('when it is not text', () => {
    const cwd = temporaryDirectory({ 'config/tapedeck.json/x': '' });
    expect(() => loadConfig({ ...EMPTY, cwd })).toThrow('config/tapedeck.json is not a file');
  });
});

describe('an instance file is refused', () => {
  const good = { strategy: 'macd', symbols: ['BTC/USDT'] };
  test.each<[string, unknown, string]>([
    ['a.json', { symbols: ['BTC/USDT'] }, 'strategies/a.json: strategy is missing; allowed: text'],
    [
      'a.json',
      { ...good, sizing: 'percent:0' },
      'strategies/a.json: sizing is "percent:0"; allowed: all-in',
    ],
    [
      'a.json',
      { ...good, stopFraction: 2 },
      'strategies/a.json: stopFraction is 2; allowed: number above 0 up to 0.99 or null',
    ],
    [
      'a.json',
      { ...good, timeframe: '2m' },
      'strategies/a.json: timeframe is "2m"; allowed: one of 1s, 1m',
    ],
    [
      'a.json',
      { ...good, params: { fast: [1] } },
      'strategies/a.json: params.fast is [1]; allowed: number, text, true or false',
    ],
    [
      'a.json',
      { ...good, enbled: true },
      'strategies/a.json: enbled is unknown; did you mean "enabled"?',
    ],
    ['My File.json', good, "strategies/My File.json: the name is the strategy's id"],
    ['manual.json', good, "strategies/manual.json: the name is the strategy's id"],
  ])('%s %j', (name, content, message) => {
    const files = { 'config/tapedeck.json': {}, [`config/strategies/${name}`]: content };
    expect(() => loadFiles(files)).toThrow(`config/${message}`);
  });
});

describe('environment and flags are refused', () => {
  test.each<[Record<string, string>, string]>([
    [
      { TAPEDECK_RISK_MAXPOSITIONS: '3' },
      'variable TAPEDECK_RISK_MAXPOSITIONS is unknown; did you mean "TAPEDECK_RISK_MAX_P',
    ],
    [
      { TAPEDECK_RISK_MAX_POSITIONS: '0x3' },
      'TAPEDECK_RISK_MAX_POSITIONS is "0x3"; allowed: whole number from 1 to 1000 (default 10)',
    ],
    [
      { TAPEDECK_MODE: 'dmo' },
      'TAPEDECK_MODE is "dmo"; allowed: one of demo, replay, paper, testnet, live (default demo)',
    ],
  ])('%j', (environment, message) => {
    expect(() => loadConfig({ ...EMPTY, environment })).toThrow(message);
  });

  test.each<[SettingPath, string, string]>([
    ['simulation.cash', 'abc', '--flag is "abc"; allowed: decimal number above 0'],
    ['simulation.cash', '0', '--flag is "0"; allowed: decimal number above 0'],
    ['simulation.cash', '1e999', '--flag is "1e999"; allowed: decimal number above 0'],
    ['simulation.fee', '-0.1', '--flag is "-0.1"; allowed: decimal number from 0 up to 0.1'],
    ['general.speed', '0', '--flag is 0; allowed: number from 1 to 1000 or "max" (default 60)'],
    ['general.speed', 'fast', '--flag is "fast"; allowed: number from 1 to 1000 or "max"'],
    ['general.seed', '1.5', '--flag is 1.5; allowed: whole number from 0'],
    ['general.symbols', 'BTC-USDT', '--flag is "BTC-USDT"; allowed: symbol such as BTC/USDT'],
    ['general.symbols', '', '--flag is ""; allowed: symbol such as BTC/USDT'],
    ['general.timeframe', '7m', '--flag is "7m"; allowed: one of 1s, 1m'],
    ['simulation.fill', 'next', '--flag is "next"; allowed: one of next-open, close'],
  ])('%s %j', (path, text, message) => {
    expect(() => loadConfig({ ...EMPTY, flags: [flag(path, text)] })).toThrow(message);
  });
});

describe('places', () => {
  test('a named directory must hold the settings file', () => {
    const cwd = temporaryDirectory({ 'mine/tapedeck.json': {}, 'empty/x': '' });
    const at = { environment: {}, cwd };
    expect(findConfigDirectory({ ...at, flag: 'mine' })).toBe(join(cwd, 'mine'));
    expect(() => findConfigDirectory({ ...at, flag: 'empty' })).toThrow(
      '--config: empty holds no tapedeck.json',
    );
    const environment = { TAPEDECK_CONFIG: 'no' };
    expect(() => findConfigDirectory({ cwd, environment, flag: null })).toThrow(
      'TAPEDECK_CONFIG: no holds no tapedeck.json',
    );
  });

  test('accounts of exchanges alone make a directory one, and are not overlooked', () => {
    const account = { id: 'binance', endpoint: 'http://127.0.0.1:8777' };
    const cwd = temporaryDirectory({ 'config/exchanges/binance.json': account });
    expect(findConfigDirectory({ flag: 'config', environment: {}, cwd })).toBe(join(cwd, 'config'));
    const { exchanges } = loadConfig({ directory: null, environment: {}, flags: [], cwd });
    expect(exchanges).toMatchObject([account]);
  });

  test('./config is taken when it holds the file, else the XDG directory, else none', () => {
    const cwd = temporaryDirectory({ 'config/notes': '', 'xdg/tapedeck/tapedeck.json': {} });
    const environment = { XDG_CONFIG_HOME: join(cwd, 'xdg') };
    expect(findConfigDirectory({ flag: null, environment, cwd })).toBe(join(cwd, 'xdg/tapedeck'));
    expect(findConfigDirectory({ flag: null, environment: { HOME: cwd }, cwd })).toBeNull();
  });

  test('state of each profile and mode lies apart; a relative XDG path is ignored', () => {
    const at = { flag: null, cwd: '/cwd', profile: 'p', mode: 'demo', seed: 1, drill: 'none' };
    const home = { HOME: '/h', XDG_STATE_HOME: 'relative' };
    expect(stateDirectory({ ...at, environment: home })).toBe('/h/.local/state/tapedeck/p-demo');
    expect(stateDirectory({ ...at, environment: { XDG_STATE_HOME: '/s' } })).toBe(
      '/s/tapedeck/p-demo',
    );
    expect(stateDirectory({ ...at, environment: home, seed: 7 })).toBe(
      '/h/.local/state/tapedeck/p-demo-seed7',
    );
    expect(stateDirectory({ ...at, environment: home, flag: 'here' })).toBe('/cwd/here');
    expect(stateDirectory({ ...at, environment: home, mode: 'live', emulator: true })).toBe(
      '/h/.local/state/tapedeck/p-live-emulator',
    );
    expect(stateDirectory({ ...at, environment: home, drill: 'storm' })).toBe(
      '/h/.local/state/tapedeck/p-demo-drill',
    );
    for (const HOME of ['', 'relative']) {
      const own = join(userInfo().homedir, '.local/state/tapedeck/p-demo');
      expect(stateDirectory({ ...at, environment: { HOME } }), `HOME=${HOME}`).toBe(own);
    }
  });
});
