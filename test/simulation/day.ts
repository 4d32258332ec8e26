/** One simulated trading day with everything that can go wrong in it, from a seed. */
import { createHash } from 'node:crypto';

import type { RiskLimits } from '../../src/domain/limits.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import type { PracticeRules } from '../../src/exchange/practice/rules.ts';
import { type FaultRates, STORMY } from '../../src/exchange/practice/faults.ts';
import {
  STORMY_WEATHER,
  type WeatherRates,
  startWeather,
} from '../../src/exchange/practice/weather.ts';
import { WIDE } from '../support/builders.ts';
import { Dice, mixSeed } from './dice.ts';
import { Machine } from './machine.ts';
import { BUSY, type Habits, Operator } from './operator.ts';
import { Oracles } from './oracles.ts';
import { makers } from './order-makers.ts';
import { planChanges } from './venue-changes.ts';
import type { VenueKind } from './venue-client.ts';
import { venueOf } from './venue-kinds.ts';
import { START, World } from './world.ts';

export interface DayOptions {
  readonly seed: number;
  /** An empty directory that nothing else uses. */
  readonly dir: string;
  readonly lengthMs?: number;
  readonly rates?: FaultRates;
  readonly weather?: WeatherRates;
  readonly habits?: Habits;
  readonly trouble?: Partial<Trouble>;
  readonly rules?: Partial<PracticeRules>;
  /** The exchange of the day; left out: the seed's, null: one that can everything. */
  readonly venue?: VenueKind | null;
}

/** What happens to our own machine, by its mean number a day. */
export interface Trouble {
  /** Killed at any event, half of the times with the power. */
  readonly crash: number;
  readonly clockJump: number;
  readonly diskFailure: number;
}

const USUAL_TROUBLE = { crash: 5, clockJump: 2, diskFailure: 0.5 };
/** Where an exchange cannot everything its markets are not for ever either. */
const CHANGES_PER_DAY = 4;
/** Chance that the process dies between what a price decided and its order, and within so many steps. */
const DIES_AT_CLOSE = 0.2;
const DIES_WITHIN = 8;

/** Chance that a maker does something at a print. */
const ACTIVITY = 0.1;
/** Quiet hours: everything must be found out within this time once nothing goes wrong any more. */
const QUIET_EVERY_MS = 6 * HOUR_MS;
const QUIET_MS = 6 * MINUTE_MS;
/** What a tick filled is known so long after it, told by a stream or asked for. */
const TOLD_MS = 4 * SECOND_MS;
const POLLED_MS = 29 * SECOND_MS;
/** Markets that close are open again by then. */
const REOPENED_MS = QUIET_EVERY_MS - 20 * MINUTE_MS;
const LOOK_MS = 10 * MINUTE_MS;
/** Stops and targets that prices reach within the hour, and hands that move them. */
const NEAR = {
  reach: 0.35,
  habits: {
    ...BUSY,
    perDay: { ...BUSY.perDay, moveStop: 60, pause: 4, halt: 4, tightenScope: 6 },
    reach: 0.006,
  },
} as const;

export const LIMITS: RiskLimits = {
  ...WIDE,
  priceBandFraction: 0.02,
  maxNotionalFraction: 0.03,
  maxOrdersPerMinute: 12,
  grossExposureFraction: 0.4,
  staleSeconds: 120,
  duplicateSeconds: 10,
};

export interface DayResult {
  /** What was broken first, in words; null when everything held. */
  readonly fault: string | null;
  readonly figures: Readonly<Record<string, number>>;
  /** Of every line that was written, every fill and every fault: equal for equal seeds. */
  readonly digest: string;
  readonly notices: readonly string[];
}

