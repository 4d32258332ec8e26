import { Box, useWindowSize } from 'ink';
import { type ReactElement, useSyncExternalStore } from 'react';

import { composeLayers } from './compose.ts';
import { Canvas } from './screen/canvas.tsx';
import type { ConsoleStore } from './store.ts';

/** Rows out; keys go to the store by another way. Everything the screen knows is there. */
export function App({ store }: { readonly store: ConsoleStore }): ReactElement {
  const scene = useSyncExternalStore(store.subscribe, store.scene);
  const { columns, rows } = useWindowSize();

  const layers = composeLayers(scene, { width: columns, height: rows });
  return (
    <Box width={columns} height={rows}>
      {layers.map(({ key, ...layer }) => (
        <Canvas key={key} {...layer} />
      ))}
    </Box>
  );
}
