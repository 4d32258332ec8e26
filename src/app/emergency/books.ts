/** What the books say after a stop, for whoever asked for it. */
import { isWorking } from '../../domain/order.ts';
import type { SessionView, Words } from '../session-types.ts';
import type { Cleared } from './clearance.ts';
import type { Books, StopKind } from './messages.ts';

/** Does the state itself keep entries from leaving? */
export const isStopped = ({ account: { tradingState } }: SessionView): boolean =>
  tradingState === 'halted' || tradingState === 'flattening';

/** Is nothing left to wait for: canceled, closed and durable? */
export function isSettled(view: SessionView, stop: StopKind): boolean {
  if (view.store.failed !== null) return true;
  const isOver = stop === 'halt' ? isStopped(view) : view.account.tradingState === 'halted';
  return isOver && left(view, stop).length === 0 && view.store.waiting === 0;
}

/** Working orders that should go; what protects a holding stays, and what flattening closes with. */
function left(view: SessionView, stop: StopKind) {
  const isDone = view.account.tradingState === 'halted';
  return view.orders
    .filter(isWorking)
    .filter(({ role }) => role !== 'protective' || (stop === 'flatten' && !isDone));
}

export function booksOf(
  view: SessionView,
  of: { readonly stop: StopKind; readonly before: SessionView },
): Books {
  const { tradingState, stateReason } = view.account;
  const working = view.orders.filter(isWorking);
  const open = left(view, of.stop).length;
  const still = new Set(working.map(({ id }) => id));
  const canceled = of.before.orders.filter((one) => isWorking(one) && !still.has(one.id)).length;
  const holdings = view.positions.map(({ symbol }) => symbol);
  const kept = working.length - open;
  const problem = problemOf(view, { stop: of.stop, open, holdings });
  return { tradingState, reason: stateReason, open, kept, canceled, holdings, problem };
}

function problemOf(
  view: SessionView,
  of: { readonly stop: StopKind; readonly open: number; readonly holdings: readonly string[] },
): string | null {
  if (!isStopped(view)) return `the console is ${view.account.tradingState}, not halted`;
  if (of.open > 0) return `${of.open} cancels are not answered yet`;
  if (of.stop === 'flatten' && of.holdings.length > 0)
    return `still held: ${of.holdings.join(', ')}`;
  if (view.store.failed !== null) return `it is not saved: ${view.store.failed}`;
  return view.store.waiting > 0 ? 'it is not on disk yet' : null;
}

/** Why a resume came to nothing; null when trading runs. */
export function resumeProblem(before: SessionView, view: SessionView): string | null {
  const { tradingState } = view.account;
  if (tradingState === 'running') return null;
  const newest = view.notices.at(-1);
  const said = newest !== undefined && newest.id > (before.notices.at(-1)?.id ?? 0);
  return said ? newest.text : `the console stays ${tradingState}`;
}

/**
 * The banner of a stop that the emergency thread carried out at the venue; null where the engine
 * looks by itself and nothing is wrong.
 */
export function stoppedWords(of: {
  readonly stop: StopKind;
  readonly cleared: Cleared;
  readonly isAlone: boolean;
}): Words | null {
  const { stop, isAlone } = of;
  const { canceled, open, kept, unknown, verified, holdings, problem } = of.cleared;
  if (verified && !isAlone) return null;
  const counts = `${canceled} canceled, ${open} open, ${unknown} unknown, ${kept} stops kept`;
  if (stop === 'flatten' && holdings !== null && holdings.length > 0) {
    return { level: 'error', text: `NOT FLAT, still ${holdings.join(', ')}: ${counts}` };
  }
  if (verified) return { level: 'warn', text: `${stop} at the venue: ${counts}` };
  const text = `NOT VERIFIED (${problem ?? 'the venue does not answer'}): ${counts}; look there`;
  return { level: 'error', text };
}
