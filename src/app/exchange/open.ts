/** Connects a session to its exchange: library, markets, history, and the account's own wire. */
import type { Decimal } from '../../domain/decimal.ts';
import { createWallClock, monotonicMs } from '../../engine/clock.ts';
import type { AccountRunOptions } from '../../backtest/account-run.ts';
import { readEnvironment } from '../../config/secrets.ts';
import { createAccountClient } from '../../exchange/ccxt/client.ts';
import { type Connection, connect } from '../../exchange/ccxt/connection.ts';
import type { Credentials, ExchangePlan } from '../../exchange/ccxt/plan.ts';
import { fetchKeyPermissions } from '../../exchange/ccxt/permissions.ts';
import { asRefusal } from '../../exchange/ccxt/refused.ts';
import type { FeedOptions } from '../../exchange/ccxt/feed-options.ts';
import { openMarketFeed } from '../../exchange/ccxt/stream.ts';
import { LIMITS } from '../../exchange/gateway/limits.ts';
import type { Log, PushFeed } from '../../ports.ts';
import { cachedMinutes } from '../data/cached.ts';
import { candleDirectory } from '../data/place.ts';
import { writeExchangeNote } from '../exchange-note.ts';
import { type LiveGate, type LiveGateOptions, createLiveGate } from '../live-gate.ts';
import { createLivePacer } from '../live-pacer.ts';
import type { MarketSource } from '../market-source.ts';
import { type GatewayVenue, newRunId, outsideVenue } from '../outside-venue.ts';
import type { RunOptions } from '../run-options.ts';
import type { Emergency } from '../emergency/emergency.ts';
import type { ExchangeView } from '../session-types.ts';
import { type ExchangeChoice, accountOf } from './choice.ts';
import { MarketWatch, type MarketWatchOptions } from './market-watch.ts';
import { worstOf } from './view.ts';

/** An exchange that answers: what a session is plugged into. */
export interface OpenedExchange {
  readonly plan: ExchangePlan;
  readonly connection: Connection;
  readonly source: MarketSource;
  /** What the engine has to know of it. */
  readonly run: Pick<AccountRunOptions, 'run' | 'candlesFrom' | 'feedTime'>;
  /** The account's own venue; null where orders are simulated here. */
  venue(ears: VenueEars): GatewayVenue | null;
  /** Looks after markets and clock of an account; null on paper. */
  watch(ears: WatchEars): MarketWatch | null;
  /** What stands before real orders; null on paper. */
  gate(of: GateSide): LiveGate | null;
  view(): ExchangeView;
  close(): Promise<void>;
}

/** The emergency thread, as far as an exchange concerns it. */
export type EmergencyPath = Pick<Emergency, 'nextNonce' | 'connected'>;

type WatchEars = Pick<MarketWatchOptions, 'post' | 'say' | 'pause'>;

type VenueEars = Omit<Parameters<typeof outsideVenue>[0], 'client' | 'accountId'>;

/** Minutes of history at the start: charts show a day, most strategies want less. */
const HISTORY_CANDLES = 1_500;

/**
 * Everything that needs the network before a session can begin. Throws InputError: 2 for what is
 * wrong in the question, 3 for what is refused for safety, 4 where the exchange does not answer.
 */
