/** Everything that one account of one exchange needs, opened together and closed together. */
import { InputError } from '../../domain/errors.ts';
import type { Market } from '../../domain/market.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Log } from '../../ports.ts';
import { findExchange } from './catalog.ts';
import { ALL_POLLED } from './catalog/parts.ts';
import { createServerClock, type ServerClock } from './clock.ts';
import { type FeeRates, fetchAccountFees, withFees } from './fees.ts';
import { createInstance, type Instance } from './instance.ts';
import { loadMarkets, reloadMarkets } from './markets.ts';
import type { Credentials, ExchangePlan } from './plan.ts';
import { asRefusal } from './refused.ts';
import type { ExchangeRow } from './row.ts';
import { unprovenRow } from './unproven.ts';

export interface Connection {
  readonly row: ExchangeRow;
  readonly plan: ExchangePlan;
  /** The plan's markets, in its order, as they were loaded last. */
  readonly markets: readonly Market[];
  /** Public data: no keys, its own request limit. */
  readonly data: Instance;
  /** The account; null without keys. */
  readonly trading: Instance | null;
  readonly clock: ServerClock;
  /**
   * Loads the markets again and gives those that are traded now. One that is not stays among
   * `markets`: its orders have to be canceled and told apart. Throws what the library throws where
   * the exchange does not answer.
   */
  refreshMarkets(): Promise<readonly Market[]>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly plan: ExchangePlan;
  /** Null: market data alone. */
  readonly credentials: Credentials | null;
  /** Next number of a key, where requests must carry rising ones and others use the key too. */
  readonly nonce?: () => number;
  readonly now: () => EpochMs;
  readonly log: Log;
}

/**
 * Opens clients of the plan's exchange and loads its markets. Throws InputError for what the plan
 * gets wrong (mode, symbol, endpoint) with exit 2 or 3, where the exchange does not answer with 4.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { plan, credentials, now, log } = options;
  const row = asReached(findExchange(plan.id) ?? (await unprovenRow(plan.id)), plan);
  checkMode(plan, row);
  let clock: ServerClock | null = null;
  const shared = { plan, row, onClockRefused: () => void clock?.measure() };
  const data = await createInstance({ ...shared, credentials: null, purpose: 'data' });
  let trading: Instance | null = null;
  const close = async (): Promise<void> => {
    clock?.close();
    await Promise.all([data.close(), trading?.close()]);
  };
  try {
    if (credentials !== null && plan.venue !== 'data') {
      const nonce = options.nonce ? { nonce: options.nonce } : {};
      trading = await createInstance({ ...shared, ...nonce, credentials, purpose: 'trading' });
    }
    const book = await openMarkets(data, trading, { plan, row, log });
    const symbol = book.markets[0]?.symbol ?? null;
    const signers = trading === null ? [] : [trading];
    clock = createServerClock({ row, data, signers, symbol, now, log });
    await clock.measure();
    await book.askFees();
    return {
      row,
      plan,
      data,
      trading,
      clock,
      close,
      get markets() {
        return book.markets;
      },
      refreshMarkets: () => book.refresh(),
    };
  } catch (error) {
    await close();
    throw asRefusal(error, { instance: data, row });
  }
}

interface MarketBook {
  readonly markets: readonly Market[];
  refresh(): Promise<readonly Market[]>;
  /** What the account pays; asked once, when the clock is known that requests are signed with. */
  askFees(): Promise<void>;
}

/** The plan's markets, the same for both clients. */
async function openMarkets(
  data: Instance,
  trading: Instance | null,
  of: { readonly plan: ExchangePlan; readonly row: ExchangeRow; readonly log: Log },
): Promise<MarketBook> {
  const { plan, row, log } = of;
  let fees: ReadonlyMap<string, FeeRates> = new Map();
  let markets = await loadMarkets(data, plan, row);
  trading?.setMarkets(data.markets, data.currencies);
  return {
    get markets() {
      return markets;
    },
    async refresh() {
      const traded = withFees(await reloadMarkets(data, plan, row), fees);
      // Orders of a symbol that is gone can still be canceled.
      trading?.setMarkets({ ...trading.markets, ...data.markets }, data.currencies);
      const now = new Map(traded.map((market) => [market.symbol, market]));
      markets = markets.map((market) => now.get(market.symbol) ?? market);
      return markets.filter(({ symbol }) => now.has(symbol));
    },
    async askFees() {
      if (trading === null) return;
      const symbols = markets.map(({ symbol }) => symbol);
      fees = await fetchAccountFees({ trading, row, symbols, log });
      markets = withFees(markets, fees);
    },
  };
}

/** The row as it holds where the plan goes: a test system may have no streams. */
function asReached(row: ExchangeRow, { venue, endpoint }: ExchangePlan): ExchangeRow {
  const isStreamless = venue === 'testnet' && endpoint === null && !row.testStreams;
  return isStreamless ? { ...row, sources: ALL_POLLED } : row;
}

/** Refuses what the row does not offer. Throws InputError with the reason. */
function checkMode(plan: ExchangePlan, row: ExchangeRow): void {
  const mode = plan.venue === 'data' ? 'paper' : plan.venue;
  const offer = row.modes[mode];
  if (offer.offered || (plan.endpoint !== null && plan.venue !== 'data')) return;
  throw new InputError(`--exchange ${row.id}: ${mode} is not offered: ${offer.why}`);
}
