import { BugError, required } from '../../domain/errors.ts';
import { SeededRng } from '../../domain/rng.ts';
import { ASSETS, DEMO_SPECS, PERPETUAL } from './markets.ts';

const SECONDS_PER_MINUTE = 60;
/** Standard deviation of a minute's common return in a normal market: about 60 % a year with regimes. */
const MINUTE_DEVIATION = 5e-4;
/** An asset's own deviation relative to the common one; sets the correlation of assets. */
const OWN_DEVIATION = 0.62;
/**
 * Two log-volatility waves of the whole market, as [pull per minute, long-run deviation]: a slow
 * one over hours and a fast one over minutes. They make the returns fat-tailed and clustered.
 */
const SLOW_WAVE = [1 / 240, 0.35] as const;
const FAST_WAVE = [1 / 18, 0.38] as const;
const OWN_WAVE = [1 / 90, 0.2] as const;
const MAX_LOG_VOLATILITY = 1.6;
/** Shocks: chance per minute, size in deviations of a minute, what they add to volatility. */
const SHOCK_CHANCE = 1 / 240;
const OWN_SHOCK_CHANCE = 1 / 500;
const SHOCK_DEVIATIONS = 3.5;
const SHOCK_AFTERMATH = 0.7;
/** Pull of a price to where it started, per minute: keeps an endless market in its range. */
const HOME_PULL = 1 / (20 * 1_440);
/** Pull to the middle of a range, per minute. */
const RANGE_PULL = 1 / 25;
/** The perpetual's premium over spot: mean, pull per second, deviation per second. */
const BASIS_MEAN = 1.5e-4;
const BASIS_PULL = 1 / 1_800;
const BASIS_DEVIATION = 6e-6;

interface Regime {
  /** Common drift in deviations of a minute. */
  readonly drift: number;
  /** Added to log volatility. */
  readonly volatility: number;
  readonly holdsRange: boolean;
  readonly chance: number;
  readonly meanMinutes: number;
}

const REGIMES: readonly Regime[] = [
  { drift: 0, volatility: -0.25, holdsRange: true, chance: 0.34, meanMinutes: 80 },
  { drift: 0.17, volatility: 0, holdsRange: false, chance: 0.29, meanMinutes: 55 },
  { drift: -0.17, volatility: 0.05, holdsRange: false, chance: 0.29, meanMinutes: 55 },
  { drift: 0, volatility: 0.45, holdsRange: false, chance: 0.08, meanMinutes: 25 },
];

/** Numbers of a saved path beside the random state. */
const SCALARS = 6;

/**
 * The hidden prices behind the demo market, one simulated second at a time: a common factor and
 * each asset's own moves under stochastic volatility, regimes of trend and range, and shocks.
 * It is all the randomness that is remembered; books and prints are functions of it.
 */
export class PricePath {
  readonly #rng: SeededRng;
  readonly #betas = Float64Array.from(DEMO_SPECS, (spec) => spec.beta);
  /** Mid price per spec; the last one is the perpetual's. */
  readonly prices = new Float64Array(DEMO_SPECS.length);
  /** Last second's move per spec, in its usual deviations of a second. */
  readonly pushes = new Float64Array(DEMO_SPECS.length);
  /** Premium of the perpetual over spot, a fraction. */
  basis = BASIS_MEAN;
  /** Market volatility relative to normal. */
  volatility = 1;

  #slow = 0;
  #fast = 0;
  readonly #own = new Float64Array(ASSETS);
  #regime = 0;
  #minutesLeft = 0;
  /** Where the range of the running regime is anchored. */
  readonly #anchors = new Float64Array(ASSETS);

  // Set anew every minute, so never saved.
  #commonDeviation = 0;
  readonly #ownDeviations = new Float64Array(ASSETS);
  readonly #drifts = new Float64Array(ASSETS);
  #shockSecond = -1;
  #shock = 0;
  readonly #ownShocks = new Float64Array(ASSETS);

  constructor(rng: SeededRng) {
    this.#rng = rng;
    DEMO_SPECS.forEach((spec, i) => (this.prices[i] = spec.startPrice));
    for (let i = 0; i < ASSETS; i++) this.#anchors[i] = this.prices[i] ?? 0;
  }