/** Runs a day. A throw of our program is a fault like any other. */
export async function simulateDay(options: DayOptions): Promise<DayResult> {
  const day = new Day(options);
  try {
    await day.play();
  } catch (error) {
    day.oracles.broken(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  return day.result();
}

/** How much more or less often than usual each thing happens on a day: days have characters. */
const FACTORS = [0, 0.3, 1, 1, 3, 8] as const;
/** No single fault happens more often than this. */
const MOST = 0.3;

function characterOf(seed: number): {
  readonly rates: FaultRates;
  readonly weather: WeatherRates;
  readonly trouble: Trouble;
  readonly rules: Partial<PracticeRules>;
} {
  const dice = new Dice(mixSeed(seed, 9));
  const vary = <K extends string>(usual: Partial<Record<K, number>>, most: number) =>
    Object.fromEntries(
      Object.entries<number | undefined>(usual).map(([name, rate]) => {
        return [name, Math.min(most, (rate ?? 0) * dice.pick(FACTORS))];
      }),
    ) as Record<K, number>;
  return {
    rates: vary(STORMY, MOST),
    weather: vary(STORMY_WEATHER, Infinity),
    trouble: vary(USUAL_TROUBLE, Infinity),
    rules: {
      // Exchanges differ in what they list late and in which ids they take again.
      fillLagMs: dice.pick([0, 0, 2, 20, 90]) * SECOND_MS,
      reusesIds: dice.chance(0.3),
    },
  };
}

class Day {
  readonly oracles: Oracles;
  private readonly world: World;
  private readonly machine: Machine;
  private readonly dice: Dice;
  private readonly options: DayOptions;
  private readonly operator: Operator;
  private readonly character: ReturnType<typeof characterOf>;
  private stopWeather: () => void = () => undefined;

  constructor(options: DayOptions) {
    this.options = options;
    const { seed, dir } = options;
    this.character = characterOf(seed);
    const rates = options.rates ?? this.character.rates;
    const { venue = venueOf(seed) } = options;
    // What nobody tells must be listed when it is asked for.
    const listed = venue !== null && venue.hears !== 'all' ? { fillLagMs: 2 * SECOND_MS } : {};
    const rules = { ...this.character.rules, ...listed, ...options.rules };
    const world = new World({ seed, dir, rates, rules, venue });
    const oracles = new Oracles(world, LIMITS);
    const dice = new Dice(mixSeed(seed, 4));
    const runtimes = makers(mixSeed(seed, 6), ACTIVITY, venue ? NEAR.reach : 1);
    const timer = venue?.deadManMs === undefined ? {} : { deadManMs: venue.deadManMs };
    const machine = new Machine({ world, oracles, limits: LIMITS, runtimes, dice, ...timer });
    this.world = world;
    this.oracles = oracles;
    this.dice = dice;
    this.machine = machine;
    this.operator = new Operator({
      world,
      dice: new Dice(mixSeed(seed, 5)),
      habits: options.habits ?? (venue ? NEAR.habits : BUSY),
      process: () => machine.process,
    });
  }

  async play(): Promise<void> {
    const end = START + (this.options.lengthMs ?? DAY_MS);
    this.blow();
    this.planTrouble();
    if (this.world.venue) this.planVenue();
    let from = START;
    while (from < end && this.oracles.fault === null) {
      const until = Math.min(end, from + QUIET_EVERY_MS);
      await this.machine.run(until - QUIET_MS);
      await this.beQuiet(until);
      from = until;
    }
  }

  result(): DayResult {
    const { world, oracles, operator, machine } = this;
    const { crashes, steps } = machine;
    const { orders, fills } = oracles;
    const happened = Object.fromEntries([
      ...world.plan.counts,
      ...operator.counts,
      ...oracles.happened,
    ]);
    const faults = [...world.plan.counts.values()].reduce((sum, count) => sum + count, crashes);
    const at = { [`at ${world.venue?.row.id ?? 'a usual exchange'}`]: 1 };
    const figures = { ...at, orders, fills, faults, crashes, steps, ...happened };
    const hash = createHash('sha256').update(JSON.stringify([figures, oracles.notices]));
    const digest = `${oracles.digest()}${hash.digest('hex')}`;
    return { fault: oracles.fault, figures, digest, notices: oracles.notices };
  }

  private planTrouble(): void {
    const { world, dice, machine } = this;
    const trouble = { ...this.character.trouble, ...this.options.trouble };
    const again = (perDay: number, act: () => void): void => {
      if (perDay === 0) return;
      world.clock.after(dice.wait(perDay), () => {
        if (!this.operator.rests) act();
        again(perDay, act);
      });
    };
    // At any event: a few steps after a moment drawn from time.
    again(trouble.crash, () => (machine.dieIn = dice.between(1, 400)));
    again(trouble.clockJump, () => this.jump());
    again(trouble.diskFailure, () => this.failDisk());
  }

  /** What only happens at an exchange with a character. */
  private planVenue(): void {
    const { world, oracles, machine, operator } = this;
    const dice = new Dice(mixSeed(world.seed, 11));
    planChanges(world, {
      perDay: CHANGES_PER_DAY,
      dice,
      // What was refused there is tried again within ten minutes.
      mayClose: (forMs) => (world.clock.now() - START) % QUIET_EVERY_MS < REOPENED_MS - forMs,
    });
    const look = (): void => {
      machine.process?.markets.ask();
      world.clock.after(LOOK_MS, look);
    };
    look();
    oracles.watch.onFire = () => {
      if (operator.rests || machine.dieIn < DIES_WITHIN || !dice.chance(DIES_AT_CLOSE)) return;
      world.plan.count('diesAtClose');
      machine.dieIn = dice.between(1, DIES_WITHIN);
    };
  }

  private jump(): void {
    const by = this.dice.pick([-HOUR_MS, -5_000, -2_500, 2_500, 5_000, 30_000, HOUR_MS]);
    this.world.plan.count('clockJump');
    this.world.skewMs = this.world.skewMs === 0 ? by : 0;
    this.machine.process?.recover('the clock of this machine was set');
  }

  private failDisk(): void {
    const errno = this.dice.pick(['ENOSPC', 'EIO', 'EROFS', 'EDQUOT', 'EFBIG']);
    const call = this.dice.pick(['writeSync', 'fdatasyncSync', null] as const);
    this.world.plan.count('diskFailed');
    this.world.disk.fail(call, errno);
  }

  /** Nothing goes wrong and nobody wants anything: soon everything must be known. */
  private async beQuiet(until: number): Promise<void> {
    const { world, operator, oracles, machine } = this;
    if (oracles.fault !== null) return;
    this.stopWeather();
    const { rates } = world.plan;
    world.plan.rates = {};
    operator.rests = true;
    machine.dieIn = Infinity;
    if (world.disk.isFailing) machine.kill({ power: false });
    world.skewMs = 0;
    machine.restartAt = Math.min(machine.restartAt, world.clock.now());
    await machine.run(world.clock.now() + MINUTE_MS);
    if (machine.process) operator.give(machine.process, { kind: 'pause', reason: 'quiet hour' });
    // Between two ticks: what the last one filled has been told.
    await machine.run(until + ((world.venue?.hears ?? 'all') === 'all' ? TOLD_MS : POLLED_MS));
    if (machine.process) {
      oracles.checkQuiet(machine.process.money);
      oracles.watch.checkQuiet(machine.process);
    } else oracles.broken('no process in the quiet hour');
    operator.rests = false;
    world.plan.rates = rates;
    this.blow();
  }

  private blow(): void {
    const { world } = this;
    const rates = this.options.weather ?? this.character.weather;
    const lastPrice = (symbol: string): number => world.market.last.get(symbol) ?? 0;
    this.stopWeather = startWeather({ wire: world.wire, rates, lastPrice });
  }
}
