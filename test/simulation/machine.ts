/** The world's clock turned step by step, with at most one process of ours living in it. */
import type { RiskLimits } from '../../src/domain/limits.ts';
import type { RuntimeSetup } from '../../src/engine/state.ts';
import { SECOND_MS } from '../../src/domain/time.ts';
import type { Dice } from './dice.ts';
import type { Oracles } from './oracles.ts';
import { Process } from './process.ts';
import { START, type World } from './world.ts';

export interface MachineOptions {
  readonly world: World;
  readonly oracles: Oracles;
  readonly limits: RiskLimits;
  readonly runtimes: readonly RuntimeSetup[];
  /** Its own throws: how long the process is down, what a power cut leaves. */
  readonly dice: Dice;
  /** Window of the dead-man switch; left out: it is not used. */
  readonly deadManMs?: number;
}

export class Machine {
  readonly world: World;
  readonly oracles: Oracles;
  process: Process | null = null;
  steps = 0;
  crashes = 0;
  /** The process dies after so many more steps. */
  dieIn = Infinity;
  /** When the next process starts, once there is none. */
  restartAt = START;
  private readonly options: MachineOptions;
  private life = 0;
  private haltAfterStart: string | null = null;

  constructor(options: MachineOptions) {
    this.options = options;
    this.world = options.world;
    this.oracles = options.oracles;
  }

  /** Lets everything happen up to a time, or until something is broken. */
  async run(until: number): Promise<void> {
    const { world, oracles } = this;
    const { clock, market } = world;
    while (oracles.fault === null) {
      if (this.process === null && this.restartAt <= clock.now()) await this.start();
      const due = Math.min(clock.nextDue(), this.process ? Infinity : this.restartAt);
      const at = Math.min(due, market.nextTime);
      if (at > until) break;
      this.steps += 1;
      if (market.nextTime <= due) this.tell();
      else if (clock.nextDue() <= due) clock.fireNext();
      else clock.observe(due);
      this.dieIn -= 1;
      if (this.dieIn <= 0) this.kill({ power: this.options.dice.chance(0.5) });
    }
    clock.observe(until);
  }

  /** The process is gone at once; with the power goes what was not synced. */
  kill(of: { readonly power: boolean; readonly downMs?: number }): void {
    const { process, world } = this;
    const { dice } = this.options;
    this.dieIn = Infinity;
    if (!process) return;
    this.crashes += 1;
    this.oracles.acknowledged(process.store.journal.durable);
    process.kill();
    this.process = null;
    world.disk.crash(of.power, dice);
    const isShort = dice.chance(0.7);
    const downMs = isShort ? dice.between(200, 20_000) : dice.between(20, 900) * SECOND_MS;
    this.restartAt = world.clock.now() + (of.downMs ?? downMs);
  }

  private tell(): void {
    const { world } = this;
    const event = world.market.take();
    world.clock.observe(event.time);
    world.exchange.onMarket(event);
    this.process?.drive(event);
  }

  private async start(): Promise<void> {
    const { world, oracles } = this;
    const { limits, runtimes, dice } = this.options;
    this.life += 1;
    world.disk.repair();
    oracles.beforeRecovery();
    const process = await Process.start({
      world,
      limits,
      runtimes,
      life: this.life,
      watcher: oracles,
      deadManMs: this.options.deadManMs ?? null,
      onRecovered: (lastN) => oracles.afterRecovery(lastN),
    });
    this.process = process;
    // As halt.json does: a stop that the journal could not take is remembered beside it.
    if (this.haltAfterStart !== null) {
      process.command({ kind: 'halt', reason: this.haltAfterStart });
    }
    this.haltAfterStart = null;
    process.store.journal.onFailed((why) => {
      this.haltAfterStart = why;
      process.command({ kind: 'halt', reason: `state cannot be saved: ${why}` });
      // The operator makes room and starts again.
      world.clock.after(dice.between(60, 900) * SECOND_MS, () => {
        if (process.isAlive) this.kill({ power: false });
      });
    });
  }
}
