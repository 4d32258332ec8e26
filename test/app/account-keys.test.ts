import { afterEach, describe, expect, test } from 'vitest';

import { type CredentialSearch, findCredentials, Passphrases } from '../../src/app/account-keys.ts';
import { Secret } from '../../src/domain/secret.ts';
import { sealKey } from '../../src/keys/key-file.ts';
import { writeKey } from '../../src/keys/key-store.ts';
import { makeDirectory, removeAll } from '../support/session-kit.ts';
import { apiKey, PASSPHRASE, quickDerive } from '../keys/keys-kit.ts';

afterEach(removeAll);

/** A keystore with keys by name. */
async function storeOf(names: Readonly<Record<string, string>>): Promise<string> {
  const directory = makeDirectory();
  for (const [name, exchange] of Object.entries(names)) {
    const of = { content: apiKey(), passphrase: Secret.of(PASSPHRASE) };
    const label = { name, exchange, created: 1 };
    writeKey(directory, name, await sealKey(label, { ...of, derive: quickDerive }));
  }
  return directory;
}

const environment = (parts: Readonly<Record<string, string>>): CredentialSearch['secrets'] =>
  new Map([
    [
      'kraken',
      new Map(Object.entries(parts).map(([part, text]) => [part as 'key', Secret.of(text)])),
    ],
  ]);

function search(change: Partial<CredentialSearch> = {}, typed: readonly string[] = []) {
  const answers = [...typed];
  const asked: string[] = [];
  const notes: string[] = [];
  const ask = (question: string): Promise<Secret> => {
    asked.push(question);
    return Promise.resolve(Secret.of(answers.shift() ?? ''));
  };
  const passphrases = new Passphrases({
    fd: null,
    credentials: undefined,
    ask: typed.length === 0 ? null : ask,
    note: (line) => void notes.push(line),
  });
  const of = { exchange: 'kraken', keyName: null, secrets: new Map(), keysDirectory: '/nowhere' };
  const derive = quickDerive;
  return { found: findCredentials({ ...of, passphrases, derive, ...change }), asked, notes };
}

describe('the key of an account', () => {
  test('comes from the environment first, and nobody is asked', async () => {
    const keysDirectory = await storeOf({ main: 'kraken' });
    const secrets = environment({ key: 'the-key-1234', secret: 'the-secret-1234' });
    const { found, asked } = search({ secrets, keysDirectory }, ['unused']);
    const credentials = await found;
    expect(credentials?.key.reveal()).toBe('the-key-1234');
    expect(credentials?.passphrase).toBeNull();
    expect(asked).toEqual([]);
  });

  test('is the only one of its exchange, unlocked with what is typed, however often', async () => {
    const keysDirectory = await storeOf({ main: 'kraken' });
    const { found, asked, notes } = search({ keysDirectory }, ['wrong one', PASSPHRASE]);
    const credentials = await found;
    expect(credentials?.key.reveal()).toBe(apiKey().key.reveal());
    expect(asked).toEqual(['passphrase of main', 'passphrase of main']);
    expect(notes).toMatchObject([expect.stringContaining('cannot be unlocked')]);
  });

  test('is none where there is none', async () => {
    expect(await search().found).toBeNull();
    const keysDirectory = await storeOf({ main: 'binance' });
    expect(await search({ keysDirectory }).found).toBeNull();
  });

  test.each<readonly [string, Readonly<Record<string, string>>, string | null, RegExp]>([
    ['several', { main: 'kraken', old: 'kraken' }, null, /several keys \(main, old\).*"key" in/],
    ['another exchange', { main: 'binance' }, 'main', /key main is of binance, not of kraken/],
    ['an unknown name', { main: 'kraken' }, 'mian', /key mian is unknown/],
    ['no terminal', { main: 'kraken' }, null, /--passphrase-fd 3 3<FILE.*tapedeck-passphrase/],
  ])('%s is refused in one line', async (_what, names, keyName, why) => {
    const keysDirectory = await storeOf(names);
    await expect(search({ keysDirectory, keyName }).found).rejects.toThrow(why);
  });

  test.each<readonly [Readonly<Record<string, string>>, RegExp]>([
    [{ key: 'the-key-1234' }, /TAPEDECK_KRAKEN_SECRET is missing/],
    [{ secret: 'the-secret-1234' }, /TAPEDECK_KRAKEN_KEY is missing/],
    [{ key: 'two', secret: 'the-secret-1234' }, /API key: too short/],
  ])('half of it is refused without being repeated: %#', async (parts, why) => {
    const { found } = search({ secrets: environment(parts) });
    await expect(found).rejects.toThrow(why);
    await expect(found).rejects.not.toThrow(/1234/);
  });
});
