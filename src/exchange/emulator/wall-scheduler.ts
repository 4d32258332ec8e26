import type { Scheduler } from '../../ports.ts';

/** The machine's timers know no longer waits, and fire at once instead. */
const LONGEST_MS = 2 ** 31 - 1;

/** Timers of the machine, for an exchange that runs by itself. */
export const wallScheduler: Scheduler = {
  after(ms, fire) {
    if (ms <= 0) {
      fire();
      return () => undefined;
    }
    let stop: () => void;
    const wait = (left: number): void => {
      const now = Math.min(left, LONGEST_MS);
      const timer = setTimeout(() => (left > now ? wait(left - now) : fire()), now);
      stop = () => clearTimeout(timer);
    };
    wait(ms);
    return () => stop();
  },
};
