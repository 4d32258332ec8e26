import { InputError } from '../../domain/errors.ts';
import type { Endpoint } from './endpoint.ts';
import { isAllowed } from './guard.ts';
import type { ExchangeRow } from './row.ts';

interface WithUrls {
  readonly urls: { readonly api: Readonly<Record<string, unknown>> };
  readonly hostname: string | undefined;
}

/**
 * Every address that the client will use is one of those the row allows: a test system is never
 * trusted to be one, and no address may be missing. Throws InputError, naming the first.
 */
export function checkUrls(
  client: WithUrls,
  of: { row: ExchangeRow; endpoint: Endpoint | null; isTest: boolean },
): void {
  const { row, endpoint, isTest } = of;
  const hosts = isTest ? row.hosts.testnet : row.hosts.live;
  const reach =
    endpoint === null
      ? ({ kind: 'hosts', hosts } as const)
      : ({ kind: 'local', host: endpoint.host } as const);
  for (const key of isTest ? row.testUrls : row.urls) {
    const address = resolveUrl(client, key);
    if (address !== null && isAllowed(reach, address)) continue;
    const found = address === null ? 'is missing' : `is ${address}`;
    throw new InputError(`exchange ${row.id}: address ${key} ${found}: not one that is allowed`);
  }
}

/** `ws.spot` of `urls.api` with the host name put in; null where there is none. */
function resolveUrl({ urls, hostname }: WithUrls, key: string): string | null {
  let found: unknown = urls.api;
  for (const part of key.split('.')) {
    if (typeof found !== 'object' || found === null) return null;
    found = (found as Readonly<Record<string, unknown>>)[part];
  }
  return typeof found === 'string' ? found.replace('{hostname}', hostname ?? '') : null;
}
