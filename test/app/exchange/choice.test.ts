import { describe, expect, test } from 'vitest';

import {
  accountOf,
  chooseExchanges,
  isEmulated,
  modeOf,
} from '../../../src/app/exchange/choice.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { InputError } from '../../../src/domain/errors.ts';
import { temporaryDirectory } from '../../support/config-directory.ts';

function load(files: Readonly<Record<string, unknown>>, flags: Readonly<Record<string, string>>) {
  const directory = temporaryDirectory({ 'tapedeck.json': {}, ...files });
  const typed = Object.entries(flags).map(([flag, text]) => {
    return { flag: `--${flag}`, path: `general.${flag}` as never, text };
  });
  return loadConfig({ directory, environment: { HOME: directory }, flags: typed, cwd: directory });
}

const BINANCE = { id: 'binance', symbols: ['BTC/USDT'], key: 'main-key' };

describe('the accounts of a run', () => {
  test('come from the files that are enabled', () => {
    const config = load(
      {
        'exchanges/binance.json': BINANCE,
        'exchanges/kraken.json': { id: 'kraken', enabled: false },
        'exchanges/second.json': { id: 'binance', account: 'second' },
      },
      {},
    );
    const chosen = chooseExchanges(config, 'live');
    expect(chosen.map((exchange) => accountOf({ exchange }))).toEqual([
      'binance:main',
      'binance:second',
    ]);
    expect(chosen[0]).toMatchObject({
      plan: { venue: 'live', endpoint: null, symbols: ['BTC/USDT'] },
      keyName: 'main-key',
      ownEmulator: false,
    });
  });

  test('are those of the exchange that was named, enabled or not', () => {
    const config = load(
      { 'exchanges/kraken.json': { id: 'kraken', enabled: false, account: 'old' } },
      { exchange: 'kraken' },
    );
    expect(chooseExchanges(config, 'paper').map(({ plan }) => plan.account)).toEqual(['old']);
  });

  test('need no file, and leave out what nobody asked for and the exchange does not have', () => {
    const [choice] = chooseExchanges(load({}, { exchange: 'kraken' }), 'paper');
    expect(choice?.plan).toEqual({
      id: 'kraken',
      account: 'main',
      venue: 'data',
      endpoint: null,
      symbols: ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'],
      isLenient: true,
    });
  });

  test('take typed symbols as they are', () => {
    const config = load({ 'exchanges/binance.json': BINANCE }, { symbols: 'ETH/USDT' });
    const [choice] = chooseExchanges(config, 'paper');
    expect(choice?.plan.symbols).toEqual(['ETH/USDT']);
    expect(choice?.plan.isLenient).toBeUndefined();
  });

  test('have limits of their own where their file says so', () => {
    const config = load(
      { 'exchanges/binance.json': { ...BINANCE, risk: { maxPositions: 2 } } },
      {},
    );
    expect(chooseExchanges(config, 'paper')[0]?.risk).toEqual({ maxPositions: 2 });
  });

  test.each([
    ['there is none', {}, {}, 'live', /needs an exchange: --exchange binance/],
    [
      'a sandbox account would trade live',
      { 'exchanges/b.json': { ...BINANCE, sandbox: true } },
      {},
      'live',
      /sandbox is true, mode live is refused/,
    ],
    [
      'two emulators are meant',
      { 'exchanges/b.json': { ...BINANCE, endpoint: 'http://127.0.0.1:8777' } },
      { emulator: 'true' },
      'paper',
      /has an endpoint already/,
    ],
  ] as const)('are refused where %s', (_why, files, flags, mode, words) => {
    expect(() => chooseExchanges(load(files, flags), mode)).toThrow(words);
  });

  test.each([
    ['a host elsewhere', { ...BINANCE, endpoint: 'http://10.0.0.1:8777' }, /endpoint is /],
    ['TLS to nowhere', { ...BINANCE, endpoint: 'https://127.0.0.1:1' }, /endpoint is /],
    [
      'a name that ends like one',
      { ...BINANCE, endpoint: 'http://localhost.evil.com' },
      /endpoint/,
    ],
    ['retries', { ...BINANCE, options: { maxRetriesOnFailure: 3 } }, /never sent twice/],
    ['an unknown setting', { ...BINANCE, sandbx: true }, /did you mean "sandbox"/],
  ])('are refused with %s', (_what, file, words) => {
    expect(() => load({ 'exchanges/binance.json': file }, {})).toThrow(InputError);
    expect(() => load({ 'exchanges/binance.json': file }, {})).toThrow(words);
  });

  test('may not share a name', () => {
    const files = { 'exchanges/a.json': BINANCE, 'exchanges/b.json': BINANCE };
    expect(() => load(files, {})).toThrow(/binance:main is .*a\.json already/);
  });
});

describe('the mode', () => {
  test('is paper where an exchange is named and nothing else', () => {
    expect(modeOf(load({}, { exchange: 'binance' }))).toBe('paper');
    expect(modeOf(load({}, {}))).toBe('demo');
    expect(modeOf(load({}, { exchange: 'binance', mode: 'live' }))).toBe('live');
  });

  test('practices where an emulator takes the place of the exchange', () => {
    expect(isEmulated(load({}, { exchange: 'binance', emulator: 'true' }), 'live')).toBe(true);
    const endpoint = { ...BINANCE, endpoint: 'http://localhost:8777' };
    expect(isEmulated(load({ 'exchanges/binance.json': endpoint }, {}), 'live')).toBe(true);
    expect(isEmulated(load({}, { exchange: 'binance' }), 'live')).toBe(false);
    expect(isEmulated(load({}, { emulator: 'true' }), 'demo')).toBe(false);
  });
});

describe('what is not offered', () => {
  test.each([
    [
      'live on an exchange that is unproven',
      { exchange: 'okx' },
      'live',
      /mode live is not offered on okx: /,
    ],
    [
      'a testnet that does not exist',
      { exchange: 'kraken' },
      'testnet',
      /testnet is not offered on kraken/,
    ],
    [
      'real orders on a name nobody knows',
      { exchange: 'binanse' },
      'live',
      /did you mean "binance"/,
    ],
    [
      'a derivative',
      { exchange: 'binance', symbols: 'BTC/USDT:USDT' },
      'paper',
      /BTC\/USDT:USDT is refused: derivatives/,
    ],
    [
      'a market in another currency than the first',
      { exchange: 'binance', symbols: 'BTC/USDT,ETH/USDT,ETH/BTC' },
      'paper',
      /ETH\/BTC is refused: BTC\/USDT counts in USDT/,
    ],
  ] as const)('is refused with the reason: %s', (_what, flags, mode, words) => {
    expect(() => chooseExchanges(load({}, flags), mode)).toThrow(words);
  });

  test('can be practiced', () => {
    const config = load({}, { exchange: 'kraken', emulator: 'true' });
    expect(chooseExchanges(config, 'testnet')[0]?.ownEmulator).toBe(true);
  });
});
