import type { EpochMs } from '../domain/time.ts';
import type { Clock, Scheduler } from '../ports.ts';

/** The machine's clock: the only place that reads wall time for the engine. */
export function createWallClock(): Clock {
  return { now: () => Date.now() };
}

/** Milliseconds of a clock that never jumps: durations, deadlines, the screen. */
export function monotonicMs(): number {
  return performance.now();
}

interface Timer {
  readonly due: EpochMs;
  readonly order: number;
  readonly fire: () => void;
  canceled: boolean;
}

/** Engine time that only events move, with its timers in order of (due time, setting). */
export interface SimulatedClock extends Clock, Scheduler {
  /** Moves time forward; an earlier time changes nothing. */
  observe(time: EpochMs): void;
  /** Due time of the next timer; Infinity when none is set. */
  nextDue(): EpochMs;
  /** Moves time to the next timer and fires it. */
  fireNext(): void;
}

/** A clock at `start`; ties of timers fire in the order they were set. */
export function createSimulatedClock(start: EpochMs): SimulatedClock {
  let now = start;
  let set = 0;
  // Few timers are set at once (one per order in flight), so a sorted list is enough.
  const timers: Timer[] = [];
  const nextDue = (): EpochMs => timers[0]?.due ?? Infinity;
  return {
    now: () => now,
    observe(time) {
      if (time > now) now = time;
    },
    after(ms, fire) {
      if (ms <= 0) {
        fire();
        return () => undefined;
      }
      const timer: Timer = { due: now + ms, order: set++, fire, canceled: false };
      let at = timers.length;
      while (at > 0 && (timers[at - 1]?.due ?? 0) > timer.due) at -= 1;
      timers.splice(at, 0, timer);
      return () => {
        timer.canceled = true;
      };
    },
    nextDue,
    fireNext() {
      const timer = timers.shift();
      if (!timer) return;
      if (timer.due > now) now = timer.due;
      if (!timer.canceled) timer.fire();
    },
  };
}
