import type { FeedStatus } from '../../ports.ts';
import type { ExchangeView } from '../session-types.ts';

/** Worst last. */
const ORDER = ['stream', 'poll', 'stale', 'down'] as const;

/** The one figure of many feeds: the worst way data arrive, and the oldest of those ages. */
export function worstOf(feeds: readonly FeedStatus[]): ExchangeView['data'] {
  let worst: ExchangeView['data'] = { by: 'stream', ageMs: null };
  for (const { by, ageMs, data } of feeds) {
    // A minute ends once a minute, and a quiet market prints nothing: their ages say little.
    const age = data === 'book' || by === 'stale' || by === 'down' ? ageMs : null;
    const rank = ORDER.indexOf(by) - ORDER.indexOf(worst.by);
    if (rank > 0) worst = { by, ageMs: age };
    else if (rank === 0) worst = { by, ageMs: older(worst.ageMs, age) };
  }
  return worst;
}

const older = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);