  /** Moves on by the second with this number; whole minutes begin at multiples of 60. */
  advance(second: number): void {
    const secondOfMinute = second % SECONDS_PER_MINUTE;
    if (secondOfMinute === 0) this.#startMinute();
    const common = this.#commonDeviation * this.#rng.normal();
    const isShock = secondOfMinute === this.#shockSecond;
    for (let i = 0; i < ASSETS; i++) {
      const beta = this.#betas[i] ?? 0;
      const own = this.#ownDeviations[i] ?? 0;
      let move = (this.#drifts[i] ?? 0) + beta * common + own * this.#rng.normal();
      if (isShock) move += beta * this.#shock + (this.#ownShocks[i] ?? 0);
      this.prices[i] = (this.prices[i] ?? 0) * (1 + move);
      this.pushes[i] = move / (own + beta * this.#commonDeviation);
    }
    this.basis += BASIS_PULL * (BASIS_MEAN - this.basis) + BASIS_DEVIATION * this.#rng.normal();
    this.prices[PERPETUAL] = (this.prices[0] ?? 0) * (1 + this.basis);
    this.pushes[PERPETUAL] = this.pushes[0] ?? 0;
  }

  /** The state between two minutes as plain numbers. */
  state(): number[] {
    return [
      this.#slow,
      this.#fast,
      this.#regime,
      this.#minutesLeft,
      this.basis,
      this.volatility,
      ...this.#own,
      ...this.#anchors,
      ...this.prices,
      ...this.pushes,
      ...this.#rng.state(),
    ];
  }

  /** The path that goes on where `state()` was taken. Throws BugError on another shape. */
  static resume(state: readonly number[]): PricePath {
    const rest = SCALARS + 2 * ASSETS + 2 * DEMO_SPECS.length;
    const path = new PricePath(SeededRng.resume(state.slice(rest)));
    const [slow = NaN, fast = NaN, regime = NaN, minutes = NaN, basis = NaN, volatility = NaN] =
      state;
    path.#slow = slow;
    path.#fast = fast;
    path.#regime = regime;
    path.#minutesLeft = minutes;
    path.basis = basis;
    path.volatility = volatility;
    let from = SCALARS;
    for (const column of [path.#own, path.#anchors, path.prices, path.pushes]) {
      column.set(state.slice(from, from + column.length));
      from += column.length;
    }
    if (!state.every(Number.isFinite) || REGIMES[regime] === undefined) {
      throw new BugError('the saved state of the demo market is not one');
    }
    return path;
  }

  #startMinute(): void {
    const rng = this.#rng;
    if (this.#minutesLeft <= 0) this.#startRegime();
    this.#minutesLeft -= 1;
    const regime = required(REGIMES[this.#regime], 'regime');
    this.#slow = this.#wave(this.#slow, SLOW_WAVE);
    this.#fast = this.#wave(this.#fast, FAST_WAVE);
    this.#drawShocks();
    const log = this.#slow + this.#fast + regime.volatility;
    this.volatility = Math.exp(Math.min(log, MAX_LOG_VOLATILITY));
    const minute = MINUTE_DEVIATION * this.volatility;
    this.#commonDeviation = minute / Math.sqrt(SECONDS_PER_MINUTE);
    for (let i = 0; i < ASSETS; i++) {
      const { beta, startPrice } = required(DEMO_SPECS[i], 'spec');
      const price = this.prices[i] ?? 0;
      this.#own[i] = this.#wave(this.#own[i] ?? 0, OWN_WAVE);
      const own = OWN_DEVIATION * beta * Math.exp(this.#own[i] ?? 0);
      this.#ownDeviations[i] = own * this.#commonDeviation;
      let drift = beta * regime.drift * minute - HOME_PULL * Math.log(price / startPrice);
      if (regime.holdsRange) drift -= RANGE_PULL * (price / (this.#anchors[i] ?? price) - 1);
      this.#drifts[i] = drift / SECONDS_PER_MINUTE;
      const isOwn = rng.next() < OWN_SHOCK_CHANCE;
      this.#ownShocks[i] = isOwn ? SHOCK_DEVIATIONS * own * minute * rng.normal() : 0;
    }
    this.#shock *= minute;
  }

  /** When in the minute a shock strikes, and the common one's size in deviations. */
  #drawShocks(): void {
    const rng = this.#rng;
    this.#shockSecond = Math.floor(rng.next() * SECONDS_PER_MINUTE);
    this.#shock = 0;
    if (rng.next() >= SHOCK_CHANCE) return;
    this.#shock = SHOCK_DEVIATIONS * (rng.next() < 0.5 ? -1 : 1) * (0.6 + 0.8 * rng.next());
    this.#fast += SHOCK_AFTERMATH;
  }

  #startRegime(): void {
    let dice = this.#rng.next();
    let next = 0;
    while (next < REGIMES.length - 1 && dice >= (REGIMES[next]?.chance ?? 1)) {
      dice -= REGIMES[next]?.chance ?? 1;
      next += 1;
    }
    const mean = required(REGIMES[next], 'regime').meanMinutes;
    this.#regime = next;
    this.#minutesLeft = Math.round(mean * (0.4 + 1.2 * this.#rng.next()));
    for (let i = 0; i < ASSETS; i++) this.#anchors[i] = this.prices[i] ?? 0;
  }

  /** One minute of a mean-reverting wave around 0. */
  #wave(value: number, [pull, deviation]: readonly [number, number]): number {
    return value * (1 - pull) + deviation * Math.sqrt(2 * pull) * this.#rng.normal();
  }
}
