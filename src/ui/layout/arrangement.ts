/** The operator's own workspaces: one that comes with the program, with panes exchanged or gone. */
import type { PaneId } from './panes.ts';
import { type Plan, panesOf, without } from './plan.ts';
import { WORKSPACES, type Workspace } from './workspaces.ts';

export interface Arrangement {
  readonly name: string;
  /** Workspace it is made from. */
  readonly base: string;
  readonly hidden: readonly PaneId[];
  /** Which pane stands where another one stood. */
  readonly places: Partial<Readonly<Record<PaneId, PaneId>>>;
}

/** Name of the arrangement that is made by changing a workspace of the program. */
export const CUSTOM = 'custom';

const standard = (name: string): Workspace =>
  WORKSPACES.find((one) => one.name === name) ?? (WORKSPACES[0] as Workspace);

/** Names one can switch to, in the order of the key. */
export const workspaceNames = (own: readonly Arrangement[]): readonly string[] => [
  ...WORKSPACES.map(({ name }) => name),
  ...own.map(({ name }) => name),
];

/** The panes of a workspace and where they go. */
export function planOf(name: string, own: readonly Arrangement[], kind: 'wide' | 'huge'): Plan {
  const arrangement = own.find((one) => one.name === name);
  if (!arrangement) return standard(name)[kind];
  return (
    arranged(standard(arrangement.base)[kind], arrangement) ?? standard(arrangement.base)[kind]
  );
}

/** The plan with its panes exchanged and the hidden ones gone; null when nothing is left. */
const arranged = (plan: Plan, { places, hidden }: Arrangement): Plan | null =>
  without(exchanged(plan, places), hidden);

function exchanged(plan: Plan, places: Arrangement['places']): Plan {
  if (typeof plan === 'string') return places[plan] ?? plan;
  const parts = plan.parts.map((part) => ({ ...part, plan: exchanged(part.plan, places) }));
  return { ...plan, parts };
}

/** The arrangement that changes go into: the shown one, or a new `custom` made from it. */
function toChange(name: string, own: readonly Arrangement[]): Arrangement {
  const shown = own.find((one) => one.name === name);
  return shown ?? { name: CUSTOM, base: standard(name).name, hidden: [], places: {} };
}

interface Change {
  readonly workspace: string;
  readonly arrangements: readonly Arrangement[];
}

const keep = (own: readonly Arrangement[], changed: Arrangement): Change => ({
  workspace: changed.name,
  arrangements: [...own.filter((one) => one.name !== changed.name), changed],
});

/** Takes a pane off the screen, or puts it back. The last pane stays. */
export function togglePane(name: string, own: readonly Arrangement[], pane: PaneId): Change | null {
  const from = toChange(name, own);
  const hidden = from.hidden.includes(pane)
    ? from.hidden.filter((one) => one !== pane)
    : [...from.hidden, pane];
  const changed = { ...from, hidden };
  const base = standard(from.base);
  const left = [base.wide, base.huge].every((plan) => arranged(plan, changed) !== null);
  return left ? keep(own, changed) : null;
}

/** Two panes change places; one that was not on the screen takes the other's. */
export function exchangePanes(
  name: string,
  own: readonly Arrangement[],
  of: { readonly there: PaneId; readonly pane: PaneId },
): Change {
  const from = toChange(name, own);
  const placeOf = (pane: PaneId): PaneId =>
    (Object.entries(from.places).find(([, shown]) => shown === pane)?.[0] as PaneId | undefined) ??
    pane;
  const places = {
    ...from.places,
    [placeOf(of.there)]: of.pane,
    [placeOf(of.pane)]: of.there,
  };
  const hidden = from.hidden.filter((one) => one !== of.pane);
  return keep(own, { ...from, places, hidden });
}

/** The shown workspace under a name of its own. */
export const saveAs = (name: string, own: readonly Arrangement[], as: string): Change =>
  keep(own, { ...toChange(name, own), name: as });

/** Is the pane on the screen in a workspace? */
export const isShown = (name: string, own: readonly Arrangement[], pane: PaneId): boolean =>
  panesOf(planOf(name, own, 'huge')).includes(pane);
