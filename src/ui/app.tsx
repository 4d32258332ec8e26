import { Text, Transform, useInput, usePaste, useWindowSize } from 'ink';
import { type ReactElement, useSyncExternalStore } from 'react';

import { compose } from './compose.ts';
import { toKeyPress } from './input/key-press.ts';
import { type KeyPress, PASTE } from './model.ts';
import type { Row } from './text/rows.ts';
import type { ConsoleStore } from './store.ts';
import type { Painter } from './theme.ts';

export interface AppProps {
  readonly store: ConsoleStore;
  readonly painter: Painter;
  readonly onQuit: () => void;
  readonly onRepaint: () => void;
}

/** Input in, rows out: everything the screen knows is in the store. */
export function App({ store, painter, onQuit, onRepaint }: AppProps): ReactElement {
  const scene = useSyncExternalStore(store.subscribe, store.scene);
  const { columns, rows } = useWindowSize();

  const press = (key: KeyPress): void => {
    const effect = store.press(key);
    if (effect === 'quit') onQuit();
    else if (effect === 'repaint') onRepaint();
  };
  useInput((input, key) => {
    press(toKeyPress(input, key));
  });
  usePaste((text) => {
    press({ name: PASTE, text });
  });

  const lines = compose(scene, { width: columns, height: rows });
  return <Rows rows={lines} painter={painter} />;
}

/**
 * One text node for the whole screen, its lines put in by a transform: the rows are exactly as wide
 * as the screen and already safe, so Ink need not measure, wrap and clean them first. Measured the
 * cheapest of Ink's own ways to draw a screen of styled lines.
 */
function Rows({ rows, painter }: { rows: readonly Row[]; painter: Painter }): ReactElement {
  const lines = rows.map((row) => painter.paint(row));
  const height = Array.from(lines, () => ' ').join('\n');
  return (
    <Transform transform={(blank, index) => lines[index] ?? blank}>
      <Text>{height}</Text>
    </Transform>
  );
}
