import { Box } from 'ink';
import { type ReactElement, useSyncExternalStore } from 'react';
import { expect, it } from 'vitest';

import { SeededRng } from '../../../src/domain/rng.ts';
import { Canvas, type CanvasProps } from '../../../src/ui/screen/canvas.tsx';
import { type Row, span } from '../../../src/ui/text/rows.ts';
import { mounted } from './mounted.ts';

const SIZE = { columns: 24, rows: 6 };
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Two panes side by side and, at times, a third that lies on both. */
function Panes({ layers }: { layers: readonly CanvasProps[] }): ReactElement {
  return (
    <Box width={SIZE.columns} height={SIZE.rows}>
      {layers.map((layer) => (
        <Canvas key={layer.x} {...layer} />
      ))}
    </Box>
  );
}

function Live(of: { subscribe: (told: () => void) => () => void; get: () => CanvasProps[] }) {
  return <Panes layers={useSyncExternalStore(of.subscribe, of.get)} />;
}

const TEXTS = ['', ' ', 'a', 'ab ', '価格', 'x価', '12,345.60', 'a longer text than fits'];

it('leaves equal rows alone and still shows what everything drawn anew would', async () => {
  const rng = new SeededRng(5);
  const pick = <T,>(from: readonly T[], standard: T): T =>
    from[Math.floor(rng.next() * from.length)] ?? standard;
  const token = () => pick(['pnl.up', 'pnl.down', 'text.normal'] as const, 'pnl.up');
  const row = (): Row => [span(pick(TEXTS, ''), token()), span(pick(TEXTS, ''), token())];
  // New arrays with mostly the same rows, as panes make them; sometimes fewer than there is room.
  const changed = (rows: readonly Row[], height: number): Row[] =>
    Array.from({ length: rng.next() < 0.2 ? height - 1 : height }, (_, i) =>
      rng.next() < 0.3
        ? row()
        : (rows[i] ?? []).map((one) =>
            rng.next() < 0.1 ? { ...one, token: token() } : { ...one },
          ),
    );
  let layers: CanvasProps[] = [
    { x: 0, y: 0, width: 12, height: 6, rows: [] },
    { x: 12, y: 0, width: 12, height: 6, rows: [] },
  ];
  let told: () => void = () => undefined;
  const subscribe = (listener: () => void): (() => void) => {
    told = listener;
    return () => undefined;
  };
  const live = mounted(<Live subscribe={subscribe} get={() => layers} />, SIZE);
  for (let step = 0; step < 120; step += 1) {
    const panes = layers
      .slice(0, 2)
      .map((one) => (rng.next() < 0.7 ? { ...one, rows: changed(one.rows, one.height) } : one));
    const dialog = layers[2] ?? { x: 7, y: 2, width: 10, height: 3, rows: [] };
    const isOpen = layers.length === 3 ? rng.next() < 0.8 : rng.next() < 0.2;
    const isStill = rng.next() < 0.5;
    const top = isStill ? dialog : { ...dialog, rows: changed(dialog.rows, dialog.height) };
    layers = isOpen ? [...panes, top] : panes;
    told();
    await settle();
    const fresh = mounted(<Panes layers={layers} />, SIZE);
    await settle();
    expect((await live.shown()).cells(), `step ${step}`).toEqual((await fresh.shown()).cells());
    fresh.screen.unmount();
  }
  live.screen.unmount();
});
