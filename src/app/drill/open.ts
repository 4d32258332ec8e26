/** A session against a practice exchange: the order manager's road, on a market of this process. */
import type { MoneyState } from '../../execution/money.ts';
import type { PracticeClient } from '../../exchange/practice/socket-client.ts';
import type { Venue } from '../../ports.ts';
import type { MarketSource } from '../market-source.ts';
import { type GatewayVenue, outsideVenue } from '../outside-venue.ts';
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

/** The venue of a drill, to be given to the run. */
export function drillVenue(
  client: PracticeClient,
  of: Omit<Parameters<typeof outsideVenue>[0], 'client' | 'accountId'>,
): GatewayVenue {
  const venue = outsideVenue({ ...of, client, accountId: SIMULATED_ACCOUNT });
  return { ...venue, connect: (to) => withMarket(venue.connect(to), client) };
}

/** The exchange lives in the market that this process shows: it hears of every event. */
function withMarket(venue: Venue, client: PracticeClient): Venue {
  return Object.assign(venue, {
    onMarket: (event: Parameters<PracticeClient['showMarket']>[0]) => client.showMarket(event),
  });
}
