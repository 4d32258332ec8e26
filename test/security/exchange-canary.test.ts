// Keys of a real client of an exchange, sought in whatever that client prints, keeps and throws.
import { inspect } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { framesOf, toFailure } from '../../src/app/failure.ts';
import { required } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { findExchange } from '../../src/exchange/ccxt/catalog.ts';
import { toFault } from '../../src/exchange/ccxt/errors.ts';
import { createInstance, type Instance } from '../../src/exchange/ccxt/instance.ts';
import { reasonOf } from '../../src/exchange/ccxt/reason.ts';
import { asRefusal } from '../../src/exchange/ccxt/refused.ts';
import type { ExchangeRow } from '../../src/exchange/ccxt/row.ts';
import type { DialectName } from '../../src/exchange/emulator/dialect.ts';
import type { FaultRule } from '../../src/exchange/emulator/faults.ts';
import { createRedact } from '../../src/store/redact.ts';
import { type TestEmulator, openEmulator } from '../support/emulator.ts';

/** A secret in the forms in which it tends to come out. */
function formsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const url = encodeURIComponent(text);
  return [text, url, bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')];
}

/** What signs a request is as good as the key for as long as it is valid. */
const SIGNATURE = /signature=[0-9a-f]{16}|API-Sign["':\s]+[\w+/]{16}|"sign(ature)?":"[\w+/]{16}/i;

describe.each(['binance', 'kraken'] as const)(
  'S16, S17: a client of %s',
  (dialect: DialectName) => {
    let emulator: TestEmulator;
    let instance: Instance;
    let row: ExchangeRow;
    let forms: readonly string[];

    beforeAll(async () => {
      emulator = await openEmulator({ dialect, time: 'real' });
      const { apiKey, secret } = emulator.credentials();
      forms = [apiKey, secret].flatMap(formsOf);
      row = required(findExchange(dialect), 'row');
      instance = await createInstance({
        plan: {
          id: dialect,
          account: 'main',
          venue: 'live',
          endpoint: emulator.endpoint,
          symbols: ['BTC/USDT'],
        },
        row,
        credentials: { key: Secret.of(apiKey), secret: Secret.of(secret), passphrase: null },
        purpose: 'trading',
      });
      await instance.loadMarkets();
    });
    afterAll(async () => {
      await instance.close();
      await emulator.close();
    });

    const leaks = (text: string): string[] => {
      const found = forms.filter((form) => text.includes(form));
      return SIGNATURE.test(text) ? [...found, 'a signature'] : found;
    };
    /** Everything that a printer, a serializer or a debugger could make of a value. */
    const printed = (value: unknown): string =>
      [
        inspect(value, { depth: 12, maxStringLength: null, maxArrayLength: null }),
        inspect({ value }, { depth: 12, showHidden: true }),
        safely(() => String(value)),
        safely(() => JSON.stringify(value)),
        value instanceof Error ? `${value.message}\n${value.stack ?? ''}` : '',
      ].join('\n');

    test('signs with its keys, so that there is something to be found', async () => {
      const balance = (await instance.fetchBalance()) as { readonly total?: object };
      expect(Object.keys(balance.total ?? {})).toContain('USDT');
    });

    test('is printed without keys, after requests too', async () => {
      await instance.fetchBalance();
      expect(leaks(printed(instance))).toEqual([]);
      expect(leaks(printed(Object.entries(instance)))).toEqual([]);
      expect(leaks(printed({ ...instance }))).toEqual([]);
      const kept = instance as unknown as Record<string, unknown>;
      for (const name of ['last_request_headers', 'last_request_url', 'last_request_body']) {
        expect(leaks(printed(kept[name])), name).toEqual([]);
      }
      for (const name of ['last_http_response', 'last_json_response', 'last_response_headers']) {
        expect(leaks(printed(kept[name])), name).toEqual([]);
      }
    });

    test('says nothing even where it is told to be verbose', async () => {
      const said: unknown[][] = [];
      const { console } = globalThis;
      const hear = (...words: unknown[]): void => void said.push(words);
      globalThis.console = { ...console, log: hear, debug: hear, info: hear };
      try {
        Object.assign(instance, { verbose: true });
        await instance.fetchBalance();
      } finally {
        Object.assign(instance, { verbose: false });
        globalThis.console = console;
      }
      expect(leaks(printed(said))).toEqual([]);
      expect(said).toEqual([]);
    });

    const FAULTS: readonly (readonly [string, FaultRule])[] = [
      ['an HTML page', { fault: 'html' }],
      ['a cut connection', { fault: 'drop' }],
      ['a reset after it was carried out', { fault: 'reset' }],
      ['a bad gateway', { fault: 'badGateway' }],
      ['nothing', { fault: 'empty' }],
      ['half an answer', { fault: 'truncate' }],
      ['too many requests', { fault: 'status', status: 429, retryAfter: 1, body: 'slow' }],
      ['a refusal that is no JSON', { fault: 'status', status: 403, body: '<html>no</html>' }],
    ];

    test.each(FAULTS)('answered with %s: its error is told without keys', async (_what, rule) => {
      emulator.control.fault({ ...rule, times: 1 });
      const error = await failureOf(() => instance.fetchBalance());
      emulator.control.clear();
      const of = { instance, row };
      for (const kind of ['create', 'cancel', 'query'] as const) {
        expect(leaks(printed(toFault(error, { ...of, kind })))).toEqual([]);
      }
      expect(leaks(reasonOf(error))).toEqual([]);
      const refusal = asRefusal(error, of);
      expect(leaks(printed(refusal))).toEqual([]);
      expect(refusal.message).not.toContain('\n');
      // Whoever did not map it, and prints it as a crash does.
      const redact = createRedact(Object.values(emulator.credentials()));
      expect(leaks([toFailure(error, redact).line, ...framesOf(error, redact)].join('\n'))).toEqual(
        [],
      );
    });

    test('S6: an error of 10 MB is told in a line of 200 characters', async () => {
      const body = JSON.stringify({
        code: -1000,
        msg: `far too much ${'\u0301x'.repeat(3_300_000)}`,
      });
      emulator.control.fault({ fault: 'status', status: 400, body, times: 1 });
      const error = await failureOf(() => instance.fetchBalance());
      const { reason } = toFault(error, { instance, row, kind: 'query' });
      expect(reason.length).toBeLessThanOrEqual(200);
      expect(asRefusal(error, { instance, row }).message.length).toBeLessThan(400);
    });

    test('S7: keys of an answer that would change every object change none', async () => {
      const body =
        '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"code":-1000}';
      emulator.control.fault({ fault: 'status', status: 400, body, times: 1 });
      await failureOf(() => instance.fetchBalance());
      expect(({} as { readonly polluted?: number }).polluted).toBeUndefined();
    });
  },
);

/** Not everything becomes a text: then nothing comes out this way. */
function safely(make: () => string | undefined): string {
  try {
    return make() ?? '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

async function failureOf(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    await ask();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}
