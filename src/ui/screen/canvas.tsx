/** A rectangle of ready rows: what panes return, without Ink measuring a character of it. */
import { Box, Text, Transform, useIsScreenReaderEnabled } from 'ink';
import { type ReactElement, createContext, createElement, memo, useContext } from 'react';

import type { Rect } from '../text/frame.ts';
import { type Row, rowText } from '../text/rows.ts';

/** Who draws: our rasteriser takes rows as they are, Ink's own wants lines of escape sequences. */
export type Drawing =
  { readonly kind: 'own' } | { readonly kind: 'stock'; readonly paint: (row: Row) => string };

/** Without a host (a component test, a reader of the screen) rows are plain text. */
export const DrawingContext = createContext<Drawing>({ kind: 'stock', paint: rowText });

export interface CanvasProps extends Rect {
  /** At most `height` rows of at most `width` cells; the rest of the rectangle is blank. */
  readonly rows: readonly Row[];
}

/** Covers its rectangle of the parent box wholly. The same `rows` array is not drawn again. */
export const Canvas = memo(function Canvas(props: CanvasProps): ReactElement {
  const drawing = useContext(DrawingContext);
  const isRead = useIsScreenReaderEnabled();
  const { x, y, width, height, rows } = props;
  const place = { position: 'absolute', left: x, top: y, width, height } as const;
  if (isRead) return <Text>{rows.map((row) => rowText(row).trim()).join('\n')}</Text>;
  if (drawing.kind === 'own') {
    return createElement('ink-box', { style: place, canvas: rows });
  }
  return (
    <Box {...place}>
      <Lines lines={rows.map(drawing.paint)} of={{ width, height }} />
    </Box>
  );
});

/**
 * One text node for all lines, put in by a transform: they are no wider than the canvas and safe
 * already, so Ink need not measure, wrap and clean them first. Measured the cheapest of Ink's own
 * ways to draw many styled lines.
 */
function Lines({ lines, of }: { lines: string[]; of: { width: number; height: number } }) {
  if (of.width < 1 || of.height < 1) return null;
  const blank = Array.from({ length: of.height }, () => ' '.repeat(of.width)).join('\n');
  return (
    <Transform transform={(space, index) => lines[index] ?? space}>
      <Text wrap="truncate-end">{blank}</Text>
    </Transform>
  );
}
