/** Does the main loop still turn? Judged by time in which this thread itself ran. */

/** How often the thread looks. */
export const LOOK_MS = 100;
/**
 * Of one look, at most this much counts: a process that was stopped, a machine that slept or a
 * thread without a processor finds a long time gone in which the main loop could not turn either.
 */
const MOST_PER_LOOK_MS = 2.5 * LOOK_MS;

export interface Watchdog {
  /** `now`: monotonic milliseconds; `beats`: heartbeats so far. True once, when a stall begins. */
  readonly look: (now: number, beats: number) => boolean;
  /** Milliseconds without a heartbeat, as far as they count. */
  readonly silentMs: () => number;
}

export function createWatchdog(limitMs: number): Watchdog {
  let seen = 0;
  let looked: number | null = null;
  let silent = 0;
  return {
    look(now, beats) {
      const passed = looked === null ? 0 : Math.min(now - looked, MOST_PER_LOOK_MS);
      looked = now;
      if (beats !== seen) {
        seen = beats;
        silent = 0;
        return false;
      }
      const before = silent;
      silent += passed;
      return before < limitMs && silent >= limitMs;
    },
    silentMs: () => silent,
  };
}
