/** How old book and tape are. */
import type { EpochMs } from '../../../domain/time.ts';
import { hasMarketClock } from '../../mode.ts';
import type { Scene } from '../../scene.ts';
import { formatAge } from '../../text/format.ts';
import { type Row, muted, span } from '../../text/rows.ts';
import { staleAge } from '../stale.ts';

export interface DataAge {
  /** For the border of the pane. */
  readonly summary: Row;
  readonly stale: boolean;
}

/** `time` is of the newest change, in engine time; null before the first. */
export function ageOf({ view, ageMs }: Scene, time: EpochMs | null): DataAge {
  const { feed } = view;
  if (feed.ended) return { summary: [muted('ended')], stale: false };
  if (feed.held) return { summary: [muted('held')], stale: false };
  if (time === null) return { summary: [], stale: false };
  const old = staleAge({ dataTime: time }, view);
  if (old !== null) return { summary: [span(`stale ${formatAge(old)}`, 'warn')], stale: true };
  // A simulated market is as fresh as its feed: its own time runs at any pace.
  const age = hasMarketClock(view) ? ageMs : Math.max(0, view.now - time);
  return { summary: [muted(formatAge(age))], stale: false };
}
