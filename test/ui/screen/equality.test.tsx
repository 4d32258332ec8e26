// The gate: what our rasteriser puts on a terminal is what Ink's own would, cell by cell.
import chalk from 'chalk';
import fc from 'fast-check';
import { Box, type BoxProps, Text, type TextProps, Transform, renderToString } from 'ink';
import type { ReactElement } from 'react';
import { beforeAll, describe, expect, it } from 'vitest';

import { createEmulator } from './emulator.ts';
import { mounted } from './mounted.ts';

const COLUMNS = 30;
const ROWS = 10;

beforeAll(() => {
  chalk.level = 3;
});

async function inksCells(tree: ReactElement) {
  // Room to the right: Ink itself would write beyond the edge of a screen.
  const emulator = createEmulator(COLUMNS * 4, ROWS);
  const text = renderToString(tree, { columns: COLUMNS });
  await emulator.write(text.split('\n').slice(0, ROWS).join('\r\n'));
  return emulator.cells().map((row) => row.slice(0, COLUMNS));
}

async function ourCells(tree: ReactElement) {
  const { screen, shown } = mounted(tree, { columns: COLUMNS, rows: ROWS });
  expect(screen.kind).toBe('own');
  const emulator = await shown();
  screen.unmount();
  await screen.done;
  return emulator.cells();
}

async function expectEqual(tree: ReactElement): Promise<void> {
  const whole = (
    <Box width={COLUMNS} height={ROWS} overflow="hidden">
      {tree}
    </Box>
  );
  expect(await ourCells(whole)).toEqual(await inksCells(whole));
}

const BORDERS = [
  'single', 'double', 'round', 'bold', 'singleDouble', 'doubleSingle', 'classic', 'arrow',
] as const; // prettier-ignore
const WRAPS = [
  'wrap', 'hard', 'truncate', 'truncate-end', 'truncate-middle', 'truncate-start',
] as const; // prettier-ignore
const LONG = 'one two  three-and-more 中文字 f o u r  antidisestablishmentarianism 五六七';

describe('our raster and Ink’s', () => {
  it.each(BORDERS)('draw the border %s alike', async (borderStyle) => {
    await expectEqual(
      <Box borderStyle={borderStyle} width={20} height={5} padding={1}>
        <Text>in it</Text>
      </Box>,
    );
  });

  it.each(WRAPS)('break lines alike by %s, at every width', async (wrap) => {
    for (const width of [1, 2, 3, 4, 5, 7, 9, 12, 16, 22, 29]) {
      await expectEqual(
        <Box width={width} flexShrink={0} flexDirection="column">
          <Text wrap={wrap} color="red">
            {LONG} <Text bold>and {LONG.slice(0, width)}</Text>
            {'\n'}
            <Text inverse>{LONG}</Text>
          </Text>
        </Box>,
      );
    }
  });

  it('draw what lies over other things alike, halves of wide characters included', async () => {
    for (let left = 0; left < 8; left++) {
      await expectEqual(
        <Box>
          <Text backgroundColor="blue">中文字中文字中文字</Text>
          <Box position="absolute" left={left} top={0}>
            <Text color="yellow">{left % 2 === 0 ? 'ab' : '字a'}</Text>
          </Box>
          <Box
            position="absolute"
            left={left}
            top={2}
            width={7 - left}
            height={1}
            overflow="hidden"
          >
            <Text underline>中文字中文字</Text>
          </Box>
          <Box position="absolute" left={-left} top={3}>
            <Text strikethrough>中文字中文字</Text>
          </Box>
        </Box>,
      );
    }
  });

  it('draw borders of several colors, and without some edges, alike', async () => {
    await expectEqual(
      <Box
        borderStyle="bold"
        borderTopColor="red"
        borderLeftColor="#00ff7f"
        borderBottomColor="ansi256(33)"
        borderRightColor="rgb(1, 2, 3)"
        borderTopDimColor
        borderLeftBackgroundColor="white"
        backgroundColor="blueBright"
        width={12}
        height={4}
      >
        <Text>text on it</Text>
      </Box>,
    );
    await expectEqual(
      <Box borderStyle="round" borderLeft={false} borderBottom={false} borderDimColor>
        <Text dimColor>x</Text>
      </Box>,
    );
  });

  it('draw transformed text alike', async () => {
    await expectEqual(
      <Box width={9} overflowX="hidden">
        <Transform transform={(line, index) => `${String(index)}:${line}`}>
          <Text bold wrap="wrap">
            transformed <Text color="red">in red</Text> rows
          </Text>
        </Transform>
      </Box>,
    );
  });

  it('draw any tree alike', async () => {
    await fc.assert(
      fc.asyncProperty(node(3), async (tree) => {
        await expectEqual(tree);
      }),
      { numRuns: 200 },
    );
  }, 120_000);
});

