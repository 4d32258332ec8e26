import { InputError } from '../../domain/errors.ts';
import { EXCHANGES } from './catalog.ts';
import { not, OFFERED, PLAIN_ROW } from './catalog/parts.ts';
import { loadExchangeClass } from './load.ts';
import type { ExchangeRow } from './row.ts';

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
  };
  const why = 'this exchange is unproven: only its market data can be used';
  return {
    ...PLAIN_ROW,
    id,
    title: client.name,
    modes: { paper: OFFERED, testnet: not(why), live: not(why) },
    hosts: { live: hostsOf(client.urls.api, client.hostname ?? ''), testnet: [] },
    urls: [],
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
