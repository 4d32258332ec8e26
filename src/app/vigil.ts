/** Notices that the process stood still or that the machine's clock jumped (RELIABILITY F31, F51). */
import { inSeconds } from '../domain/time.ts';

/** A turn of the event loop that comes so much too late was a stall, whatever caused it. */
export const STALL_MS = 1_000;
/** Wall time against monotonic time: a clock that was set, or a machine that slept. */
export const JUMP_MS = 2_000;

export interface VigilOptions {
  /** Milliseconds of the monotonic clock, and of the wall. */
  readonly monotonicMs: () => number;
  readonly wallMs: () => number;
  /** What happened meanwhile is not known: said in words. */
  readonly onGap: (what: string) => void;
}

/** Look again and again, `everyMs` apart. */
export class Vigil {
  private readonly of: VigilOptions;
  private readonly everyMs: number;
  private monotonic: number;
  private wall: number;

  constructor(of: VigilOptions, everyMs: number) {
    this.of = of;
    this.everyMs = everyMs;
    this.monotonic = of.monotonicMs();
    this.wall = of.wallMs();
  }

  look(): void {
    const monotonic = this.of.monotonicMs();
    const wall = this.of.wallMs();
    const passed = monotonic - this.monotonic;
    const jumped = wall - this.wall - passed;
    this.monotonic = monotonic;
    this.wall = wall;
    const late = passed - this.everyMs;
    if (late > STALL_MS) this.of.onGap(`this process stood still for ${inSeconds(late)}`);
    else if (Math.abs(jumped) > JUMP_MS) {
      const direction = jumped > 0 ? 'forward' : 'back';
      this.of.onGap(
        `the clock of this machine went ${direction} by ${inSeconds(Math.abs(jumped))}`,
      );
    }
  }
}

const LOOK_MS = 250;

/** Keeps a vigil on the process's own clocks until the returned function is called. */
export function keepVigil(onGap: VigilOptions['onGap']): () => void {
  const clocks = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };
  const vigil = new Vigil({ ...clocks, onGap }, LOOK_MS);
  const timer = setInterval(() => vigil.look(), LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
