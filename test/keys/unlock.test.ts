import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { Secret } from '../../src/domain/secret.ts';
import { writeKey } from '../../src/keys/key-store.ts';
import { Unlocker } from '../../src/keys/unlock.ts';
import { PASSPHRASE, quickDerive, sealed } from './keys-kit.ts';

async function unlocker() {
  const home = mkdtempSync(join(tmpdir(), 'tapedeck-unlock-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const directory = join(home, 'keys');
  writeKey(directory, 'main', await sealed());
  const waited: number[] = [];
  const wait = (ms: number): Promise<void> => {
    waited.push(ms);
    return Promise.resolve();
  };
  const of = new Unlocker({ directory, wait, derive: quickDerive });
  return { waited, tries: (text: string) => of.unlock('main', Secret.of(text)) };
}

test('S13: each wrong passphrase makes the next answer wait twice as long, ten end it', async () => {
  const { waited, tries } = await unlocker();
  for (let i = 0; i < 10; i += 1) await expect(tries(`wrong ${i}`)).rejects.toThrow('is wrong');
  expect(waited).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  await expect(tries(PASSPHRASE), 'even the right one').rejects.toThrow(
    '10 wrong passphrases; start again',
  );
});

test('the right one opens it and forgets the wrong ones', async () => {
  const { waited, tries } = await unlocker();
  await expect(tries('wrong')).rejects.toThrow('is wrong');
  expect((await tries(PASSPHRASE)).content.key.reveal()).toBe('API-KEY-1234567890');
  await expect(tries('wrong')).rejects.toThrow('is wrong');
  expect(waited).toEqual([500, 500]);
});
