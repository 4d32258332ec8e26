import { InputError } from '../../domain/errors.ts';
import { isTimeframe, TIMEFRAMES } from '../../domain/time.ts';
import { EXCHANGES } from './catalog.ts';
import { not, OFFERED, PLAIN_ROW } from './catalog/parts.ts';
import { loadExchangeClass } from './load.ts';
import type { ExchangeRow } from './row.ts';

/** What the library says that an exchange grants; any of it may be missing. */
interface Features {
  readonly spot?: { readonly fetchOHLCV?: { readonly limit?: unknown } };
}

/** A page of candles that every exchange gives. */
const FEW_CANDLES = 100;
const TIMEFRAME_NAMES = Object.keys(TIMEFRAMES).filter(isTimeframe);

/**
 * The row of an exchange that we know nothing of: public market data, said to be unproven. It may
 * reach the hosts that the library names. Throws InputError where the library has no such exchange.
 */
export async function unprovenRow(id: string): Promise<ExchangeRow> {
  const loaded = await loadExchangeClass(id);
  if (loaded === null) {
    const ours = EXCHANGES.map((row) => row.id).join(', ');
    throw new InputError(`--exchange ${id}: no exchange of this name is known; such as ${ours}`);
  }
  const client = new loaded.Exchange({}) as unknown as {
    readonly name: string;
    readonly hostname: string | undefined;
    readonly urls: { readonly api: unknown };
    readonly has: Readonly<Record<string, unknown>>;
    readonly timeframes: Readonly<Record<string, unknown>> | undefined;
    readonly features: Features | undefined;
  };
  const { has, timeframes = {}, features } = client;
  const perCall = features?.spot?.fetchOHLCV?.limit;
  const why = 'this exchange is unproven: only its market data can be used';
  return {
    ...PLAIN_ROW,
    id,
    title: client.name,
    modes: { paper: OFFERED, testnet: not(why), live: not(why) },
    hosts: { live: hostsOf(client.urls.api, client.hostname ?? ''), testnet: [] },
    urls: [],
    serverTime: has['fetchTime'] === true ? 'fetchTime' : 'dateHeader',
    missingTimeframes: TIMEFRAME_NAMES.filter((name) => !Object.hasOwn(timeframes, name)),
    candlesPerCall: typeof perCall === 'number' ? perCall : FEW_CANDLES,
  };
}

function hostsOf(urls: unknown, hostname: string): readonly string[] {
  if (typeof urls === 'string') {
    const address = urls.replace('{hostname}', hostname);
    return URL.canParse(address) ? [new URL(address).hostname] : [];
  }
  if (typeof urls !== 'object' || urls === null) return [];
  return [...new Set(Object.values(urls).flatMap((one) => hostsOf(one, hostname)))];
}
