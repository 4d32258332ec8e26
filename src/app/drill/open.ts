/** A session against a practice exchange: the order manager's road, on a market of this process. */
import { randomInt } from 'node:crypto';

import type { OutsideVenue } from '../../backtest/account-run.ts';
import { SeededRng } from '../../domain/rng.ts';
import { createRunId } from '../../domain/ids.ts';
import { SECOND_MS } from '../../domain/time.ts';
import { createWallClock, monotonicMs } from '../../engine/clock.ts';
import type { MoneyState } from '../../execution/money.ts';
import { type Gateway, createGateway } from '../../exchange/gateway/gateway.ts';
import type { PracticeClient } from '../../exchange/practice/socket-client.ts';
import type { Log, Venue } from '../../ports.ts';
import { type Redact, redactWords } from '../../store/redact.ts';
import type { MarketSource } from '../market-source.ts';
import type { RunOptions } from '../run-options.ts';
import { SIMULATED_ACCOUNT, toSimModel } from '../simulation.ts';
import { exchangeSocket, findExchange, startExchange } from './launch.ts';

/** The exchange that still runs, or a new one with the money (not the orders) of our books. */
export async function openExchange(
  options: RunOptions,
  drill: string,
  of: {
    readonly directory: string;
    readonly money: MoneyState;
    readonly source: MarketSource;
  },
): Promise<PracticeClient> {
  const { directory, money, source } = of;
  const found = await findExchange(directory);
  if (found !== null) return found;
  const currency = source.markets[0]?.settle ?? '';
  const balances =
    money.balances.size === 0
      ? [{ asset: currency, total: options.simulation.cash }]
      : Array.from(money.balances, ([asset, { total }]) => ({ asset, total }));
  return startExchange({
    socket: exchangeSocket(directory),
    drill,
    seed: options.seed,
    accountId: SIMULATED_ACCOUNT,
    markets: source.markets,
    balances,
    positions: Array.from(money.positions.values()),
    model: toSimModel(options.simulation),
    startTime: Math.max(source.startTime, money.cursor.time),
  });
}

export interface DrillVenue extends OutsideVenue {
  /** Sends and posts nothing more; the exchange lives on. */
  stop(): Promise<void>;
}

/** The venue of a drill, to be given to the run. */
export function drillVenue(
  client: PracticeClient,
  of: {
    readonly seed: number;
    readonly log: Log;
    readonly redact: Redact;
    readonly alarm: (text: string) => void;
  },
): DrillVenue {
  const wall = createWallClock();
  let gateway: Gateway | null = null;
  return {
    start: () => gateway?.start(),
    stop: () =>
      new Promise((resolve) => {
        if (gateway === null) resolve();
        else gateway.stop(resolve);
      }),
    run: createRunId(wall.now(), () => randomInt(36 ** 3) / 36 ** 3),
    connect: ({ state, clock, post, isGateClosed }) => {
      const { deadMan, deadManSeconds } = state.settings.limits;
      gateway = createGateway({
        client,
        // What the venue says is journaled, shown and exported: without secrets, and bounded.
        post: (event) => post(redactWords(of.redact, event)),
        isGateClosed,
        books: () => state.money,
        knowsRun: (run) => state.money.runs.has(run),
        accountId: SIMULATED_ACCOUNT,
        transport: {
          now: monotonicMs,
          after(ms, fire) {
            const timer = setTimeout(fire, ms);
            return () => clearTimeout(timer);
          },
        },
        clock,
        rng: new SeededRng(of.seed),
        log: of.log,
        alarm: of.alarm,
        deadManMs: deadMan ? deadManSeconds * SECOND_MS : null,
      });
      return withMarket(gateway, client);
    },
  };
}

/** The exchange lives in the market that this process shows: it hears of every event. */
function withMarket(venue: Venue, client: PracticeClient): Venue {
  return Object.assign(venue, {
    onMarket: (event: Parameters<PracticeClient['showMarket']>[0]) => client.showMarket(event),
  });
}
