/** Every guard that stands between a fault and money, and the tests that miss it when it is gone. */

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
}

export const MUTANTS: readonly Mutant[] = [
  {
    kind: 'dedupe',
    name: 'a press is carried out once',
    file: 'src/engine/commands.ts',
    find: 'if (presses.has(pressId)) return;',
    replace: '',
    tests: ['test/engine/commands.test.ts'],
  },
];
