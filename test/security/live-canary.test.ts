// The keys of a live session, sought in everything that it says, shows, writes and leaves.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { logLine } from '../../src/app/plain-text.ts';
import type { TestEmulator } from '../support/emulator.ts';
import { removeAll, until } from '../support/session-kit.ts';
import { openExchange } from '../exchange/ccxt/account-kit.ts';
import { liveOptions, openLive } from '../app/live/live-kit.ts';
import { sinksOf } from './sinks.ts';

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await openExchange('binance');
});
afterAll(async () => {
  await emulator.close();
  removeAll();
});

const formsOf = (text: string): string[] => {
  const bytes = Buffer.from(text);
  const encoded = (['hex', 'base64', 'base64url'] as const).map((one) => bytes.toString(one));
  return [text, encodeURIComponent(text), ...encoded];
};

test('S16: the keys of a live session are in none of its sinks, whatever goes wrong', async () => {
  const options = liveOptions(emulator, 'binance');
  const session = await openLive(options);
  session.dispatch({ kind: 'passGate', phrase: 'trade live on binance main' });
  session.dispatch({ kind: 'resume', phrase: null });
  const { control } = emulator;
  for (const fault of ['badGateway'] as const) {
    control.fault({ fault, path: '/account', times: 1 });
    session.recover(`a look that meets ${fault}`);
    await until(() => control.faults.waiting.length === 0);
  }
  control.clear();
  await until(() => session.view().truth.recovering === null);
  control.setKey('main', { revoked: true });
  session.recover('a look with a key that is revoked');
  await until(() => session.view().account.tradingState === 'halted');
  session.dispatch({ kind: 'exportLog', lines: session.view().log.map(logLine) });
  const sinks = await sinksOf(session, options.stateDirectory, 'the end');
  for (const name of readdirSync(options.stateDirectory)) {
    if (name.endsWith('.json')) {
      sinks.set(name, readFileSync(join(options.stateDirectory, name), 'utf8'));
    }
  }
  const { apiKey, secret } = emulator.credentials();
  const forms = [apiKey, secret].flatMap(formsOf);
  const leaks = [...sinks].flatMap(([name, text]) => {
    const found = forms.filter((form) => text.includes(form));
    const isSigned = /signature=[0-9a-f]{16}/i.test(text);
    return [...found.map(() => name), ...(isSigned ? [`${name}: a signature`] : [])];
  });
  expect(leaks).toEqual([]);
  expect(sinks.size).toBeGreaterThan(40);
  expect(sinks.get('exchange.json')).toContain('binance');
  expect(sinks.get('view')).toContain('keys refused');
});
