/** Everything that outlives a process of ours: the exchange, the wire, the disk, time. */
import { decimal } from '../../src/domain/decimal.ts';
import type { RunId } from '../../src/domain/ids.ts';
import type { EpochMs } from '../../src/domain/time.ts';
import { type SimulatedClock, createSimulatedClock } from '../../src/engine/clock.ts';
import type { Market } from '../../src/domain/market.ts';
import { abilitiesOf } from '../../src/exchange/ccxt/client.ts';
import type { PracticeRules } from '../../src/exchange/practice/rules.ts';
import { FaultPlan, type FaultRates } from '../../src/exchange/practice/faults.ts';
import { PracticeWire } from '../../src/exchange/practice/faulty-client.ts';
import { Dice, mixSeed } from './dice.ts';
import { BTC, ETH_PERPETUAL, type MarketSource, SimulatedMarket } from './market.ts';
import { MemoryDisk } from './memory-disk.ts';
import type { VenueKind } from './venue-client.ts';
import { VenueExchange } from './venue-exchange.ts';

export const ACCOUNT = 'sim';
export const MARKETS = [BTC, ETH_PERPETUAL] as const;
/** 2026-03-02 00:00 UTC. */
export const START: EpochMs = Date.UTC(2026, 2, 2);
export const CASH = decimal('100000');
export const LEVERAGE = 5;

export interface WorldOptions {
  readonly seed: number;
  /** An empty directory of its own, for recovery to read from. */
  readonly dir: string;
  readonly rates: FaultRates;
  readonly rules?: Partial<PracticeRules>;
  /** The exchange's own character; left out: it can everything. */
  readonly venue?: VenueKind | null;
  /** The seeded walk where it is left out. */
  readonly market?: MarketSource;
}

export class World {
  readonly seed: number;
  readonly clock: SimulatedClock = createSimulatedClock(START);
  readonly dice: Dice;
  readonly market: MarketSource;
  readonly exchange: VenueExchange;
  readonly venue: VenueKind | null;
  readonly plan: FaultPlan;
  readonly wire: PracticeWire;
  readonly disk: MemoryDisk;
  /** Runs that were started from this state directory. */
  readonly runs = new Set<RunId>();
  /** What the machine's clock shows more than the true time. */
  skewMs = 0;

  constructor(options: WorldOptions) {
    const { seed, rates, venue = null } = options;
    const abilities = venue && { abilities: abilitiesOf(venue.row) };
    const { clock } = this;
    this.seed = seed;
    this.venue = venue;
    this.dice = new Dice(mixSeed(seed, 1));
    this.market = options.market ?? new SimulatedMarket({ seed: mixSeed(seed, 2), start: START });
    this.exchange = new VenueExchange({
      accountId: ACCOUNT,
      markets: MARKETS,
      clock,
      scheduler: clock,
      balances: new Map([['USDT', CASH]]),
      model: {
        fill: 'next-open',
        slippageBps: 0,
        spreadFraction: 0,
        latencyMs: 0,
        leverage: LEVERAGE,
      },
      rules: { ...abilities, ...options.rules },
    });
    for (const { type } of venue?.row.shapes ?? []) this.exchange.types.add(type);
    this.plan = new FaultPlan({ seed: mixSeed(seed, 3), rates });
    const { exchange, plan } = this;
    this.wire = new PracticeWire({ exchange, plan, clock, scheduler: clock });
    this.disk = new MemoryDisk(options.dir);
  }
  /** Markets as a process finds them at its start. */
  get markets(): Market[] {
    const listed = new Map(this.exchange.listed().map((one) => [one.symbol, one]));
    return MARKETS.map((market) => listed.get(market.symbol) ?? market);
  }
}
