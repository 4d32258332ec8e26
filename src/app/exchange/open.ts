/** Connects a session to its exchange: library, markets, history, and the account's own wire. */
import { readEnvironment } from '../../config/secrets.ts';
import { createWallClock } from '../../engine/clock.ts';
import { type Connection, connect } from '../../exchange/ccxt/connection.ts';
import type { FeedOptions } from '../../exchange/ccxt/feed-options.ts';
import type { Credentials, ExchangePlan } from '../../exchange/ccxt/plan.ts';
import { asRefusal, askedOf } from '../../exchange/ccxt/refused.ts';
import { openMarketFeed } from '../../exchange/ccxt/stream.ts';
import type { Log } from '../../ports.ts';
import { cachedMinutes } from '../data/cached.ts';
import { candleDirectory } from '../data/place.ts';
import type { Emergency } from '../emergency/emergency.ts';
import { writeExchangeNote } from '../exchange-note.ts';
import type { RunOptions } from '../run-options.ts';
import { type ExchangeChoice, accountOf } from './choice.ts';
import { OpenedExchange } from './plugged.ts';

/** The emergency thread, as far as an exchange concerns it. */
export type EmergencyPath = Pick<Emergency, 'nextNonce' | 'connected'>;

/** Where a session opens its exchange. */
interface OpenAt {
  readonly directory: string;
  readonly log: Log;
  readonly emergency: EmergencyPath | null;
}

/** Minutes of history at the start: charts show a day, most strategies want less. */
const HISTORY_CANDLES = 1_500;

/**
 * Everything that needs the network before a session can begin. Throws InputError: 2 for what is
 * wrong in the question, 3 for what is refused for safety, 4 where the exchange does not answer.
 */
export async function openExchange(
  options: RunOptions,
  choice: ExchangeChoice,
  at: OpenAt,
): Promise<OpenedExchange> {
  const { onProgress = () => undefined } = choice;
  const { log, emergency } = at;
  const wall = createWallClock();
  const now = (): number => wall.now();
  const { plan, credentials } = await placed(options, choice, at.directory);
  onProgress({ step: 'connect', done: 0, total: 1 });
  const nonce = emergency === null ? {} : { nonce: emergency.nextNonce };
  const connection = await connect({ plan, credentials, now, log, ...nonce });
  const { data, trading, row } = connection;
  try {
    // A key that is refused is said before anything begins, not by the first order.
    if (trading !== null) await askedOf({ instance: trading, row }, () => trading.fetchBalance());
    const known = { ...plan, symbols: connection.markets.map(({ symbol }) => symbol) };
    const feed = await openMarketFeed({
      connection,
      plan: known,
      now,
      log,
      historyCandles: HISTORY_CANDLES,
      ...cacheOf(plan),
      onProgress: (done, total) => onProgress({ step: 'history', done, total }),
    });
    const accountId = accountOf(options);
    makeKnown(connection, { plan: known, accountId, keyName: choice.keyName, credentials, at });
    const feeRate = trading === null ? options.simulation.feeRate : null;
    return new OpenedExchange({ plan, accountId, connection, feed, feeRate, now, log });
  } catch (error) {
    await connection.close();
    throw asRefusal(error, { instance: data, row });
  }
}

/** The emergency thread, and a panic without a console, can reach the account from here on. */
function makeKnown(
  { data, trading }: Connection,
  of: {
    readonly plan: ExchangePlan;
    readonly accountId: string;
    readonly keyName: string | null;
    readonly credentials: Credentials | null;
    readonly at: OpenAt;
  },
): void {
  const { plan, accountId, keyName, credentials, at } = of;
  const markets = plan.symbols.map((symbol) => data.markets?.[symbol]);
  writeExchangeNote(at.directory, { plan, keyName, markets });
  if (trading === null || credentials === null) return;
  at.emergency?.connected({ plan, accountId, markets }, credentials);
}

/** Minutes that `data download` has kept; a test system and an emulator are other markets. */
function cacheOf({ id, venue, endpoint }: ExchangePlan): Pick<FeedOptions, 'cached'> {
  if (venue === 'testnet' || endpoint !== null) return {};
  return { cached: cachedMinutes(candleDirectory(readEnvironment()), id) };
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
