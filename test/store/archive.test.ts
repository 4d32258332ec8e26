import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { open as openReal } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { Archive, type ArchiveOptions } from '../../src/store/archive.ts';
import { makeDirectory, removeDirectory } from './store-kit.ts';

let dir = '';
let month = '2026-11';
beforeEach(() => {
  dir = makeDirectory();
  month = '2026-11';
});
afterEach(() => removeDirectory(dir));

function open(options: Partial<ArchiveOptions> = {}): Archive {
  return new Archive({ dir, maxBytes: null, month: () => month, ...options });
}

function rows(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    JSON.stringify({ id: `f${from + i}`, price: '1.5' }),
  );
}

test('rows come back in order, by kind, and any gunzip reads them too', async () => {
  const archive = open();
  expect(await archive.append('fills', rows(1, 3), 10)).toEqual({ rows: 3, dropped: [] });
  await archive.append('orders', rows(100, 1), 10);
  await archive.append('fills', rows(4, 2), 20);
  expect([...open().read('fills')]).toEqual(rows(1, 5));
  expect([...open().read('orders')]).toEqual(rows(100, 1));
  const file = join(dir, 'archive', 'fills-2026-11-1.jsonl.gz');
  expect(gunzipSync(readFileSync(file)).toString()).toBe(`${rows(1, 5).join('\n')}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('the same append offered twice counts once', async () => {
  await open().append('fills', rows(1, 3), 10);
  expect(await open().append('fills', rows(1, 3), 10)).toEqual({ rows: 0, dropped: [] });
  expect([...open().read('fills')]).toEqual(rows(1, 3));
});

test('F58: an append cut short anywhere is as if it had not been, and the next one follows', async () => {
  const archive = open();
  await archive.append('fills', rows(1, 3), 10);
  const data = join(dir, 'archive', 'fills-2026-11-1.jsonl.gz');
  const index = `${data}.index`;
  const before = { data: statSync(data).size, index: statSync(index).size };
  await archive.append('fills', rows(4, 3), 20);
  const whole = { data: readFileSync(data), index: readFileSync(index) };
  for (let cut = before.index; cut < whole.index.length; cut += 1) {
    writeFileSync(data, whole.data);
    writeFileSync(index, whole.index.subarray(0, cut));
    expect([...open().read('fills')]).toEqual(rows(1, 3));
  }
  truncateSync(data, before.data + 7);
  appendFileSync(data, 'junk'.repeat(1_000));
  await open().append('fills', rows(4, 2), 20);
  expect([...open().read('fills')]).toEqual(rows(1, 5));
  expect(gunzipSync(readFileSync(data)).toString()).toBe(`${rows(1, 5).join('\n')}\n`);
});

test('F59: a damaged part is left as it is: the next rows begin a new one, and reading names it', async () => {
  await open().append('fills', rows(1, 3), 10);
  await open().append('fills', rows(4, 3), 20);
  const data = join(dir, 'archive', 'fills-2026-11-1.jsonl.gz');
  const index = `${data}.index`;
  const whole = { data: readFileSync(data), index: readFileSync(index, 'utf8') };
  for (const text of ['garbage\n', whole.index.replace(/^../, 'zz'), `x${whole.index}`]) {
    writeFileSync(index, text);
    await open().append('fills', rows(7, 1), 30);
    expect(readFileSync(data)).toEqual(whole.data);
    expect(readFileSync(index, 'utf8')).toBe(text);
    expect(() => [...open().read('fills')]).toThrow(/fills-2026-11-1\.jsonl\.gz\.index is damaged/);
  }
  writeFileSync(index, whole.index);
  expect([...open().read('fills')]).toEqual(rows(1, 7));
  writeFileSync(data, Buffer.from(whole.data).fill(0xff, 12, 16));
  expect(() => [...open().read('fills')]).toThrow(/fills-2026-11-1\.jsonl\.gz is damaged/);
  truncateSync(data, 30);
  expect(() => [...open().read('fills')]).toThrow(/ends before byte/);
});

test('a part whose index was lost is not written over', async () => {
  await open().append('fills', rows(1, 3), 10);
  const data = join(dir, 'archive', 'fills-2026-11-1.jsonl.gz');
  const whole = readFileSync(data);
  rmSync(`${data}.index`);
  await open().append('fills', rows(4, 3), 20);
  expect(readFileSync(data)).toEqual(whole);
  expect([...open().read('fills')]).toEqual(rows(4, 3));
});

test('a part without any index is dropped by the cap like others', async () => {
  const part = { maxBytes: 1, partBytes: 1 };
  await open(part).append('fills', rows(1, 3), 10);
  rmSync(join(dir, 'archive', 'fills-2026-11-1.jsonl.gz.index'));
  month = '2026-12';
  const { dropped } = await open(part).append('fills', rows(4, 3), 20);
  expect(dropped).toEqual(['fills-2026-11-1.jsonl.gz']);
});

test('a new month is a new file; a clock set back reopens none', async () => {
  await open().append('fills', rows(1, 1), 1);
  month = '2026-12';
  await open().append('fills', rows(2, 1), 2);
  month = '2026-10';
  await open().append('fills', rows(3, 1), 3);
  expect([...open().read('fills')]).toEqual(rows(1, 3));
  expect(
    readdirSync(join(dir, 'archive'))
      .filter((name) => name.endsWith('.gz'))
      .sort(),
  ).toEqual(['fills-2026-11-1.jsonl.gz', 'fills-2026-12-1.jsonl.gz']);
});

test('a capped archive drops its oldest parts and says which', async () => {
  const archive = open({ maxBytes: 2_000, partBytes: 500 });
  const dropped: string[] = [];
  for (let n = 1; n <= 60; n += 1) {
    dropped.push(...(await archive.append('fills', rows(n * 10, 10), n)).dropped);
  }
  expect(dropped.slice(0, 2)).toEqual(['fills-2026-11-1.jsonl.gz', 'fills-2026-11-2.jsonl.gz']);
  const left = readdirSync(join(dir, 'archive')).filter((name) => name.endsWith('.gz'));
  const bytes = left.reduce((sum, name) => sum + statSync(join(dir, 'archive', name)).size, 0);
  expect(bytes).toBeLessThanOrEqual(2_000);
  const kept = [...archive.read('fills')];
  expect(kept.at(-1)).toBe(rows(600, 10).at(-1));
  expect(kept.length).toBeLessThan(600);
});

test('rows are on the disk before the index that counts them, and both before it resolves', async () => {
  const done: string[] = [];
  const openFile: typeof openReal = async (path, flags, mode) => {
    const handle = await openReal(path, flags, mode);
    const name = String(path).split('/').at(-1) ?? '';
    const sync = handle.sync.bind(handle);
    handle.sync = async () => {
      await sync();
      done.push(name);
    };
    return handle;
  };
  await open({ openFile }).append('fills', rows(1, 3), 10);
  const file = 'fills-2026-11-1.jsonl.gz';
  expect(done).toEqual([file, 'archive', `${file}.index`, 'archive']);
});

test('F57: an archive that cannot be written says so in words', async () => {
  writeFileSync(join(dir, 'archive'), 'a file');
  await expect(open().append('fills', rows(1, 1), 1)).rejects.toMatchObject({
    code: 'writeFailed',
  });
});
