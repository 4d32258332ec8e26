// The gate for the console itself: every screen, by our raster and by Ink's own, cell by cell.
import { stripVTControlCharacters } from 'node:util';

import { renderToString } from 'ink';
import { describe, expect, it } from 'vitest';

import { Layers } from '../../../src/ui/app.tsx';
import { composeLayers } from '../../../src/ui/compose/compose.ts';
import { PANES } from '../../../src/ui/layout/panes.ts';
import { type DialogKind, type DialogOf, type Model, createModel } from '../../../src/ui/model.ts';
import type { Scene } from '../../../src/ui/scene.ts';
import { DrawingContext } from '../../../src/ui/screen/canvas.tsx';
import type { Size } from '../../../src/ui/text/rows.ts';
import { type ColorLevel, type Painter, createPainter } from '../../../src/ui/screen/painter.ts';
import { loadTheme, themeNames } from '../../../src/ui/theme.ts';
import { emptyTicket } from '../../../src/ui/edit/ticket.ts';
import { aMarket, anOrder } from '../account-fixture.ts';
import { aPreview, aScene, aView } from '../session-fixture.ts';
import { createEmulator } from './emulator.ts';
import { mounted } from './mounted.ts';

/** One of every kind: a new kind does not compile without one. */
const DIALOGS: { readonly [K in DialogKind]: DialogOf<K> } = {
  help: { kind: 'help', scroll: 0 },
  accounts: { kind: 'accounts', index: 0 },
  ticket: {
    kind: 'ticket',
    fields: { ...emptyTicket('BTC/USDT'), quantity: '0.031' },
    active: 'quantity',
    pressId: 'a-1',
    refused: false,
  },
  close: { kind: 'close', symbol: 'BTC/USDT', pressId: 'a-1' },
  amend: {
    kind: 'amend',
    orderId: 'td0000000000000001e',
    active: 'price',
    from: { price: '3470', quantity: '0.2' },
    texts: { price: '3471', quantity: '0.2' },
    pressId: 'a-2',
    problem: null,
  },
  params: {
    kind: 'params',
    strategyId: 'sma-cross',
    active: 0,
    texts: {},
    step: 'edit',
    problem: 'not a number',
  },
  limit: { kind: 'limit', code: 'MAX_NOTIONAL', text: '0.3', problem: null },
  ask: {
    kind: 'ask',
    title: 'Cancel',
    lines: ['grid buy 0.2 ETH/USDT at 3,470'],
    yes: 'cancels it',
    no: 'keeps it',
    command: { kind: 'halt', reason: 'a key' },
  },
  decide: { kind: 'decide', subject: { kind: 'external', venueOrderId: '77' } },
  why: { kind: 'why', pane: 'strategies', key: 'sma-cross', scroll: 0 },
  palette: { kind: 'palette', text: 'b', index: 0 },
  indicators: { kind: 'indicators', index: 1 },
  seek: { kind: 'seek', text: '2026-03-02 14:' },
  saveWorkspace: { kind: 'saveWorkspace', name: 'mine' },
  quit: { kind: 'quit' },
  gate: { kind: 'gate', typed: 'trade', wrong: true },
  phrase: { kind: 'phrase', purpose: 'flatten', expects: 'FLATTEN', typed: 'FLA', wrong: true },
};

/** Names, reasons and messages from far away: wide characters at every column. */
const FOREIGN = aView({
  markets: ['余额/USDT', 'a余额不足/USDT', 'ＢＴＣ/USDT'].map((symbol) => aMarket({ symbol })),
  orders: [anOrder({ symbol: '余额/USDT', reason: '余额不足 余额不足' })],
  log: ['余额不足'.repeat(30), `a${'余额不足'.repeat(30)}`].map((message, i) => ({
    time: 1_000 * i,
    level: 'warn',
    category: 'risk',
    message,
  })),
});

const model = (change: Partial<Model>): Scene => aScene({ model: { ...createModel(), ...change } });

const SCREENS: readonly (readonly [string, Scene])[] = [
  ...PANES.map((focus) => [`pane ${focus}`, model({ focus })] as const),
  ...PANES.map((focus) => [`pane ${focus} alone`, model({ focus, zoomed: true })] as const),
  ...Object.values(DIALOGS).map((dialog) => {
    return [`dialog ${dialog.kind}`, { ...model({ dialog }), preview: aPreview() }] as const;
  }),
  ['foreign names', aScene({ view: FOREIGN })],
  ['a foreign log', { ...model({ focus: 'log' }), view: FOREIGN }],
];

const SIZES: readonly Size[] = [
  { width: 80, height: 24 },
  { width: 120, height: 40 },
  { width: 200, height: 50 },
  { width: 40, height: 12 },
  { width: 2, height: 1 },
];

const LEVELS: readonly ColorLevel[] = [3, 2, 1, 0];
const PAINTERS: readonly (readonly [string, Painter])[] = themeNames().flatMap((name) =>
  [false, true].flatMap((ascii) =>
    LEVELS.map((level) => {
      const said = `${name}${ascii ? ', ASCII' : ''}, ${String(level)}`;
      return [said, createPainter({ theme: loadTheme(name), level, ascii })] as const;
    }),
  ),
);

async function inksCells(scene: Scene, size: Size, painter: Painter) {
  const text = renderToString(
    <DrawingContext value={{ kind: 'stock', paint: (row) => painter.paint(row) }}>
      <Layers layers={composeLayers(scene, size)} size={size} />
    </DrawingContext>,
    { columns: size.width },
  );
  const emulator = createEmulator(size.width, size.height);
  await emulator.write(text.split('\n').join('\r\n'));
  return emulator.cells();
}

async function ourCells(scene: Scene, size: Size, painter: Painter) {
  const { screen, shown } = mounted(<Layers layers={composeLayers(scene, size)} size={size} />, {
    columns: size.width,
    rows: size.height,
    painter,
  });
  expect(screen.kind).toBe('own');
  const emulator = await shown();
  screen.unmount();
  await screen.done;
  return emulator.cells();
}

describe('a screen of the console', () => {
  // Themes, glyphs and color levels take turns, so that each meets every kind of screen.
  it.each(SCREENS)(
    'is the same by our raster and Ink’s: %s',
    async (name, scene) => {
      const turn = SCREENS.findIndex(([other]) => other === name);
      for (const [i, size] of SIZES.entries()) {
        const [said, painter] = PAINTERS[(turn * SIZES.length + i) % PAINTERS.length] ?? [];
        if (painter === undefined) throw new Error('no painter');
        expect([said, size, await ourCells(scene, size, painter)]).toEqual([
          said,
          size,
          await inksCells(scene, size, painter),
        ]);
      }
    },
    120_000,
  );

  it.each(PAINTERS)(
    'is the same in %s',
    async (_name, painter) => {
      const scene = { ...model({ dialog: DIALOGS.ticket }), preview: aPreview() };
      const size = { width: 80, height: 24 };
      expect(await ourCells(scene, size, painter)).toEqual(await inksCells(scene, size, painter));
    },
    120_000,
  );

  it('fits a screen of one cell', () => {
    const size = { width: 1, height: 1 };
    const element = <Layers layers={composeLayers(aScene(), size)} size={size} />;
    const { terminal, screen } = mounted(element, { columns: 1, rows: 1 });
    expect(terminal.frames).toHaveLength(1);
    expect(stripVTControlCharacters(terminal.frames[0] ?? '')).toBe(
      renderToString(element, { columns: 1 }),
    );
    screen.unmount();
  });
});
