import { describe, expect, it } from 'vitest';

import { composeLayers } from '../../../src/ui/compose/compose.ts';
import { createComposer } from '../../../src/ui/compose/composer.ts';
import { createModel, withPane } from '../../../src/ui/model.ts';
import type { Scene } from '../../../src/ui/scene.ts';
import { rowText } from '../../../src/ui/text/rows.ts';
import { NOW } from '../account-fixture.ts';
import { aScene, aView } from '../session-fixture.ts';

const SIZE = { width: 120, height: 40 };

/** The same moment with another newest line in the log. */
const saying = (message: string, change: Partial<Scene> = {}): Scene =>
  aScene({
    view: aView({ log: [{ time: NOW, level: 'info', category: 'trading', message }] }),
    ...change,
  });

const logOf = (layers: ReturnType<typeof composeLayers>): string =>
  layers
    .find(({ key }) => key === 'log')
    ?.rows.map(rowText)
    .join('\n') ?? '';

describe('screens one after the other', () => {
  const model = createModel();

  it('keep the log still for a moment, and then show the newest', () => {
    let now = 0;
    const compose = createComposer(() => now);
    expect(logOf(compose(saying('first', { model }), SIZE))).toContain('first');
    now = 100;
    const second = compose(saying('second', { model }), SIZE);
    expect(logOf(second)).toContain('first');
    now = 300;
    const third = compose(saying('third', { model }), SIZE);
    expect(logOf(third)).toContain('third');
    // Everything that did not ask for calm is as of now.
    const pure = composeLayers(saying('third', { model }), SIZE);
    expect(third).toEqual(pure);
  });

  it('answer a key at once', () => {
    const compose = createComposer(() => 0);
    compose(saying('first', { model }), SIZE);
    const pressed = withPane(model, 'log', { filter: 'sec' });
    expect(logOf(compose(saying('second', { model: pressed }), SIZE))).toContain('second');
  });

  it('are calm while a cursor moves elsewhere, but not where it chooses what they show', () => {
    const compose = createComposer(() => 0);
    compose(saying('first', { model }), SIZE);
    const elsewhere = { ...withPane(model, 'positions', { selected: 'ETH/USDT' }), note: 'no' };
    expect(logOf(compose(saying('second', { model: elsewhere }), SIZE))).toContain('first');
    const chosen = withPane(elsewhere, 'strategies', { selected: 'grid' });
    expect(logOf(compose(saying('third', { model: chosen }), SIZE))).toContain('third');
    const asked = { ...chosen, log: { ...chosen.log, level: 'warn' as const } };
    const scene = saying('fourth', { model: asked });
    expect(compose(scene, SIZE)).toEqual(composeLayers(scene, SIZE));
  });

  it('fit another size at once', () => {
    const compose = createComposer(() => 0);
    compose(saying('first', { model }), SIZE);
    const size = { width: 200, height: 50 };
    const scene = saying('second', { model });
    expect(compose(scene, size)).toEqual(composeLayers(scene, size));
  });
});
