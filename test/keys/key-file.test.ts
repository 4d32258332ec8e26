import { describe, expect, test } from 'vitest';

import { Secret } from '../../src/domain/secret.ts';
import {
  type ApiKey,
  type Cost,
  type Derive,
  deriveKey,
  openKey,
  readLabel,
  sealKey,
} from '../../src/keys/key-file.ts';
import { apiKey, LABEL, PASSPHRASE, quickDerive, sealed } from './keys-kit.ts';

const REFUSAL =
  'key main cannot be unlocked: the passphrase is wrong, or the file was changed or is of a newer version';

async function open(bytes: Buffer, passphrase = PASSPHRASE, derive: Derive = quickDerive) {
  return openKey(bytes, { name: 'main', passphrase: Secret.of(passphrase), derive });
}

async function refusal(bytes: Buffer, passphrase = PASSPHRASE, derive: Derive = quickDerive) {
  try {
    await open(bytes, passphrase, derive);
  } catch (error) {
    const { message, exitCode } = error as { message: string; exitCode: number };
    return `${message} (${exitCode})`;
  }
  return 'opened';
}

const words = ({ key, secret, passphrase }: ApiKey) =>
  [key, secret, passphrase].map((one) => one?.reveal() ?? null);

/** The file with its first line changed, sealed as it was. */
function withHeader(bytes: Buffer, change: Record<string, unknown>): Buffer {
  const [header = '', body = ''] = bytes.toString('utf8').split('\n');
  const changed: unknown = { ...(JSON.parse(header) as object), ...change };
  return Buffer.from(`${JSON.stringify(changed)}\n${body}\n`);
}

describe('a key file', () => {
  test('comes back with its passphrase, derived with scrypt at its full cost', async () => {
    const content = apiKey();
    const passphrase = Secret.of(PASSPHRASE);
    const bytes = await sealKey(LABEL, { content, passphrase });
    expect(JSON.parse(bytes.toString('utf8').split('\n')[0] ?? '')).toMatchObject({
      kdf: 'scrypt',
      n: 131_072,
      r: 8,
      p: 1,
      cipher: 'aes-256-gcm',
    });
    const opened = await openKey(bytes, { name: 'main', passphrase });
    expect(opened.label).toEqual(LABEL);
    expect(words(opened.content)).toEqual(words(content));
    expect(await refusal(bytes, 'another horse battery', deriveKey)).toBe(`${REFUSAL} (3)`);
  });

  test('holds no secret and no passphrase that can be read', async () => {
    const text = (await sealed()).toString('latin1');
    for (const secret of ['API-KEY', 'secret', 'third', 'horse']) {
      for (const encoding of ['utf8', 'base64', 'base64url', 'hex'] as const) {
        expect(text).not.toContain(Buffer.from(secret).toString(encoding).slice(0, 8));
      }
    }
  });

  test('has a fresh salt and nonce at every write', async () => {
    const headers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const { salt, nonce } = JSON.parse(
          (await sealed()).toString('utf8').split('\n')[0] ?? '',
        ) as Record<string, string>;
        return [salt, nonce];
      }),
    );
    expect(new Set(headers.flat()).size).toBe(40);
  });

  test('tells its label without a passphrase', async () => {
    expect(readLabel(await sealed())).toEqual(LABEL);
    expect(readLabel(Buffer.from('{}\nAAAA\n'))).toBe(null);
    expect(readLabel(Buffer.alloc(0))).toBe(null);
  });
});

describe('S13: one answer to every wrong passphrase and every changed byte', () => {
  test('ten wrong passphrases', async () => {
    const bytes = await sealed();
    const tried = ['', ' ', PASSPHRASE.toUpperCase(), `${PASSPHRASE} `, PASSPHRASE.slice(1)];
    tried.push('a', 'b'.repeat(4000), '\0', 'correct horse battery stapl', 'пароль');
    for (const passphrase of tried) {
      expect(await refusal(bytes, passphrase)).toBe(`${REFUSAL} (3)`);
    }
  });

  test('each byte of header, ciphertext and tag, with each of its bits turned', async () => {
    const bytes = await sealed();
    const answers = new Set<string>();
    for (let at = 0; at < bytes.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        answers.add(await refusal(changed));
      }
    }
    expect([...answers]).toEqual([`${REFUSAL} (3)`]);
  });

  test('each length it could be cut to, and bytes behind it', async () => {
    const bytes = await sealed();
    for (let length = 0; length < bytes.length; length += 1) {
      expect(await refusal(bytes.subarray(0, length))).toBe(`${REFUSAL} (3)`);
    }
    expect(await refusal(Buffer.concat([bytes, bytes]))).toBe(`${REFUSAL} (3)`);
    expect(await refusal(Buffer.concat([bytes, Buffer.from('\n')]))).toBe(`${REFUSAL} (3)`);
  });

  test('another exchange or date written into it, and another name on the file', async () => {
    const bytes = await sealed();
    for (const change of [{ exchange: 'binance' }, { created: 1 }, { name: 'mein' }]) {
      expect(await refusal(withHeader(bytes, change))).toBe(`${REFUSAL} (3)`);
    }
    const passphrase = Secret.of(PASSPHRASE);
    const other = openKey(bytes, { name: 'other', passphrase, derive: quickDerive });
    await expect(other).rejects.toThrow('key other cannot be unlocked');
  });
});

describe('S14: the cost in the header is bounded', () => {
  test.each<[string, Record<string, unknown>]>([
    ['lowered', { n: 2 ** 16 }],
    ['lowered to nothing', { n: 2 }],
    ['small blocks', { r: 1 }],
    ['256 MiB', { n: 2 ** 18 }],
    ['16 GB', { n: 2 ** 24 }],
    ['large blocks', { r: 2 ** 20 }],
    ['no power of two', { n: 131_073 }],
    ['no number', { n: '131072' }],
    ['very parallel', { p: 5 }],
    ['beyond integers', { n: 1e300 }],
    ['another function', { kdf: 'md5' }],
    ['another cipher', { cipher: 'none' }],
    ['a key that is not known', { extra: 1 }],
  ])('%s: refused, and nothing is derived', async (_name, change) => {
    const costs: Cost[] = [];
    const derive: Derive = (passphrase, salt, cost) => {
      costs.push(cost);
      return quickDerive(passphrase, salt, cost);
    };
    expect(await refusal(withHeader(await sealed(), change), PASSPHRASE, derive)).toBe(
      `${REFUSAL} (3)`,
    );
    expect(costs).toEqual([]);
  });

  test('a higher one within the bounds is used, and still has to fit the seal', async () => {
    const costs: Cost[] = [];
    const derive: Derive = (passphrase, salt, cost) => {
      costs.push(cost);
      return quickDerive(passphrase, salt, cost);
    };
    await refusal(withHeader(await sealed(), { p: 2 }), PASSPHRASE, derive);
    expect(costs).toEqual([{ n: 131_072, r: 8, p: 2 }]);
  });
});
