import { expect, test } from 'vitest';

import { Board } from '../../../src/app/emergency/board.ts';

test('numbers for signatures rise, whichever thread takes them, and begin at the clock', () => {
  const board = new Board();
  const other = new Board(board.buffer);
  const taken = Array.from({ length: 2_000 }, (_, i) => (i % 2 === 0 ? board : other).nextNonce());
  expect(taken).toEqual(taken.toSorted((a, b) => a - b));
  expect(new Set(taken).size).toBe(taken.length);
  expect(Math.abs((taken[0] ?? 0) - Date.now())).toBeLessThan(60_000);
  expect(board.closedAt, 'of another cell').toBe(0n);
});
