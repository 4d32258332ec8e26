/** One request of the exchange's API: over HTTP by method and path, over WebSocket by name. */
import type { Params } from './params.ts';
import type { SpotAccount } from './spot-account.ts';

interface Common {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Its name in the WebSocket API; null where there is none. */
  readonly ws: string | null;
  readonly weight: number | ((params: Params) => number);
}

/** `run` answers with the JSON of the reply and throws ApiError to refuse. */
export type Route =
  | (Common & { readonly kind: 'public'; run(params: Params): unknown })
  /** Signed; `trade` needs a key that may trade, too. */
  | (Common & { readonly kind: 'user' | 'trade'; run(params: Params, of: SpotAccount): unknown });

export const weightOf = (route: Route, params: Params): number =>
  typeof route.weight === 'number' ? route.weight : route.weight(params);

/** Path, name in the WebSocket API (null: none), weight. */
type Names = readonly [path: string, ws: string | null, weight: Route['weight']];
type Answer = Extract<Route, { readonly kind: 'user' | 'trade' }>['run'];

/** A question that needs no key. */
export function publicGet(names: Names, run: (params: Params) => unknown): Route {
  const [path, ws, weight] = names;
  return { kind: 'public', method: 'GET', path, ws, weight, run };
}

/** A signed question. */
export function userGet(names: Names, run: Answer): Route {
  const [path, ws, weight] = names;
  return { kind: 'user', method: 'GET', path, ws, weight, run };
}

/** A signed request by a key that may trade. */
export function trade(method: 'POST' | 'DELETE', names: Names, run: Answer): Route {
  const [path, ws, weight] = names;
  return { kind: 'trade', method, path, ws, weight, run };
}
