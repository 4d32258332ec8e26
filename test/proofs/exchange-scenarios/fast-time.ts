/**
 * Time that passes faster in this process: clocks, timers, the local exchange and the console all
 * agree on it, so that a wait of half a minute is over in six seconds. Only sockets, the disk and
 * the processor stay as slow as they are.
 */

/** So much faster; a deadline of ten seconds still leaves a busy machine two. */
export const SPEED = 5;

const now = Date.now.bind(Date);
const monotonic = performance.now.bind(performance);

let begunAt = 0;

/** What another process has to begin at, to agree on the time. */
export const timeBegun = (): number => begunAt;

/** Bends the time of this process, once. `from`: real time at which both agree, epoch ms. */
export function bendTime(from: number = now()): void {
  begunAt = from;
  const begun = monotonic();
  Date.now = () => Math.floor(from + (now() - from) * SPEED);
  performance.now = () => begun + (monotonic() - begun) * SPEED;
  const timers = globalThis as unknown as Record<string, Timer>;
  for (const name of ['setTimeout', 'setInterval']) {
    const real = required(timers[name]);
    timers[name] = (fire, ms = 0, ...rest) => real(fire, Number(ms) / SPEED, ...rest);
  }
}

type Timer = (fire: () => void, ms?: number, ...rest: unknown[]) => unknown;

function required(timer: Timer | undefined): Timer {
  if (timer === undefined) throw new Error('there is no such timer');
  return timer;
}

/** Milliseconds of the faster time. */
export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
