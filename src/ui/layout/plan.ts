/** Sharing a rectangle among panes: a tree of rows and columns with weights. */
import type { Rect } from '../text/frame.ts';
import type { PaneId } from './panes.ts';

export type Plan = PaneId | { readonly along: 'rows' | 'columns'; readonly parts: readonly Part[] };

export interface Part {
  readonly plan: Plan;
  /** Share of what is left after the fixed parts. */
  readonly weight?: number;
  /** Cells it always takes (with its border), instead of a share. */
  readonly cells?: number;
}

export interface Placed {
  readonly id: PaneId;
  readonly rect: Rect;
}

export const rows = (...parts: readonly Part[]): Plan => ({ along: 'rows', parts });
export const columns = (...parts: readonly Part[]): Plan => ({ along: 'columns', parts });
export const share = (plan: Plan, weight: number): Part => ({ plan, weight });
export const fixed = (plan: Plan, cells: number): Part => ({ plan, cells });

/** Panes of a plan, in reading order. */
export function panesOf(plan: Plan): readonly PaneId[] {
  return typeof plan === 'string' ? [plan] : plan.parts.flatMap((part) => panesOf(part.plan));
}

/** The plan without these panes, their neighbors wider; null when nothing is left. */
export function without(plan: Plan, gone: readonly PaneId[]): Plan | null {
  if (typeof plan === 'string') return gone.includes(plan) ? null : plan;
  const parts = plan.parts.flatMap((part) => {
    const kept = without(part.plan, gone);
    return kept === null ? [] : [{ ...part, plan: kept }];
  });
  const [first] = parts;
  if (first === undefined) return null;
  // Somebody has to take the space that a neighbor of fixed size leaves.
  if (parts.every((part) => part.cells !== undefined)) {
    return { ...plan, parts: [{ plan: first.plan, weight: 1 }, ...parts.slice(1)] };
  }
  return { ...plan, parts };
}

/** Every pane's rectangle: together they tile the given one. */
export function place(plan: Plan, rect: Rect): readonly Placed[] {
  if (typeof plan === 'string') return [{ id: plan, rect }];
  const vertical = plan.along === 'rows';
  const sizes = shares(plan.parts, vertical ? rect.height : rect.width);
  let at = vertical ? rect.y : rect.x;
  return plan.parts.flatMap((part, i) => {
    const size = sizes[i] ?? 0;
    const own: Rect = vertical ? { ...rect, y: at, height: size } : { ...rect, x: at, width: size };
    at += size;
    return place(part.plan, own);
  });
}

/** Fixed parts first; the first weighted part takes what rounding leaves. */
function shares(parts: readonly Part[], total: number): readonly number[] {
  const taken = parts.reduce((sum, part) => sum + (part.cells ?? 0), 0);
  const left = Math.max(0, total - taken);
  const weights = parts.reduce(
    (sum, part) => sum + (part.cells === undefined ? weightOf(part) : 0),
    0,
  );
  const sizes = parts.map((part) => part.cells ?? Math.floor((left * weightOf(part)) / weights));
  const rest = total - sizes.reduce((sum, size) => sum + size, 0);
  const first = Math.max(
    0,
    parts.findIndex((part) => part.cells === undefined),
  );
  return sizes.map((size, i) => (i === first ? size + rest : size));
}

const weightOf = (part: Part): number => part.weight ?? 1;
