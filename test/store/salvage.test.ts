import { describe, expect, test } from 'vitest';

import { recover } from '../../src/store/recover.ts';
import { memoryFiles } from '../../src/store/replay.ts';
import { salvage } from '../../src/store/salvage.ts';
import { STORE_SCHEMA, StoreError } from '../../src/store/schema.ts';
import {
  add,
  durable,
  inlineChannel,
  makeDirectory,
  openSum,
  removeDirectory,
  snapshotOf,
  sumCodec,
} from './store-kit.ts';

const whole = await makeWhole();
const RECORDS = 9;

/** Two generations: four records, a snapshot, five more. */
async function makeWhole(): Promise<ReadonlyMap<string, Buffer>> {
  const dir = makeDirectory();
  const store = await openSum(dir, { channel: inlineChannel() });
  for (let n = 1; n <= 9; n += 1) {
    await durable(store, add(store, 2 ** n, `note ${n}`));
    if (n === 4) await store.db.write();
  }
  await store.journal.close();
  const files = snapshotOf(dir);
  removeDirectory(dir);
  return files;
}

/** Sum of the first `n` records. */
const totalOf = (n: number): number => 2 ** (n + 1) - 2;

function expectPrefix(files: ReadonlyMap<string, Buffer>, least = 0): number {
  const { recovery, losses } = salvage(files, sumCodec());
  expect(recovery.state.total).toBe(totalOf(recovery.lastN));
  if (recovery.lastN < least) expect(losses.length).toBeGreaterThan(0);
  return recovery.lastN;
}

const withFile = (name: string, bytes: Buffer | null): Map<string, Buffer> => {
  const files = new Map(whole);
  if (bytes === null) files.delete(name);
  else files.set(name, bytes);
  return files;
};

describe('F59: a rebuild keeps what is provably good and nothing else', () => {
  test('of a whole state it leaves nothing out', () => {
    const { recovery, losses, files } = salvage(whole, sumCodec());
    expect(losses).toEqual([]);
    expect(files).toEqual(whole);
    expect(recovery.lastN).toBe(RECORDS);
  });

  test('any one bit turned leaves a true prefix', () => {
    for (const [name, bytes] of whole) {
      for (let bit = 0; bit < bytes.length * 8; bit += 7) {
        const copy = Buffer.from(bytes);
        copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        try {
          // The snapshot holds the first four whatever happens behind it.
          expect(expectPrefix(withFile(name, copy), RECORDS - 2)).toBeGreaterThanOrEqual(4);
        } catch (error) {
          // A header that turned into a newer one by chance is refused, not guessed.
          expect((error as StoreError).code).toBe('newerSchema');
        }
      }
    }
  });

  test('any file cut anywhere leaves a true prefix', () => {
    for (const [name, bytes] of whole) {
      for (let length = 0; length < bytes.length; length += 1) {
        expectPrefix(withFile(name, bytes.subarray(0, length)));
      }
    }
  });

  test('any one file missing leaves a true prefix, said', () => {
    expect(expectPrefix(withFile('journal-2.jsonl', null))).toBe(4);
    expect(expectPrefix(withFile('state-2.json', null))).toBe(RECORDS);
    expect(expectPrefix(withFile('state-1.json', null))).toBe(RECORDS);
    const both = withFile('state-1.json', null);
    both.delete('state-2.json');
    expect(expectPrefix(both)).toBe(RECORDS);
    const { losses } = salvage(both, sumCodec());
    expect(losses).toMatchObject([{ file: 'state-1.json' }]);
    expect(losses[0]?.reason).toMatch(/first record/);
  });

  test('the place of a damaged middle is named, with what stands behind it', () => {
    const bytes = Buffer.from(whole.get('journal-2.jsonl') ?? Buffer.alloc(0));
    const third = bytes.indexOf('"n":6') + 1;
    bytes[third] = 0x21;
    const { losses, recovery } = salvage(withFile('journal-2.jsonl', bytes), sumCodec());
    expect(recovery.lastN).toBe(5);
    const offset = bytes.lastIndexOf('\n', third) + 1;
    expect(losses).toMatchObject([{ file: 'journal-2.jsonl', line: 3, offset, wholeLines: 3 }]);
  });

  test('what is left over is a state a start accepts', () => {
    const { files, recovery } = salvage(withFile('journal-2.jsonl', Buffer.alloc(40)), sumCodec());
    const again = recover('', sumCodec(), undefined, memoryFiles(files));
    expect(again.state).toEqual(recovery.state);
  });

  test('nothing good and a newer version are refused', () => {
    const none = new Map([['state-3.json', Buffer.from('null')]]);
    expect(() => salvage(none, sumCodec())).toThrow(/Nothing is left/);
    const late = new Map([['journal-2.jsonl', whole.get('journal-2.jsonl') ?? Buffer.alloc(0)]]);
    expect(() => salvage(late, sumCodec())).toThrow(/Nothing is left/);
    const newer = Buffer.from(`{"schema":${STORE_SCHEMA + 1},"x":1}\n`);
    expect(() => salvage(withFile('state-3.json', newer), sumCodec())).toThrow(StoreError);
  });
});
