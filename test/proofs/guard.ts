/** What a mutant is: one guard taken out of one file, and the tests of which one must miss it. */

export type GuardKind =
  'fsync' | 'directory sync' | 'checksum' | 'dedupe' | 'lock' | 'gate' | 'reservation';

export interface Mutant {
  readonly kind: GuardKind;
  /** What is taken away, in words. */
  readonly name: string;
  readonly file: string;
  /** Found exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Test files of which one must fail; together they take a few seconds. */
  readonly tests: readonly string[];
  /** Of these files only the tests whose names fit: where the others take long. */
  readonly only?: string;
}

type Guard = readonly [kind: GuardKind, name: string, find: string, replace: string, only?: string];

/** Guards of one file whose loss the same tests see. Paths without `src/`, `test/`, `.test.ts`. */
export function guardsOf(
  file: string,
  tests: readonly string[],
  guards: readonly Guard[],
): readonly Mutant[] {
  return guards.map(([kind, name, find, replace, only]) => ({
    kind,
    name,
    file: `src/${file}`,
    find,
    replace,
    tests: tests.map((test) => `test/${test}.test.ts`),
    ...(only === undefined ? {} : { only }),
  }));
}

/** A source as it is, with one guard taken away. Throws when the table is stale. */
export function withoutGuard(source: string, { name, file, find, replace }: Mutant): string {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`${name}: found ${parts.length - 1} times in ${file}`);
  return parts.join(replace);
}
