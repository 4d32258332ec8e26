import { describe, expect, test } from 'vitest';

import { SeededRng } from '../../src/domain/rng.ts';
import { KeyParser } from '../../src/ui/input/key-parser.ts';
import { KEYMAP } from '../../src/ui/input/keymap.ts';

import { keyBytes } from './key-bytes.ts';
import { createOperator } from './operator.ts';
import { isTrouble } from './vitals.ts';

/** Names of the keys the console's own parser reads from these bytes. */
function readKeys(bytes: string): readonly string[] {
  const names: string[] = [];
  const parser = new KeyParser({
    onEvent: (event) => {
      if (event.kind === 'key') names.push(event.key.name);
    },
    after: (_ms, run) => {
      run();
      return () => undefined;
    },
    repeats: () => false,
  });
  parser.feed(Buffer.from(bytes));
  return names;
}

describe('the soak', () => {
  test('presses every key of the keymap as the console reads it', () => {
    const keys = KEYMAP.flatMap((binding) => binding.keys);
    expect(keys.map((key) => readKeys(keyBytes(key)))).toEqual(keys.map((key) => [key]));
  });

  test('never asks to end or stop the process', () => {
    const bound = KEYMAP.filter(({ id }) => ['quit', 'suspend'].includes(id));
    const endings = bound.flatMap(({ keys }) => keys).map(keyBytes);
    expect(endings.length).toBeGreaterThan(1);
    const operator = createOperator(new SeededRng(7));
    const presses = Array.from({ length: 5_000 }, () => operator.next()).flat();
    expect(presses.filter((press) => endings.includes(press))).toEqual([]);
  });

  test.each([
    ['an error', '{"level":"error","message":"compaction failed"}', true],
    ['a stack', '{"level":"info","message":"x\\n    at paint (file:///a/b.js:12:3)"}', true],
    ['an exception in words', '{"level":"warn","message":"TypeError: a is undefined"}', true],
    ['a fill', '{"level":"info","message":"filled at 67,260.00"}', false],
    ['a denial', '{"level":"warn","message":"denied EXPOSURE_GROSS 1.62 of 1.5"}', false],
  ])('reads %s of the log for what it is', (_what, line, found) => {
    expect(isTrouble(line)).toBe(found);
  });
});
