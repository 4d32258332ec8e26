import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createResumableDigest } from '../../src/store/digest.ts';
import { recover, recoverReadOnly } from '../../src/store/recover.ts';
import type { Recovery } from '../../src/store/recovery.ts';
import { headerText, STORE_SCHEMA, StoreError, toLine } from '../../src/store/schema.ts';
import {
  add,
  durable,
  type AddedRecord,
  digestOf,
  inlineChannel,
  makeDirectory,
  NOW,
  openSum,
  removeDirectory,
  restore,
  snapshotOf,
  type Sum,
  sumCodec,
} from './store-kit.ts';

type Files = Map<string, Buffer>;

/** Two generations: records 1 to 4, a compaction, records 5 to 8. Amounts are powers of two. */
const RECORDS = 8;
let dir = '';
let whole: Files = new Map();

beforeAll(async () => {
  dir = makeDirectory();
  const store = await openSum(dir, { channel: inlineChannel() });
  for (let n = 1; n <= RECORDS; n += 1) {
    if (n === 5) await store.db.write();
    // A batch each: synced before the next one begins.
    await durable(store, add(store, 2 ** n, `note ${n}`));
  }
  await store.journal.close();
  whole = snapshotOf(dir);
});
afterAll(() => removeDirectory(dir));

describe('F58: what a crash can leave is repaired', () => {
  test('journal cut at every byte: a prefix comes back, and appending goes on', async () => {
    const journal = whole.get('journal-2.jsonl') ?? Buffer.alloc(0);
    const header = journal.indexOf(0x0a) + 1;
    for (let length = header; length <= journal.length; length += 1) {
      restore(dir, changed(whole, 'journal-2.jsonl', journal.subarray(0, length)));
      const ended = journal.subarray(0, length).filter((byte) => byte === 0x0a).length - 1;
      const recovery = recover(dir, sumCodec());
      expectPrefix(recovery, 4 + ended);
      const torn = length - (journal.subarray(0, length).lastIndexOf(0x0a) + 1);
      expect(recovery.truncated?.bytes ?? 0).toBe(torn);
    }
    const store = await openSum(dir, { channel: inlineChannel() });
    add(store, 1, 'after');
    await store.journal.close();
    expect(recover(dir, sumCodec())).toMatchObject({ lastN: RECORDS + 1, truncated: null });
  });

  test.each([
    ['half a line', (tail: Buffer) => tail.subarray(0, 20)],
    ['a line of NUL bytes', (tail: Buffer) => Buffer.alloc(tail.length)],
    ['a line without newline', (tail: Buffer) => tail.subarray(0, -1)],
  ])('a torn tail (%s) is cut, said, and written over', async (_name, damage) => {
    const lines = linesOf(whole, 'journal-2.jsonl');
    const tail = lines.pop() ?? '';
    const bytes = Buffer.concat([Buffer.from(lines.join('')), damage(Buffer.from(tail))]);
    restore(dir, changed(whole, 'journal-2.jsonl', bytes));
    const store = await openSum(dir, { channel: inlineChannel() });
    expectPrefix(store.recovery, RECORDS - 1);
    const offset = lines.join('').length;
    expect(store.recovery.truncated).toMatchObject({ file: 'journal-2.jsonl', offset });
    expect(add(store, 2 ** RECORDS, `note ${RECORDS}`)).toBe(RECORDS);
    await store.journal.close();
    expect(snapshotOf(dir)).toEqual(whole);
  });

  test('a last batch counts up to its first damaged line, whatever of the rest is whole', () => {
    const batch = [9, 10, 11].map((n, index) => {
      const record = { n, t: NOW, m: 0, kind: 'added', amount: 2 ** n, note: `note ${n}` };
      return toLine(JSON.stringify(record), index === 0 ? 'begins' : 'continues');
    });
    const with9to11 = (lines: readonly string[]): Files =>
      editLines(whole, 'journal-2.jsonl', (all) => void all.push(...lines));
    restore(dir, with9to11(batch));
    expectPrefix(recover(dir, sumCodec()), RECORDS + 3);
    for (const lost of [0, 1, 2]) {
      const holed = batch.map((line, index) => (index === lost ? '\0'.repeat(line.length) : line));
      restore(dir, with9to11(holed));
      expectPrefix(recover(dir, sumCodec()), RECORDS + lost);
    }
    // A batch behind it says that it was synced: then it is damage.
    restore(dir, with9to11([`${'\0'.repeat(80)}\n`, batch[0] ?? '']));
    expect(() => recover(dir, sumCodec())).toThrow(/damaged and records follow it/);
  });

  test.each([
    ['nothing in it', ''],
    ['half a header', toLine(headerText(3, 9)).slice(0, 15)],
    ['NUL bytes', '\0'.repeat(40)],
  ])('a next journal with %s is removed, and the one before goes on', async (_name, text) => {
    restore(dir, changed(whole, 'journal-3.jsonl', Buffer.from(text)));
    const store = await openSum(dir, { channel: inlineChannel() });
    expectPrefix(store.recovery, RECORDS);
    await store.journal.close();
    expect([...snapshotOf(dir).keys()]).not.toContain('journal-3.jsonl');
  });

  test('a next journal without its snapshot is read after the one before', async () => {
    const record = { n: 9, t: 0, m: 0, kind: 'added', amount: 2 ** 9, note: 'note 9' };
    const text = toLine(headerText(3, 9)) + toLine(JSON.stringify(record));
    restore(dir, changed(whole, 'journal-3.jsonl', Buffer.from(text)));
    expect(recover(dir, sumCodec())).toMatchObject({ lastN: 9, generation: 3, replayed: 5 });
    const store = await openSum(dir, { channel: inlineChannel() });
    await store.db.write();
    await store.journal.close();
    expect(recover(dir, sumCodec())).toMatchObject({ lastN: 9, generation: 4, replayed: 0 });
  });

  test('a left-over temporary file is removed by a start, not by a reader', async () => {
    const name = '.state-12ab34cd-0.tmp';
    restore(dir, changed(whole, name, Buffer.from('{"schema":1')));
    expect(recoverReadOnly(dir, sumCodec()).stale).toEqual([name]);
    expect(snapshotOf(dir).has(name)).toBe(true);
    const store = await openSum(dir, { channel: inlineChannel() });
    await store.journal.close();
    expect(snapshotOf(dir)).toEqual(whole);
  });

  test.each([
    ['nothing', []],
    ['an empty journal', [['journal-1.jsonl', '']]],
    ['half a header', [['journal-1.jsonl', toLine(headerText(1, 1)).slice(0, 9)]]],
    ['a header', [['journal-1.jsonl', toLine(headerText(1, 1))]]],
    [
      'a header and half a snapshot',
      [
        ['journal-1.jsonl', toLine(headerText(1, 1))],
        ['.state-1-2.tmp', '{"sch'],
      ],
    ],
  ] as const)('a first start cut short at %s begins again', async (_name, files) => {
    restore(dir, new Map(files.map(([name, text]) => [name, Buffer.from(text)])));
    const store = await openSum(dir, { channel: inlineChannel() });
    expect(store.recovery.fresh).toBe(true);
    add(store, 2, 'note 1');
    await store.journal.close();
    expectPrefix(recover(dir, sumCodec()), 1);
  });

  test('a damaged newest snapshot is stepped over, and said', () => {
    for (const text of ['null', '[]', '', '{"total":0}', '\uFEFF{}']) {
      restore(dir, changed(whole, 'state-2.json', Buffer.from(text)));
      const recovery = recover(dir, sumCodec());
      expectPrefix(recovery, RECORDS);
      expect(recovery).toMatchObject({ damagedSnapshot: 'state-2.json', replayed: RECORDS });
    }
  });
});

