import type { Scheduler } from '../../ports.ts';

/** Timers of the machine, for an exchange that runs by itself. */
export const wallScheduler: Scheduler = {
  after(ms, fire) {
    if (ms <= 0) {
      fire();
      return () => undefined;
    }
    const timer = setTimeout(fire, ms);
    return () => clearTimeout(timer);
  },
};
