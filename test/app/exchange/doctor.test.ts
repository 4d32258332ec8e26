import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runExchangeDoctor } from '../../../src/app/exchange/doctor.ts';
import { required } from '../../../src/domain/errors.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { Credentials } from '../../../src/exchange/ccxt/plan.ts';
import { openEmulator, type TestEmulator } from '../../support/emulator.ts';

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await openEmulator({ dialect: 'binance', time: 'real' });
});
afterAll(() => emulator.close());
beforeEach(() => {
  emulator.core.skewMs = 0;
});

function keyOf(account: string): Credentials {
  const { apiKey, secret } = emulator.credentials(account);
  return { key: Secret.of(apiKey), secret: Secret.of(secret), passphrase: null };
}

async function look(id: string, of: { credentials?: Credentials; endpoint?: string } = {}) {
  const checks = await runExchangeDoctor({
    id,
    plan: {
      account: 'main',
      endpoint: of.endpoint ?? emulator.endpoint,
      symbols: ['BTC/USDT'],
    },
    credentials: of.credentials ?? null,
    unsafe: { dropped: [], inForce: [] },
  });
  return (name: string) =>
    required(
      checks.find(({ check }) => check === name),
      `check ${name}`,
    );
}

describe('doctor of an exchange', () => {
  it('tells what is proven, what rests there and what is watched here', async () => {
    const check = await look('binance');
    expect(check('proven').value).toContain('end to end');
    expect(check('mode live')).toMatchObject({ ok: true, value: 'offered' });
    expect(check('orders there').advice).toContain('limit post-only');
    expect(check('watched here').advice).toBe('trailingStop');
    expect(check('network')).toMatchObject({ ok: true, limit: 'a local exchange' });
    expect(check('markets').value).toBe('BTC/USDT');
    expect(check('clock')).toMatchObject({ ok: true });
    expect(check('key').value).toBe('none here');
  });

  it('says why a mode is not offered', async () => {
    const check = await look('coinbase');
    expect(check('mode live')).toMatchObject({
      ok: false,
      advice: 'orders of this exchange are not proven yet',
    });
    // No endpoint can be given for it: the reason stands where the network would.
    expect(check('network').advice).toContain('has no local exchange');
  });

  it('tells how far the clock is off', async () => {
    emulator.core.skewMs = -5_000;
    const check = await look('binance');
    expect(check('clock')).toMatchObject({ ok: false });
    expect(check('clock').advice).toContain('set the system clock');
  });

  it('tells what a key may do', async () => {
    const good = await look('binance', { credentials: keyOf('main') });
    expect(good('key works').ok).toBe(true);
    expect(good('key cannot withdraw').ok).toBe(true);
    const bad = await look('binance', { credentials: keyOf('withdraw') });
    expect(bad('key cannot withdraw').ok).toBe(false);
  });

  it('says that a key is refused, without the key', async () => {
    const { apiKey } = emulator.credentials();
    const wrong = { ...keyOf('main'), secret: Secret.of('not-the-secret') };
    const check = await look('binance', { credentials: wrong });
    expect(check('key').ok).toBe(false);
    expect(check('key').advice).not.toContain(apiKey);
    expect(check('key').advice).not.toContain('not-the-secret');
  });

  it('is not for an exchange that nobody knows', async () => {
    await expect(look('binanse')).rejects.toThrow(/no exchange of this name is known/);
  });
});
