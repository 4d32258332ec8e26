import { Box, useWindowSize } from 'ink';
import { type ReactElement, useState, useSyncExternalStore } from 'react';

import { createComposer } from './compose/composer.ts';
import type { Layer } from './compose/layer.ts';
import { Canvas } from './screen/canvas.tsx';
import type { ConsoleStore } from './store.ts';
import type { Size } from './text/rows.ts';

/** Rows out; keys go to the store by another way. Everything the screen knows is there. */
export function App({ store }: { readonly store: ConsoleStore }): ReactElement {
  const scene = useSyncExternalStore(store.subscribe, store.scene);
  const { columns, rows } = useWindowSize();
  const [compose] = useState(() => createComposer(() => performance.now()));

  const size = { width: columns, height: rows };
  return <Layers layers={compose(scene, size)} size={size} />;
}

interface LayersProps {
  readonly layers: readonly Layer[];
  readonly size: Size;
}

/** The screen as it is drawn, bottom to top. */
export function Layers({ layers, size }: LayersProps): ReactElement {
  return (
    <Box width={size.width} height={size.height}>
      {layers.map(({ key, ...layer }) => (
        <Canvas key={key} {...layer} />
      ))}
    </Box>
  );
}