const NEWER = STORE_SCHEMA + 1;

describe('F59 F60: what no crash leaves is refused, and nothing is changed', () => {
  test.each<[string, string, (files: Files) => Files, object]>([
    [
      'a damaged line inside',
      'corruptJournal',
      (files) => flipLine(files, 'journal-2.jsonl', 2),
      {
        file: 'journal-2.jsonl',
        line: 3,
      },
    ],
    [
      'a damaged header',
      'corruptJournal',
      (files) => flipLine(files, 'journal-2.jsonl', 0),
      {
        line: 1,
        offset: 0,
      },
    ],
    [
      'a missing line',
      'sequenceGap',
      (files) => dropLine(files, 'journal-2.jsonl', 2),
      {
        file: 'journal-2.jsonl',
        line: 3,
      },
    ],
    [
      'a repeated line',
      'sequenceGap',
      (files) => repeatLine(files, 'journal-2.jsonl', 2),
      {
        line: 4,
      },
    ],
    [
      'a missing journal',
      'missingJournal',
      (files) => without(files, 'journal-2.jsonl'),
      {
        file: 'journal-2.jsonl',
      },
    ],
    [
      'a journal in the place of another',
      'corruptJournal',
      (files) => changed(files, 'journal-2.jsonl', files.get('journal-1.jsonl')),
      { line: 1 },
    ],
    [
      'two damaged snapshots',
      'corruptSnapshot',
      (files) =>
        changed(changed(files, 'state-2.json', Buffer.from('0')), 'state-1.json', Buffer.from('0')),
      {
        file: 'state-2.json',
      },
    ],
    [
      'no snapshot beside journals',
      'missingSnapshot',
      (files) => without(without(files, 'state-1.json'), 'state-2.json'),
      {},
    ],
    [
      'records without any snapshot',
      'missingSnapshot',
      (files) => new Map([['journal-1.jsonl', files.get('journal-1.jsonl') ?? Buffer.alloc(0)]]),
      {},
    ],
    [
      'a snapshot of a later version',
      'newerSchema',
      (files) => changed(files, 'state-3.json', Buffer.from(`{"schema":${NEWER},"all":"new"}\n`)),
      {
        file: 'state-3.json',
      },
    ],
    [
      'a journal of a later version',
      'newerSchema',
      (files) =>
        changed(files, 'journal-3.jsonl', Buffer.from(toLine(`{"schema":${NEWER},"gen":3}`))),
      {},
    ],
    [
      'a torn end before a later journal',
      'corruptJournal',
      (files) => {
        const cut = files.get('journal-2.jsonl')?.subarray(0, -5);
        const next = Buffer.from(toLine(headerText(3, 9)));
        return changed(changed(files, 'journal-2.jsonl', cut), 'journal-3.jsonl', next);
      },
      { file: 'journal-2.jsonl' },
    ],
    [
      'a later journal that starts elsewhere',
      'sequenceGap',
      (files) => changed(files, 'journal-3.jsonl', Buffer.from(toLine(headerText(3, 12)))),
      {
        file: 'journal-3.jsonl',
      },
    ],
    ['a record that is none', 'badRecord', (files) => appendLine(files, 'not json'), { line: 6 }],
  ])('%s: %s', async (_name, code, damage, where) => {
    const files = damage(whole);
    restore(dir, files);
    const failure = await openSum(dir, { channel: inlineChannel() }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(StoreError);
    expect(failure).toMatchObject({ code, details: where });
    expect(String(failure)).toMatch(/Nothing was changed\..*--state/);
    expect(snapshotOf(dir)).toEqual(sorted(files));
  });

  test('an archive without state', () => {
    restore(dir, new Map());
    mkdirSync(join(dir, 'archive'));
    writeFileSync(join(dir, 'archive', 'fills-2026-11-1.jsonl.gz'), 'x');
    expect(() => recover(dir, sumCodec())).toThrow(/holds an archive but no state/);
  });

  test('any one bit turned never changes what comes back, only how much of it', () => {
    const outcomes = { whole: 0, shorter: 0, refused: 0 };
    for (const [name, bytes] of whole) {
      for (let bit = 0; bit < bytes.length * 8; bit += 5) {
        const copy = Buffer.from(bytes);
        copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        restore(dir, changed(whole, name, copy));
        try {
          const recovery = recover(dir, sumCodec());
          expectPrefix(recovery, recovery.lastN);
          // Only the last line may go, or the two that a turned newline made one.
          expect(recovery.lastN).toBeGreaterThanOrEqual(RECORDS - 2);
          outcomes[recovery.lastN === RECORDS ? 'whole' : 'shorter'] += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(StoreError);
          outcomes.refused += 1;
        }
      }
    }
    // A turned newline at the very end is what a cut-off write looks like; all else is refused.
    expect(outcomes.shorter).toBeLessThanOrEqual(2);
    expect(Math.min(outcomes.whole, outcomes.refused)).toBeGreaterThan(20);
  });

  test.each([
    ['its checksum is wrong', (tail: string) => tail.replace('"m":0', '"m":1')],
    ['it became another', () => '00000000 {}\n\n'],
  ])('a last line with its end was whole once: where %s, nothing is dropped', (_name, damage) => {
    const lines = linesOf(whole, 'journal-2.jsonl');
    const tail = lines.pop() ?? '';
    const files = changed(whole, 'journal-2.jsonl', Buffer.from(lines.join('') + damage(tail)));
    restore(dir, files);
    expect(() => recover(dir, sumCodec())).toThrow(/journal-2\.jsonl line \d+ .* is damaged and/);
    expect(snapshotOf(dir)).toEqual(sorted(files));
  });
});

test('readers get every record once and change nothing, torn tail or not', () => {
  const cut = whole.get('journal-2.jsonl')?.subarray(0, -3);
  const files = changed(whole, 'journal-2.jsonl', cut);
  restore(dir, files);
  const seen: number[] = [];
  expectPrefix(
    recoverReadOnly(dir, sumCodec(), ({ n }) => void seen.push(n)),
    RECORDS - 1,
  );
  expect(seen).toEqual([5, 6, 7]);
  expect(snapshotOf(dir)).toEqual(sorted(files));
  expect(recoverReadOnly(join(dir, 'absent'), sumCodec())).toMatchObject({ fresh: true, lastN: 0 });
});

function expectPrefix(recovery: Recovery<Sum, AddedRecord>, count: number): void {
  const rows = Array.from({ length: count }, (_, i) => ({
    amount: 2 ** (i + 1),
    note: `note ${i + 1}`,
  }));
  expect(recovery.lastN).toBe(count);
  expect(recovery.state.total).toBe(rows.reduce((sum, { amount }) => sum + amount, 0));
  expect(recovery.state.notes).toEqual(rows.slice(-5).map(({ note }) => note));
  if (recovery.digest.endsWith(':0:') || count === 0) return;
  expect(resumed(recovery.digest)).toBe(digestOf(rows));
}

function resumed(saved: string): string {
  return createResumableDigest(saved).hex();
}

function changed(files: Files, name: string, bytes: Buffer | undefined): Files {
  return new Map([...files, [name, bytes ?? Buffer.alloc(0)]]);
}

function without(files: Files, name: string): Files {
  return new Map([...files].filter(([one]) => one !== name));
}

function sorted(files: Files): Files {
  return new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function linesOf(files: Files, name: string): string[] {
  return (files.get(name)?.toString() ?? '').split(/(?<=\n)/);
}

function editLines(files: Files, name: string, edit: (lines: string[]) => void): Files {
  const lines = linesOf(files, name);
  edit(lines);
  return changed(files, name, Buffer.from(lines.join('')));
}

function flipLine(files: Files, name: string, index: number): Files {
  return editLines(files, name, (lines) => {
    lines[index] = (lines[index] ?? '').replace('{"', '{!');
  });
}

function dropLine(files: Files, name: string, index: number): Files {
  return editLines(files, name, (lines) => void lines.splice(index, 1));
}

function repeatLine(files: Files, name: string, index: number): Files {
  return editLines(files, name, (lines) => void lines.splice(index, 0, lines[index] ?? ''));
}

function appendLine(files: Files, text: string): Files {
  return editLines(files, 'journal-2.jsonl', (lines) => void lines.push(toLine(text)));
}
