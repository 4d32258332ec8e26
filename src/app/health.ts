/** How well the process keeps up, measured while somebody reads: never in journal or digest. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

import type { MarketEvent } from '../domain/event.ts';
import type { Run } from '../engine/run.ts';
import type { HealthView } from './session-types.ts';

/** The loop is looked at so often; its own interval is no delay. */
const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;
/** Figures are of the last span of this length, so that a bad one passes and a calm one stays. */
const SPAN_MS = 5_000;
/** One event of so many is measured: measuring all would cost as much as the cheapest of them. */
const MEASURE_EVERY = 16;

type LoopDelay = Pick<
  ReturnType<typeof monitorEventLoopDelay>,
  'percentile' | 'reset' | 'enable' | 'disable' | 'count'
>;

export class Health {
  private readonly nowMs: () => number;
  private readonly listen: () => LoopDelay;
  /** Null until somebody reads: a run without a reader does not pay. */
  private loop: LoopDelay | null = null;
  private spanBegun = 0;
  private seen = 0;
  private measured = 0;
  private spentMs = 0;
  private shown: HealthView = { eventMicros: null, loopDelayMs: null };

  constructor(
    nowMs: () => number,
    listen: () => LoopDelay = () => monitorEventLoopDelay({ resolution: RESOLUTION_MS }),
  ) {
    this.nowMs = nowMs;
    this.listen = listen;
  }

  /** Runs the engine on one event. */
  drive(run: Pick<Run, 'drive'>, event: MarketEvent): void {
    this.seen += 1;
    if (this.loop === null || this.seen % MEASURE_EVERY !== 0) {
      run.drive(event);
      return;
    }
    const begun = this.nowMs();
    run.drive(event);
    this.spentMs += this.nowMs() - begun;
    this.measured += 1;
  }

  /** The same object until a span is over: a figure that changes with every frame is not read. */
  view(): HealthView {
    const now = this.nowMs();
    if (this.loop === null) this.begin(now);
    if (this.loop === null || now - this.spanBegun < SPAN_MS) return this.shown;
    const { count } = this.loop;
    const loopMs = this.loop.percentile(99) / NS_PER_MS - RESOLUTION_MS;
    this.shown = {
      eventMicros: this.measured === 0 ? null : (this.spentMs / this.measured) * 1_000,
      loopDelayMs: count === 0 ? null : Math.max(0, loopMs),
    };
    this.spanBegun = now;
    this.measured = 0;
    this.spentMs = 0;
    this.loop.reset();
    return this.shown;
  }

  close(): void {
    this.loop?.disable();
  }

  private begin(now: number): void {
    this.loop = this.listen();
    this.loop.enable();
    this.spanBegun = now;
  }
}
