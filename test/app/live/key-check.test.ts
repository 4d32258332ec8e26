// `keys check` over the local exchange: every bad key and clock has one clear line of its own.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { checkKey, type KeyReport } from '../../../src/app/live/key-check.ts';
import { InputError } from '../../../src/domain/errors.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { EmulatorControl } from '../../../src/exchange/emulator/control.ts';
import type { TestEmulator } from '../../support/emulator.ts';
import { openExchange } from '../../exchange/ccxt/account-kit.ts';

const CLEAN = { dropped: [], inForce: [] };

describe.each(['binance', 'kraken'] as const)('a key of %s', (dialect) => {
  let emulator: TestEmulator;
  beforeAll(async () => {
    emulator = await openExchange(dialect);
  });
  afterEach(() => {
    emulator.control.clear();
    emulator.control.setSkew(0);
    emulator.control.setKey('main', { revoked: false });
  });
  afterAll(() => emulator.close());

  const check = (
    of: { readonly account?: string; readonly key?: string; readonly secret?: string } = {},
    unsafe: Parameters<typeof checkKey>[0]['unsafe'] = CLEAN,
  ): Promise<KeyReport> => {
    const known = emulator.credentials(of.account);
    return checkKey({
      plan: {
        id: dialect,
        account: 'main',
        venue: 'live',
        endpoint: emulator.endpoint,
        symbols: [],
      },
      credentials: {
        key: Secret.of(of.key ?? known.apiKey),
        secret: Secret.of(of.secret ?? known.secret),
        passphrase: null,
      },
      unsafe,
    });
  };
  const said = ({ checks }: KeyReport, name: string): string => {
    const found = checks.find((one) => one.name === name);
    return `${String(found?.ok)} ${found?.value ?? ''}`;
  };

  test('that trades alone is fit', async () => {
    const report = await check();
    expect(report.checks.filter(({ required, ok }) => required && ok !== true)).toEqual([]);
    expect(Math.abs(report.skewMs ?? NaN)).toBeLessThan(1_000);
  });

  test('that may withdraw is not', async () => {
    expect(said(await check({ account: 'withdraw' }), 'key cannot withdraw')).toMatch(
      /^false may .*withdraw/,
    );
  });

  test('that may only look is not', async () => {
    expect(said(await check({ account: 'readonly' }), 'key works')).toBe('false may not trade');
  });

  test('is judged beside a clock that is 5 s off', async () => {
    emulator.control.setSkew(-5_000);
    expect(said(await check(), 'clock')).toMatch(/^false [456]\.\d s ahead of/);
  });

  test('is judged beside an environment that trusts any certificate', async () => {
    const unsafe = { dropped: [], inForce: ['NODE_TLS_REJECT_UNAUTHORIZED'] };
    expect(said(await check({}, unsafe), 'environment')).toMatch(/^false NODE_TLS/);
  });

  const REFUSED: readonly (readonly [
    string,
    { readonly account?: string; readonly key?: string; readonly secret?: string },
    (control: EmulatorControl) => void,
    3 | 4,
  ])[] = [
    ['with a wrong secret', { secret: 'A'.repeat(64) }, () => undefined, 3],
    ['that nobody made', { key: 'B'.repeat(64) }, () => undefined, 3],
    ['that is revoked', {}, (control) => control.setKey('main', { revoked: true }), 3],
    ['in a maintenance', {}, (control) => control.setMaintenance(true), 4],
    ['of a banned address', {}, (control) => control.ban(60), 4],
    ['behind a captive portal', {}, (control) => control.fault({ fault: 'html', times: 99 }), 4],
    ['without a network', {}, (control) => control.fault({ fault: 'drop', times: 99 }), 4],
  ];

  test.each(REFUSED)('%s is said in one line', async (_what, of, spoil, exitCode) => {
    spoil(emulator.control);
    const error = await check(of).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    const { message, exitCode: code } = error as InputError;
    expect(code, message).toBe(exitCode);
    expect(message).toMatch(new RegExp(`^exchange ${dialect} `));
    expect(message).not.toMatch(/\n|https?:|signature=/);
    expect(message.length).toBeLessThan(300);
  });
});

test('a key of an exchange that is not known cannot be asked about', async () => {
  const plan = { id: 'nowhere', account: 'main', venue: 'live', endpoint: null, symbols: [] };
  const credentials = { key: Secret.of('k'), secret: Secret.of('s'), passphrase: null };
  const asked = checkKey({ plan: { ...plan, venue: 'live' }, credentials, unsafe: CLEAN });
  await expect(asked).rejects.toThrow(/nowhere is not known/);
});