const color = fc.constantFrom('red', 'greenBright', '#123456', 'ansi256(200)', 'rgb(9,8,7)', 'no');
const words = fc
  .array(
    fc.constantFrom('a', 'word', ' ', '  ', '中', '文字', 'longerword', '\n', '─', '…', '1.5'),
    {
      minLength: 1,
      maxLength: 9,
    },
  )
  .map((parts) => parts.join(''));
const small = fc.integer({ min: 0, max: 3 });

const textProps = fc.record<TextProps>(
  {
    color,
    backgroundColor: color,
    bold: fc.boolean(),
    dimColor: fc.boolean(),
    italic: fc.boolean(),
    underline: fc.boolean(),
    strikethrough: fc.boolean(),
    inverse: fc.boolean(),
    wrap: fc.constantFrom(...WRAPS),
  },
  { requiredKeys: [] },
);

type Words = readonly [TextProps, string, TextProps, string, string];

/** Cutting text that is both, Ink forgets the bold: its slice-ansi keeps one of the two. */
const toText = ([outer, first, inner, nested, last]: Words): ReactElement => (
  <Text {...outer}>
    {first}
    <Text {...inner} dimColor={inner.dimColor === true && inner.bold !== true}>
      {nested}
    </Text>
    {last}
  </Text>
);

const textNode: fc.Arbitrary<ReactElement> = fc
  .tuple(textProps, words, textProps, words, words)
  .map(toText);

const boxProps = fc.record<BoxProps>(
  {
    flexDirection: fc.constantFrom('row', 'column', 'row-reverse', 'column-reverse'),
    flexGrow: fc.constantFrom(0, 1),
    width: fc.integer({ min: 4, max: COLUMNS }),
    height: fc.integer({ min: 3, max: ROWS }),
    paddingX: small,
    paddingY: fc.constantFrom(0, 1),
    marginLeft: fc.integer({ min: -2, max: 3 }),
    marginTop: fc.integer({ min: -1, max: 2 }),
    gap: small,
    borderStyle: fc.constantFrom(...BORDERS),
    borderColor: color,
    borderTopColor: color,
    borderDimColor: fc.boolean(),
    borderLeft: fc.boolean(),
    borderTop: fc.boolean(),
    backgroundColor: color,
    overflow: fc.constantFrom('hidden', 'visible'),
    overflowX: fc.constantFrom('hidden', 'visible'),
    position: fc.constantFrom('relative', 'absolute'),
    left: fc.integer({ min: -3, max: 9 }),
    top: fc.integer({ min: -2, max: 4 }),
    display: fc.constantFrom('flex', 'flex', 'flex', 'none'),
    contentOffsetX: fc.constantFrom(0, 2),
    contentOffsetY: fc.constantFrom(0, 1),
    justifyContent: fc.constantFrom('flex-start', 'center', 'space-between'),
    alignItems: fc.constantFrom('flex-start', 'center', 'stretch'),
  },
  { requiredKeys: [] },
);

const toBox = ([props, children]: readonly [BoxProps, readonly ReactElement[]]): ReactElement => (
  <Box {...props}>
    {children.map((child, i) => (
      <Box key={i}>{child}</Box>
    ))}
  </Box>
);

function node(depth: number): fc.Arbitrary<ReactElement> {
  if (depth === 0) return textNode;
  const box = fc.tuple(boxProps, fc.array(node(depth - 1), { maxLength: 3 })).map(toBox);
  return fc.oneof({ weight: 1, arbitrary: textNode }, { weight: 2, arbitrary: box });
}
