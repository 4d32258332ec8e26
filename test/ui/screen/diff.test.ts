import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { FrameWriter } from '../../../src/ui/screen/diff.ts';
import { Grid, type Pen, type StyledText } from '../../../src/ui/screen/grid.ts';
import { type CellStyle, StyleTable } from '../../../src/ui/screen/styles.ts';
import { createEmulator } from './emulator.ts';

const pen: Pen<StyledText> = { text: (span) => span.text, style: (span) => span.style };

const style = fc.record<CellStyle>({
  attributes: fc.integer({ min: 0, max: 63 }),
  foreground: fc.constantFrom('', '', '31', '97', '38;5;114', '38;2;1;2;3'),
  background: fc.constantFrom('', '', '', '44', '103', '48;5;20', '48;2;9;8;7'),
});
const text = fc
  .array(fc.constantFrom(' ', ' ', '   ', 'a', 'bc', '—', '│', '▁▂▃', '中', '文字', '1,234.5'), {
    maxLength: 8,
  })
  .map((parts) => parts.join(''));
const patch = fc.record({
  x: fc.integer({ min: -4, max: 30 }),
  y: fc.integer({ min: -1, max: 8 }),
  width: fc.integer({ min: 0, max: 30 }),
  spans: fc.array(fc.record({ text, style }), { maxLength: 4 }),
});
const step = fc.record({
  clear: fc.boolean(),
  patches: fc.array(patch, { maxLength: 5 }),
  size: fc.option(
    fc.record({ width: fc.integer({ min: 2, max: 30 }), height: fc.integer({ min: 1, max: 8 }) }),
    { freq: 5 },
  ),
  forget: fc.boolean(),
});

/** Draws the grid anew, by another way: every cell with its whole style, from an empty screen. */
async function expected(grid: Grid, table: StyleTable) {
  let bytes = '';
  for (let y = 0; y < grid.height; y++) {
    for (let x = 0; x < grid.width; x++) {
      const index = y * grid.width + x;
      const code = grid.codes[index] ?? 0;
      if (code === 0) continue;
      const { attributes, foreground, background } = table.styleOf(grid.styles[index] ?? 0);
      const bits = [1, 2, 3, 4, 7, 9].filter((_, bit) => (attributes & (1 << bit)) !== 0);
      const codes = ['0', ...bits.map(String), foreground, background].filter((one) => one !== '');
      const at = `\u001B[${String(y + 1)};${String(x + 1)}H`;
      bytes += `${at}\u001B[${codes.join(';')}m${String.fromCodePoint(code)}`;
    }
  }
  const terminal = createEmulator(grid.width, grid.height);
  await terminal.write(bytes);
  return terminal.cells();
}

