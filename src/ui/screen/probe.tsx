/** Is the installed Ink the one our rasteriser was written for? Asked once, before the first frame. */
import { Box, type DOMElement, Text } from 'ink';
import type { ReactElement, Ref } from 'react';

import { Grid } from './grid.ts';
import { PLAIN, StyleTable } from './styles.ts';
import { TextCells } from './text-cells.ts';
import { TreeRaster } from './walk.ts';

const WIDTH = 24;
const HEIGHT = 6;

/** A little of everything we draw. */
export function Probe({ ref }: { ref: Ref<DOMElement> }): ReactElement {
  return (
    <Box ref={ref} width={WIDTH} height={HEIGHT} borderStyle="round" borderColor="red">
      <Box width={9} overflow="hidden" backgroundColor="blue" flexDirection="column">
        <Text bold>
          two <Text color="green">words</Text> wrap
        </Text>
        <Text wrap="truncate-end">中文 is cut off</Text>
      </Box>
      <Box position="absolute" left={12} top={2} borderStyle="single" borderRight={false}>
        <Text inverse>above</Text>
      </Box>
    </Box>
  );
}

/** Does the tree have what we rely on beyond Ink's documented interface? */
export function isKnownTree(root: DOMElement): boolean {
  const { yogaNode } = root;
  return (
    root.nodeName === 'ink-root' &&
    typeof root.onRender === 'function' &&
    typeof root.onImmediateRender === 'function' &&
    typeof root.onComputeLayout === 'function' &&
    Array.isArray(root.childNodes) &&
    typeof yogaNode?.getComputedLeft === 'function' &&
    typeof yogaNode.getComputedBorder === 'function' &&
    typeof yogaNode.getDisplay === 'function'
  );
}

/** Do we draw the probe, cell by cell, as Ink did? */
export function isDrawnAlike(root: DOMElement, frame: string): boolean {
  const table = new StyleTable();
  const size = { width: WIDTH, height: HEIGHT };
  const [ours, inks] = [new Grid(table, size), new Grid(table, size)];
  try {
    new TreeRaster(table, { styleOf: () => PLAIN, glyphs: String }).draw(root, ours);
  } catch {
    return false;
  }
  new TextCells(table).parse(frame).forEach((line, y) => {
    inks.putLine(0, y, line, inks.all);
  });
  return (
    inks.codes.some((code) => code > 127) &&
    ours.codes.every((code, i) => code === inks.codes[i]) &&
    ours.styles.every((style, i) => style === inks.styles[i])
  );
}
