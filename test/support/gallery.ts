/** What the console shows of three hours of the demo market, as text, for README.md. */
import { join } from 'node:path';

import { assembleRun } from '../../src/app/assemble.ts';
import { openSession } from '../../src/app/build.ts';
import type { Session } from '../../src/app/session-types.ts';
import { HOUR_MS } from '../../src/domain/time.ts';
import { compose, composeLayers } from '../../src/ui/compose/compose.ts';
import { KEYMAP, bindingOf } from '../../src/ui/input/keymap.ts';
import { layout } from '../../src/ui/layout/layout.ts';
import { PANES, PANE_NAMES, type PaneId } from '../../src/ui/layout/panes.ts';
import { WORKSPACES } from '../../src/ui/layout/workspaces.ts';
import type { KeyPress } from '../../src/ui/input/action.ts';
import type { Scene } from '../../src/ui/scene.ts';
import { createConsoleStore } from '../../src/ui/store.ts';
import type { Size } from '../../src/ui/text/rows.ts';
import { shown } from './rows.ts';
import { makeDirectory, removeAll } from './session-kit.ts';
import { folded } from './tables.ts';

const SIZES: readonly Size[] = [
  { width: 80, height: 24 },
  { width: 120, height: 40 },
  { width: 200, height: 50 },
];
const [SMALL, MIDDLE] = SIZES as readonly [Size, Size, Size];
const SEED = 7;
const HOURS = 3;

const nameOf = ({ width, height }: Size): string => `${String(width)}×${String(height)}`;

/** The whole screen as a newcomer finds it after three hours of market time. */
export interface Gallery {
  readonly screen: string;
  /** Every pane at every size, and the dialogs one meets first, as Markdown. */
  readonly panes: string;
}

export async function makeGallery(): Promise<Gallery> {
  const session = await playedSession();
  try {
    const panes = PANES.map((id) =>
      folded(PANE_NAMES[id], SIZES.map((size) => paneAt(session, id, size)).join('\n\n')),
    );
    return {
      screen: fenced(screenAt(session, MIDDLE, [])),
      panes: [...panes, ...dialogs(session)].join('\n\n'),
    };
  } finally {
    await session.close('the gallery is drawn');
    removeAll();
  }
}

/** The configured demo session with everything on, held after its hours. */
async function playedSession(): Promise<Session> {
  const home = makeDirectory();
  const { options } = await assembleRun(
    {
      flags: [{ path: 'general.seed', text: String(SEED), flag: '--seed' }],
      config: join(import.meta.dirname, '..', '..', 'config'),
      state: join(home, 'state'),
      strategies: [],
      sizing: null,
      risk: null,
      replay: null,
      continueReplay: false,
      lot: null,
      tick: null,
      start: true,
      duration: null,
      trades: null,
      record: false,
    },
    { environment: { HOME: home }, cwd: home },
  );
  const session = await openSession(options);
  session.start();
  session.dispatch({ kind: 'holdFeed', held: true });
  const target = session.view().now + HOURS * HOUR_MS;
  session.dispatch({ kind: 'seekFeed', time: target });
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (session.view().feed.seeking === null) resolve();
    };
    session.subscribe(look);
    look();
  });
  return session;
}

const key = (name: string): KeyPress => ({ name, text: name.length === 1 ? name : '' });

/** The scene after some keys, with what differs from run to run made still. */
function sceneAt(session: Session, size: Size, keys: readonly string[]): Scene {
  const store = createConsoleStore(session, {
    wallMs: () => 0,
    pressPrefix: 'gallery',
    fps: 10,
    size,
  });
  for (const name of keys) store.press(key(name));
  const scene = store.scene();
  store.close();
  const disk = { failed: null, commitMs: null, waiting: 0 };
  return {
    ...scene,
    view: { ...scene.view, dataAgeMs: 0, store: disk, health: null, notices: [] },
    keymap: KEYMAP,
    ageMs: 0,
    notice: null,
  };
}

const screenAt = (session: Session, size: Size, keys: readonly string[]): string =>
  shown(compose(sceneAt(session, size, keys), size));

/** The session gives a pane its book or tape once it is looked at; a pane without a key by Tab. */
function keysTo(id: PaneId): readonly string[] {
  const own = (pane: PaneId): readonly string[] => bindingOf(KEYMAP, pane)?.keys.slice(0, 1) ?? [];
  const before = PANES[PANES.indexOf(id) - 1] ?? id;
  return own(id).length > 0 ? own(id) : [...own(before), 'tab'];
}

/** One pane as the first workspace that has it shows it. */
function paneAt(session: Session, id: PaneId, size: Size): string {
  const scene = sceneAt(session, size, keysTo(id));
  const focused = { ...scene.model, focus: id };
  const workspace = WORKSPACES.find(
    ({ name }) => layout(size, { ...focused, workspace: name }).panes.length > 1,
  );
  const model = { ...focused, workspace: workspace?.name ?? focused.workspace };
  const layer = composeLayers({ ...scene, model }, size).find((one) => one.key === id);
  return `${nameOf(size)}\n\n${fenced(shown(layer?.rows ?? []))}`;
}

function dialogs(session: Session): readonly string[] {
  const at = (keys: readonly string[]): string => fenced(screenAt(session, SMALL, keys));
  return [
    folded('Order ticket', at(['o', '1', '0', '0', '0', 'right'])),
    folded('Palette', at([':', 'g', 'r', 'i', 'd'])),
    folded('Why, on a strategy', at(['2', 'enter'])),
  ];
}

const fenced = (text: string): string => `\`\`\`\n${text}\n\`\`\``;
