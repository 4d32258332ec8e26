import type { Clock, Scheduler } from '../../ports.ts';
import { type AccountPlan, USUAL_ACCOUNTS, openAccount } from './accounts.ts';
import type { DialectName, EmulatorAccount, EmulatorCore } from './dialect.ts';
import type { Listing } from './listing.ts';
import { LiveMarket } from './market.ts';

export interface CoreOptions {
  readonly dialect: DialectName;
  readonly seed: number;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly accounts?: readonly AccountPlan[] | undefined;
  /** Left out: those of every emulator. */
  readonly listings?: readonly Listing[] | undefined;
}

/** Market and accounts of the local exchange; `skewMs` is how far its time is off. */
export class LiveCore implements EmulatorCore {
  readonly seed: number;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly market: LiveMarket;
  readonly accounts: readonly EmulatorAccount[];
  skewMs = 0;
  private readonly byKey: ReadonlyMap<string, EmulatorAccount>;

  constructor(options: CoreOptions) {
    const { dialect, seed, scheduler, clock } = options;
    this.seed = seed;
    this.scheduler = scheduler;
    this.clock = { now: () => clock.now() + this.skewMs };
    this.market = new LiveMarket({ seed, clock, scheduler, listings: options.listings });
    const markets = this.market.allMarkets;
    this.accounts = (options.accounts ?? USUAL_ACCOUNTS).map((plan, place) =>
      openAccount(plan, { dialect, seed, place, markets, clock: this.clock, scheduler }),
    );
    this.byKey = new Map(this.accounts.map((account) => [account.key, account]));
    for (const account of this.accounts) this.showMarket(account);
    // First of all listeners: what a price does to orders is known before the price is told.
    this.market.listen((event) => {
      for (const { exchange } of this.accounts) exchange.onMarket(event);
    });
  }

  account(key: string): EmulatorAccount | undefined {
    return this.byKey.get(key);
  }

  close(): void {
    this.market.close();
  }

  /** What an account would have seen, had it been there before. */
  private showMarket({ exchange }: EmulatorAccount): void {
    for (const { symbol } of this.market.markets) {
      const time = this.clock.now();
      const { bids, asks } = this.market.book(symbol);
      if (bids.length === 0) continue;
      exchange.onMarket({ kind: 'book', symbol, time, levels: { bids, asks } });
      exchange.onMarket({ kind: 'trades', symbol, time, trades: this.market.trades(symbol, 1) });
    }
  }
}
