import headless from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { moveCost, moveTo } from '../../../src/ui/screen/cursor.ts';

const COLUMNS = 220;
const ROWS = 60;

const position = fc.record({
  x: fc.integer({ min: 0, max: COLUMNS - 1 }),
  y: fc.integer({ min: 0, max: ROWS - 1 }),
});
/** Most moves are short. */
const pair = fc.oneof(
  fc.tuple(position, position),
  fc
    .tuple(position, fc.integer({ min: -12, max: 12 }), fc.integer({ min: -2, max: 2 }))
    .map(([from, dx, dy]) => {
      const x = Math.min(COLUMNS - 1, Math.max(0, from.x + dx));
      const y = Math.min(ROWS - 1, Math.max(0, from.y + dy));
      return [from, { x, y }] as const;
    }),
);

describe('a move of the cursor', () => {
  it('arrives, and costs what it says', async () => {
    const terminal = new headless.Terminal({
      cols: COLUMNS,
      rows: ROWS,
      allowProposedApi: true,
    });
    await fc.assert(
      fc.asyncProperty(pair, async ([from, to]) => {
        for (const start of [from, null]) {
          const bytes = moveTo(start, to);
          expect(bytes).toHaveLength(moveCost(start, to));
          const place = `\u001B[${String(from.y + 1)};${String(from.x + 1)}H`;
          await new Promise<void>((resolve) => {
            terminal.write(place + bytes, resolve);
          });
          const { cursorX, cursorY } = terminal.buffer.active;
          expect({ x: cursorX, y: cursorY }).toEqual(to);
        }
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    [{ x: 5, y: 3 }, { x: 5, y: 3 }, ''],
    [{ x: 5, y: 3 }, { x: 6, y: 3 }, '\u001B[C'],
    [{ x: 5, y: 3 }, { x: 3, y: 3 }, '\b\b'],
    [{ x: 5, y: 3 }, { x: 0, y: 3 }, '\r'],
    [{ x: 150, y: 3 }, { x: 20, y: 3 }, '\u001B[21G'],
    [{ x: 5, y: 3 }, { x: 5, y: 4 }, '\u001BD'],
    [{ x: 5, y: 3 }, { x: 5, y: 2 }, '\u001BM'],
    [{ x: 90, y: 3 }, { x: 0, y: 4 }, '\u001BE'],
    [{ x: 9, y: 30 }, { x: 9, y: 33 }, '\u001B[3B'],
    [{ x: 9, y: 30 }, { x: 0, y: 0 }, '\u001B[H'],
    [null, { x: 0, y: 7 }, '\u001B[8H'],
    [null, { x: 9, y: 0 }, '\u001B[;10H'],
  ])('from %j to %j takes the shortest way', (from, to, bytes) => {
    expect(moveTo(from, to)).toBe(bytes);
  });
});