describe('the frame writer', () => {
  it('makes a terminal show exactly the grid, whatever was there before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const table = new StyleTable();
        const grid = new Grid(table, { width: 20, height: 5 });
        const writer = new FrameWriter(table, { skipCorner: false });
        const terminal = createEmulator(20, 5);
        await terminal.write('left over from\r\nanother \u001B[41mprogram');
        for (const { clear, patches, size, forget } of steps) {
          if (size) {
            grid.resize(size.width, size.height);
            terminal.resize(size.width, size.height);
            await terminal.write('\u001B[7mreflowed');
            writer.forget();
          } else if (clear) grid.clear();
          if (forget) writer.forget();
          for (const { spans, ...at } of patches) {
            const row: StyledText[] = spans.map((one) => ({
              text: one.text,
              style: table.intern(one.style),
            }));
            grid.putRow(at, row, { pen, clip: grid.all });
          }
          await terminal.write(writer.frame(grid));
          expect(terminal.cells()).toEqual(await expected(grid, table));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('writes nothing when nothing changed', () => {
    const table = new StyleTable();
    const grid = new Grid(table, { width: 10, height: 3 });
    const writer = new FrameWriter(table, { skipCorner: false });
    grid.putRow({ x: 0, y: 0, width: 10 }, [{ text: 'same', style: 0 }], { pen, clip: grid.all });
    expect(writer.frame(grid)).not.toBe('');
    grid.clear();
    grid.putRow({ x: 0, y: 0, width: 10 }, [{ text: 'same', style: 0 }], { pen, clip: grid.all });
    expect(writer.frame(grid)).toBe('');
  });

  it('writes nothing when only what cannot be seen changed', () => {
    const table = new StyleTable();
    const grid = new Grid(table, { width: 10, height: 1 });
    const writer = new FrameWriter(table, { skipCorner: false });
    const red = table.intern({ attributes: 1, foreground: '31', background: '' });
    const put = (style: number): void => {
      grid.putRow(
        { x: 0, y: 0, width: 10 },
        [
          { text: 'a', style: 0 },
          { text: '  ', style },
        ],
        {
          pen,
          clip: grid.all,
        },
      );
    };
    put(0);
    expect(writer.frame(grid)).not.toBe('');
    put(red);
    expect(writer.frame(grid)).toBe('');
  });

  it('goes down the columns of a table, one style at a time', () => {
    const table = new StyleTable();
    const grid = new Grid(table, { width: 40, height: 6 });
    const writer = new FrameWriter(table, { skipCorner: false });
    const [red, blue] = ['31', '34'].map((foreground) => {
      return table.intern({ attributes: 0, foreground, background: '' });
    });
    const put = (left: string, right: string): void => {
      for (let y = 0; y < 6; y++) {
        const row = [
          { text: `${left}         `, style: red ?? 0 },
          { text: right, style: blue ?? 0 },
        ];
        grid.putRow({ x: 4, y, width: 30 }, row, { pen, clip: grid.all });
      }
    };
    put('a 1', 'b');
    writer.frame(grid);
    put('a 2', 'c');
    const column = (character: string): string => Array(6).fill(character).join('\u001BD\b');
    expect(writer.frame(grid)).toBe(
      `\u001B[;7H\u001B[31m${column('2')}\u001B[;17H\u001B[34m${column('c')}\u001B[m`,
    );
  });

  it('writes a short gap again, and erases long blanks', () => {
    const table = new StyleTable();
    const grid = new Grid(table, { width: 40, height: 1 });
    const writer = new FrameWriter(table, { skipCorner: false });
    const put = (text: string): void => {
      grid.putRow({ x: 0, y: 0, width: 40 }, [{ text, style: 0 }], { pen, clip: grid.all });
    };
    put('1a 2 a long word in the middle   end');
    writer.frame(grid);
    put('3a 4                             end');
    expect(writer.frame(grid)).toBe('\u001B[H3a 4 \u001B[25X');
    put('3a 4');
    expect(writer.frame(grid)).toBe('\u001B[;34H   ');
    put('a');
    writer.frame(grid);
    put('a but much longer');
    writer.frame(grid);
    put('b');
    expect(writer.frame(grid)).toBe('\u001B[Hb \u001B[K');
  });

  it('sends a changed digit in a handful of bytes, without marks', () => {
    const table = new StyleTable();
    const grid = new Grid(table, { width: 200, height: 50 });
    const writer = new FrameWriter(table, { skipCorner: false });
    const put = (text: string): void => {
      grid.putRow({ x: 100, y: 20, width: 20 }, [{ text, style: 0 }], { pen, clip: grid.all });
    };
    put('price 67,412.30');
    expect(writer.frame(grid)).not.toBe('');
    put('price 67,412.50');
    expect(writer.frame(grid)).toBe('\u001B[21;114H5');
  });

  it('marks a frame too long for one read as one', () => {
    const table = new StyleTable();
    const grid = new Grid(table, { width: 200, height: 50 });
    const writer = new FrameWriter(table, { skipCorner: false });
    for (let y = 0; y < 50; y++) {
      grid.putRow({ x: 0, y, width: 200 }, [{ text: '─'.repeat(200), style: 0 }], {
        pen,
        clip: grid.all,
      });
    }
    const frame = writer.frame(grid);
    expect(frame.startsWith('\u001B[?2026h') && frame.endsWith('\u001B[?2026l')).toBe(true);
  });

  it('never writes the corner where that would scroll', async () => {
    const table = new StyleTable();
    const grid = new Grid(table, { width: 6, height: 2 });
    const writer = new FrameWriter(table, { skipCorner: true });
    for (const text of ['abcdefgh', 'abcd中', 'ab', 'abcde中']) {
      const terminal = createEmulator(6, 2);
      // Without its automatic new line a terminal overwrites the corner: it would show.
      await terminal.write('\u001B[2;6H#');
      for (const y of [0, 1]) {
        grid.putRow({ x: 0, y, width: 6 }, [{ text, style: 0 }], { pen, clip: grid.all });
      }
      writer.forget();
      await terminal.write(writer.frame(grid));
      const corner = terminal.text()[1]?.slice(-1);
      expect(corner === '#' || text === 'ab').toBe(true);
    }
  });
});
