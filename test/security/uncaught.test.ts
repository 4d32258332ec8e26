import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { PATIENCE_MS } from '../support/robot.ts';

const CANARY = 'cAn4ry-secret-0123456789';
const GUARDS = join(import.meta.dirname, '..', '..', 'src', 'cli', 'guards.ts');
const SECRET = join(import.meta.dirname, '..', '..', 'src', 'domain', 'secret.ts');

/** Something that holds its keys openly, as clients of exchanges do, and throws. */
const exchange = `{
  apiKey: '${CANARY}', secret: '${CANARY}',
  last_request_headers: { 'X-MBX-APIKEY': '${CANARY}' },
  urls: ['https://x.test/?signature=0a1b2c&key=${CANARY}'],
}`;

test.each<[string, string]>([
  ['an object with keys is thrown', `throw ${exchange}`],
  ['a promise is rejected with it', `Promise.reject(${exchange})`],
  ['an error carries it', `throw Object.assign(new Error('x'), { exchange: ${exchange} })`],
  ['an error is caused by it', `throw new Error('x', { cause: ${exchange} })`],
  ['an error quotes it', `throw new Error(JSON.stringify(${exchange}))`],
  ['a rejection quotes it', `Promise.reject(new Error('GET ' + ${exchange}.urls[0]))`],
  ['its text is thrown', `throw '${CANARY}'`],
  ['base64 of it is thrown', `throw new Error(btoa('key:${CANARY}'))`],
])('S17: %s: the last line says what happened without a secret', (_name, action) => {
  const script = `
    import { endOnBug } from ${JSON.stringify(GUARDS)};
    import { Secret } from ${JSON.stringify(SECRET)};
    const parts = new Map([['secret', Secret.of('${CANARY}')]]);
    endOnBug({ secrets: new Map([['binance', parts]]), unsafe: { dropped: [], inForce: [] } });
    setTimeout(() => { ${action} }, 1);
    setTimeout(() => undefined, ${PATIENCE_MS});`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', script],
    { encoding: 'utf8', timeout: PATIENCE_MS },
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^tapedeck: stopped by a bug: /);
  expect(stderr).not.toMatch(/cAn4ry|0a1b2c/);
  expect(stderr).not.toContain(Buffer.from(CANARY).toString('base64').slice(4, 20));
});

const CLIENT = join(import.meta.dirname, '..', '..', 'src', 'exchange', 'ccxt', 'instance.ts');
const CATALOG = join(import.meta.dirname, '..', '..', 'src', 'exchange', 'ccxt', 'catalog.ts');

test.each<[string, string]>([
  ['is thrown', 'throw client'],
  ['is what a promise is rejected with', 'Promise.reject(client)'],
  ['hangs on an error', "throw Object.assign(new Error('x'), { client })"],
  ['is quoted by an error', 'throw new Error(JSON.stringify(client) + String(client.id))'],
  ['fails at an address', 'void client.fetchBalance()'],
])('S17: a real client that %s ends the program without its keys', (_name, action) => {
  // Nobody listens there: what the library throws names the signed address.
  const plan = `{ id: 'binance', account: 'main', venue: 'live', endpoint: 'http://127.0.0.1:1', symbols: [] }`;
  const script = `
    import { endOnBug } from ${JSON.stringify(GUARDS)};
    import { Secret } from ${JSON.stringify(SECRET)};
    import { createInstance } from ${JSON.stringify(CLIENT)};
    import { findExchange } from ${JSON.stringify(CATALOG)};
    const secret = Secret.of('${CANARY}');
    endOnBug({
      secrets: new Map([['binance', new Map([['secret', secret]])]]),
      unsafe: { dropped: [], inForce: [] },
    });
    const client = await createInstance({
      plan: ${plan},
      row: findExchange('binance'),
      credentials: { key: Secret.of('${CANARY}'), secret, passphrase: null },
      purpose: 'trading',
    });
    client.setMarkets([]);
    setTimeout(() => { ${action} }, 1);
    setTimeout(() => undefined, ${PATIENCE_MS});`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', script],
    { encoding: 'utf8', timeout: PATIENCE_MS },
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^tapedeck: stopped by a bug: /);
  expect(stderr).not.toMatch(/cAn4ry|signature=[0-9a-f]{8}/);
  expect(stderr).not.toContain(Buffer.from(CANARY).toString('base64').slice(4, 20));
});
