// The table of mutants fits the sources, and no sync of a file stands in them without one.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { type GuardKind, withoutGuard } from './guard.ts';
import { MUTANTS } from './mutants-table.ts';

const root = join(import.meta.dirname, '..', '..');
const sourceOf = (file: string): string => readFileSync(join(root, file), 'utf8');

const FILES = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => join('src', file));

/** Calls that bring contents or names of files to the disk. */
const SYNC = new RegExp(
  String.raw`\b(?:fsyncSync|fdatasyncSync|syncDirectory)\((?!files: StoreFs|openFile: typeof)` +
    String.raw`|\.(?:sync|datasync)\(\)`,
  'g',
);
/** What only measures how long a disk takes guards nothing. */
const MEASURED: readonly string[] = ['src/app/doctor.ts'];

/** Places of the sync calls in a text; where a function of that name is made is none. */
function syncsIn(text: string): number[] {
  return [...text.matchAll(SYNC)]
    .map(({ index }) => index)
    .filter((at) => !text.slice(0, at).endsWith('function '));
}

test('every mutant takes away a guard that stands once in its file', () => {
  const stale = MUTANTS.flatMap((mutant) => {
    const { name, file, find } = mutant;
    if (!existsSync(join(root, file))) return [`${name}: there is no ${file}`];
    const times = sourceOf(file).split(find).length - 1;
    return times === 1 ? [] : [`${name}: found ${times} times in ${file}`];
  });
  expect(stale).toEqual([]);
});

test('every mutant names tests that exist, and changes something', () => {
  const wrong = MUTANTS.flatMap(({ name, tests, find, replace }) => {
    const missing = tests.filter((file) => !existsSync(join(root, file)));
    return [...missing.map((file) => `${name}: ${file}`), ...(find === replace ? [name] : [])];
  });
  expect(wrong).toEqual([]);
  expect(new Set(MUTANTS.map(({ file, name }) => `${file} ${name}`)).size).toBe(MUTANTS.length);
});

test.each(FILES.filter((file) => !MEASURED.includes(file) && syncsIn(sourceOf(file)).length > 0))(
  'each sync in %s has a mutant that takes it away',
  (file) => {
    const source = sourceOf(file);
    const mutants = MUTANTS.filter((mutant) => mutant.file === file);
    const bare = syncsIn(source).filter((at) => {
      return !mutants.some((mutant) => {
        const from = source.indexOf(mutant.find);
        const isInside = from <= at && at < from + mutant.find.length;
        const left = syncsIn(withoutGuard(source, mutant)).length;
        return from >= 0 && isInside && left < syncsIn(source).length;
      });
    });
    const lines = bare.map((at) => `${file}:${source.slice(0, at).split('\n').length}`);
    expect(lines).toEqual([]);
  },
);

test('there are mutants of every kind', () => {
  const kinds: readonly GuardKind[] = [
    'fsync',
    'directory sync',
    'checksum',
    'dedupe',
    'lock',
    'gate',
    'reservation',
  ];
  const counted = kinds.map((kind) => MUTANTS.filter((mutant) => mutant.kind === kind).length);
  expect(Math.min(...counted)).toBeGreaterThanOrEqual(5);
});
