import { InputError } from '../../domain/errors.ts';
import { isLoopbackHost } from '../../domain/loopback.ts';
import type { ExchangePlan } from './plan.ts';
import type { ExchangeRow } from './row.ts';

export interface Endpoint {
  /** `http://127.0.0.1:8777`, without a slash at the end. */
  readonly http: string;
  /** The same for sockets. */
  readonly ws: string;
  /** `127.0.0.1:8777`. */
  readonly host: string;
}

/**
 * The local exchange of a plan, or null where it means the exchange itself. Throws InputError where
 * an endpoint is not on this machine, is not plain HTTP, or cannot be used with this exchange.
 */
export function endpointOf(plan: ExchangePlan, row: ExchangeRow): Endpoint | null {
  if (plan.endpoint === null) return null;
  const place = `config/exchanges/${plan.id}.json: endpoint: ${JSON.stringify(plan.endpoint)}`;
  const url = URL.canParse(plan.endpoint) ? new URL(plan.endpoint) : null;
  const example = 'http://127.0.0.1:8777';
  if (url === null) throw new InputError(`${place} is no address; write it like ${example}`);
  if (!isLoopbackHost(url.hostname)) {
    throw new InputError(
      `${place} is not on this machine; only a local exchange (${example}) can be`,
    );
  }
  const isBare = url.pathname === '/' && url.search === '' && url.hash === '';
  if (url.protocol !== 'http:' || !isBare || url.username !== '' || url.password !== '') {
    throw new InputError(`${place} is more than an address; write it like ${example}`);
  }
  if (row.endpointUrls === null) {
    throw new InputError(`${place}: ${row.title} has no local exchange; remove the line`);
  }
  return { http: `http://${url.host}`, ws: `ws://${url.host}`, host: url.host };
}
