/** Binance spot as the local exchange speaks it (EXCHANGE 3.1 to 3.5). */
import type {
  CreateDialect,
  EmulatorAccount,
  EmulatorCore,
  ForcedRefusal,
  HttpReply,
  HttpRequest,
} from '../dialect.ts';
import { accountRoutes } from './account-routes.ts';
import { ApiError, badKey, bannedUntil, tooMuchWeight } from './api-error.ts';
import { listRoutes } from './list-routes.ts';
import { marketRoutes } from './market-routes.ts';
import { MarketStreams } from './market-streams.ts';
import { OrderLists } from './order-lists.ts';
import { orderRoutes } from './order-routes.ts';
import { type Route, weightOf } from './route.ts';
import { authorizeRequest, paramsOf } from './signature.ts';
import { SpotAccount } from './spot-account.ts';
import { WEIGHT_PER_MINUTE, WeightMeter } from './weights.ts';
import { type ApiParts, WsApi } from './ws-api.ts';

const WS_API = '/ws-api/v3';
const STREAMS = /^\/(?:stream(?:\/ws)?|ws)(?:\/|$)/;
const OWN_PATHS = /^\/(?:api|sapi)\//;

/** The dialect over a core: REST below `/api/v3` and `/sapi/v1`, streams, the WebSocket API. */
export const createBinanceDialect: CreateDialect = (core) => {
  const meter = new WeightMeter(core.clock);
  const desks = new Map(core.accounts.map((account) => [account.id, openDesk(core, account)]));
  const deskOf = (account: EmulatorAccount): Desk => {
    const known = desks.get(account.id) ?? openDesk(core, account);
    desks.set(account.id, known);
    return known;
  };
  const spotAccount = (of: EmulatorAccount): SpotAccount => deskOf(of).account;
  const routes = [
    ...marketRoutes(core),
    ...accountRoutes(core),
    ...orderRoutes(core),
    ...listRoutes((account) => deskOf(account.of).lists),
  ];
  const byPath = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
  const streams = new MarketStreams(core);
  const api = new WsApi({ core, routes, meter, spotAccount });
  return {
    name: 'binance',
    refuse: (refusal, seconds) => reply(meter, () => refuse(core, refusal, seconds)),
    request: (request) => {
      if (!OWN_PATHS.test(request.path)) return null;
      const route = byPath.get(`${request.method} ${request.path}`);
      return route ? reply(meter, () => run({ core, meter, spotAccount }, route, request)) : null;
    },
    connect: (socket) => {
      if (socket.path.startsWith(WS_API)) api.connect(socket);
      else if (STREAMS.test(socket.path)) streams.connect(socket);
      else return false;
      return true;
    },
    pushUserEvent: (account, event) => api.push(spotAccount(account), event),
  };
};

interface Desk {
  readonly account: SpotAccount;
  readonly lists: OrderLists;
}

function openDesk(core: EmulatorCore, of: EmulatorAccount): Desk {
  const account = new SpotAccount(of, core.clock);
  return { account, lists: new OrderLists(core, account) };
}

type Parts = Omit<ApiParts, 'routes'>;

function run(parts: Parts, route: Route, request: HttpRequest): unknown {
  const { core, meter } = parts;
  const params = paramsOf(request);
  meter.spend(weightOf(route, params));
  if (route.kind === 'public') return route.run(params);
  const account = authorizeRequest(core, request);
  if (route.kind === 'trade' && !account.permissions.trade) throw badKey();
  return route.run(params, parts.spotAccount(account));
}

/** What an answer becomes on the wire: the one place where a refusal turns into a reply. */
function reply(meter: WeightMeter, answer: () => unknown): HttpReply {
  const weight = (): Record<string, string> => ({
    'content-type': 'application/json;charset=UTF-8',
    'x-mbx-used-weight-1m': String(meter.used),
  });
  try {
    const body = answer();
    return { status: 200, headers: weight(), body };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { status, retryAfter } = error;
    const wait = retryAfter === null ? {} : { 'retry-after': String(retryAfter) };
    return { status, headers: { ...weight(), ...wait }, body: error };
  }
}

function refuse(core: EmulatorCore, refusal: ForcedRefusal, seconds: number): never {
  switch (refusal) {
    case 'rateLimited':
      throw tooMuchWeight(WEIGHT_PER_MINUTE, seconds);
    case 'banned':
      throw bannedUntil(core.clock.now() + seconds * 1_000, seconds);
    case 'maintenance':
      throw new ApiError(0, 'System is under maintenance.', { status: 503 });
    default:
      throw new ApiError(
        -1007,
        'Timeout waiting for response from backend server. ' +
          'Send status unknown; execution status unknown.',
        { status: 408 },
      );
  }
}