export async function openExchange(
  options: RunOptions,
  choice: ExchangeChoice,
  of: {
    readonly directory: string;
    readonly log: Log;
    readonly emergency: EmergencyPath | null;
  },
): Promise<OpenedExchange> {
  const { onProgress = () => undefined } = choice;
  const { log, directory, emergency } = of;
  const wall = createWallClock();
  const now = (): number => wall.now();
  const { plan, credentials } = await placed(options, choice, directory);
  onProgress({ step: 'connect', done: 0, total: 1 });
  const nonce = emergency === null ? {} : { nonce: emergency.nextNonce };
  const connection = await connect({ plan, credentials, now, log, ...nonce });
  const { data, trading, row } = connection;
  try {
    // A key that is refused is said before anything begins, not by the first order.
    if (trading !== null) await asked(() => trading.fetchBalance(), { instance: trading, row });
    const feed = await openMarketFeed({
      connection,
      plan: { ...plan, symbols: connection.markets.map(({ symbol }) => symbol) },
      now,
      log,
      historyCandles: HISTORY_CANDLES,
      ...cacheOf(plan),
      onProgress: (done, total) => onProgress({ step: 'history', done, total }),
    });
    const accountId = accountOf(options);
    const reached = {
      plan: { ...plan, symbols: connection.markets.map(({ symbol }) => symbol) },
      accountId,
      markets: connection.markets.map(({ symbol }) => data.markets?.[symbol]),
    };
    const { keyName } = choice;
    writeExchangeNote(directory, { plan: reached.plan, keyName, markets: reached.markets });
    if (trading !== null && credentials !== null) emergency?.connected(reached, credentials);
    let venue: GatewayVenue | null = null;
    return {
      plan,
      connection,
      source: sourceOf(connection, feed, trading === null ? options.simulation.feeRate : null),
      run: {
        run: newRunId(),
        candlesFrom: 'feed',
        feedTime: () => connection.clock.now(),
      },
      venue(ears) {
        if (connection.trading === null) return null;
        const client = createAccountClient({ connection, plan, accountId, now, log });
        venue = outsideVenue({ ...ears, client, accountId });
        return venue;
      },
      watch: (ears) =>
        trading === null
          ? null
          : new MarketWatch({
              connection,
              accountId,
              receiveWindowMs: row.recvWindowMs ?? LIMITS.receiveWindowMs,
              monotonicMs,
              ...ears,
            }),
      gate: (side) => gateOf(connection, plan, side),
      view: () => viewOf({ plan, connection, feed, venue }),
      async close() {
        await feed.close();
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw asRefusal(error, { instance: data, row });
  }
}

/** Minutes that `data download` has kept; a test system and an emulator are other markets. */
function cacheOf({ id, venue, endpoint }: ExchangePlan): Pick<FeedOptions, 'cached'> {
  if (venue === 'testnet' || endpoint !== null) return {};
  return { cached: cachedMinutes(candleDirectory(readEnvironment()), id) };
}

/** Asks with a client; what it throws is told in its own words. */
async function asked<T>(ask: () => Promise<T>, of: Parameters<typeof asRefusal>[1]): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw asRefusal(error, of);
  }
}

/** The plan with its address, and what signs: the session's own emulator brings both. */
async function placed(
  options: RunOptions,
  choice: ExchangeChoice,
  directory: string,
): Promise<{ readonly plan: ExchangePlan; readonly credentials: Credentials | null }> {
  const { plan, ownEmulator, credentials = null, onProgress } = choice;
  const isTrading = plan.venue !== 'data';
  if (!ownEmulator) return { plan, credentials: isTrading ? credentials : null };
  onProgress?.({ step: 'emulator', done: 0, total: 1 });
  const { findOrStartEmulator } = await import('../emulator/launch.ts');
  const found = await findOrStartEmulator({ exchange: plan.id, directory, seed: options.seed });
  return {
    plan: { ...plan, endpoint: found.endpoint },
    credentials: isTrading ? (credentials ?? found.credentials) : null,
  };
}

/** What the gate needs of the session. */
type GateSide = Pick<LiveGateOptions, 'unsafe' | 'view' | 'limits' | 'onChange'>;

/** The gate of an account, which asks the exchange over the account's own client. */
function gateOf(
  { trading, row, clock }: Connection,
  plan: ExchangePlan,
  side: GateSide,
): LiveGate | null {
  if (trading === null) return null;
  // Each address was compared with these when the client was made, and each dial is again.
  const hosts = plan.venue === 'testnet' ? row.hosts.testnet : row.hosts.live;
  return createLiveGate({
    plan,
    hosts: { used: hosts, allowed: hosts },
    receiveWindowMs: row.recvWindowMs ?? LIMITS.receiveWindowMs,
    permissions: () => asked(() => fetchKeyPermissions(trading, row), { instance: trading, row }),
    skewMs: async () => {
      await clock.measure();
      return clock.skewMs();
    },
    ...side,
  });
}

function viewOf(of: {
  readonly plan: ExchangePlan;
  readonly connection: Connection;
  readonly feed: PushFeed;
  readonly venue: GatewayVenue | null;
}): ExchangeView {
  const { plan, connection, venue } = of;
  const feeds = of.feed.status();
  const gateway = venue?.gateway ?? null;
  return {
    id: plan.id,
    account: plan.account,
    emulator: plan.endpoint,
    data: worstOf(feeds),
    feeds,
    link: gateway?.linkView() ?? null,
    skewMs: connection.clock.skewMs(),
    budget: gateway?.budgetView() ?? null,
  };
}

/** The market of an exchange as a session's source; a fee rate that was asked for counts on paper. */
function sourceOf(connection: Connection, feed: PushFeed, feeRate: Decimal | null): MarketSource {
  const wall = createWallClock();
  const markets = connection.markets.map((market) =>
    feeRate === null ? market : { ...market, makerFeeRate: feeRate, takerFeeRate: feeRate },
  );
  return {
    past: { history: (count) => feed.history(count), unfinished: () => [] },
    length: null,
    createPacer: (ports) => createLivePacer({ ...ports, feed, now: () => wall.now(), monotonicMs }),
    markets,
    startTime: wall.now(),
    endTime: null,
    hasBook: true,
    hasTrades: true,
    caution: null,
  };
}
