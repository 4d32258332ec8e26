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
