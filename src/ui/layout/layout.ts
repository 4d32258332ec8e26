/** Where everything goes: a pure function of the terminal's size, the workspace and the focus. */
import type { SessionView } from '../../app/session-types.ts';
import type { Model } from '../model.ts';
import type { Size } from '../text/rows.ts';
import { planOf } from './arrangement.ts';
import type { PaneId } from './panes.ts';
import { type Placed, type Plan, panesOf, place, rows, share, without } from './plan.ts';

export interface Layout {
  /** tiny: one line · small: one pane · medium: three or four · wide and huge: a workspace. */
  readonly kind: 'tiny' | 'small' | 'medium' | 'wide' | 'huge';
  /** The second line names all panes, where not every one is on the screen. */
  readonly tabs: boolean;
  readonly panes: readonly Placed[];
}

/** Below this there is one line: state, P&L and the halt key. */
const SMALL = { width: 30, height: 8 };
const MEDIUM = { width: 80, height: 24 };
const WIDE = { width: 110, height: 34 };
const HUGE = { width: 160, height: 45 };
/** Header and second line; notice line and footer. */
const HEAD = 2;
const FOOT = 2;

type Wanted = Pick<Model, 'focus' | 'zoomed' | 'workspace' | 'arrangements'>;

/** `empty` panes have nothing to show in this market: others take their room until one asks. */
export function layout(size: Size, wanted: Wanted, empty: readonly PaneId[] = []): Layout {
  const { focus } = wanted;
  if (!holds(size, SMALL)) return { kind: 'tiny', tabs: false, panes: [] };
  const rect = { x: 0, y: HEAD, width: size.width, height: size.height - HEAD - FOOT };
  if (!holds(size, MEDIUM)) return { kind: 'small', tabs: true, panes: place(focus, rect) };
  if (!holds(size, WIDE)) {
    const plan = wanted.zoomed ? focus : mediumPlan(focus, rect.height);
    return { kind: 'medium', tabs: true, panes: place(plan, rect) };
  }
  const kind = holds(size, HUGE) ? 'huge' : 'wide';
  if (wanted.zoomed) return { kind, tabs: true, panes: place(focus, rect) };
  const whole = planOf(wanted.workspace, wanted.arrangements, kind);
  const plan = without(whole, empty) ?? whole;
  // A pane that the workspace does not have takes the screen while it is focused.
  const isShown = panesOf(plan).includes(focus);
  return { kind, tabs: !isShown, panes: place(isShown ? plan : focus, rect) };
}

/** Panes that this market can never fill; their keys still bring them up, and they say why. */
export const emptyPanes = (view: Pick<SessionView, 'feed' | 'watched'>): readonly PaneId[] => [
  ...(view.feed.hasBook ? [] : (['book'] as const)),
  ...(view.watched?.trades === null ? (['tape'] as const) : []),
];

const holds = (size: Size, least: Size): boolean =>
  size.width >= least.width && size.height >= least.height;

/** From this height on, three panes would stand half empty: a fourth finds room. */
const FOUR_PANES_ROWS = 26;

/** The focused pane on top, what is at stake or moving below it, then what just happened. */
function mediumPlan(focus: PaneId, height: number): Plan {
  const second: PaneId = focus === 'positions' || focus === 'markets' ? 'chart' : 'positions';
  const last: PaneId = focus === 'log' ? 'orders' : 'log';
  const third: PaneId = second === 'chart' || focus === 'chart' ? 'strategies' : 'chart';
  const isTall = height >= FOUR_PANES_ROWS;
  return rows(
    share(focus, focus === 'markets' ? 7 : 10),
    share(second, second === 'chart' ? 8 : 5),
    ...(isTall ? [share(third, 6)] : []),
    share(last, 5),
  );
}
