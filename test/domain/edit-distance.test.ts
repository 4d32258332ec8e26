import fc from 'fast-check';
import { expect, test } from 'vitest';

import { editDistance } from '../../src/domain/edit-distance.ts';

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['volume', 'volme', 1],
  ['kitten', 'sitting', 3],
  ['flaw', 'lawn', 2],
])('%s and %s are %i letters apart', (from, to, letters) => {
  expect(editDistance(from, to)).toBe(letters);
});

test('a way over another text is never shorter, and the way back is as long', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(text, text, text, (from, over, to) => {
      expect(editDistance(from, to)).toBe(editDistance(to, from));
      expect(editDistance(from, to)).toBeLessThanOrEqual(
        editDistance(from, over) + editDistance(over, to),
      );
      expect(editDistance(from, to) === 0).toBe(from === to);
    }),
  );
});
