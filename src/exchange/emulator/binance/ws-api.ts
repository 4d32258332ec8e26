/** The WebSocket API: requests as over HTTP, and the account's own events (EXCHANGE 3.3). */
import { z } from 'zod';

import type { DialectSocket, EmulatorAccount, EmulatorCore } from '../dialect.ts';
import { ApiError, badCombination, badKey } from './api-error.ts';
import { weightLimit } from './market-routes.ts';
import { parseJson } from './market-streams.ts';
import { Params } from './params.ts';
import { type Route, weightOf } from './route.ts';
import { authorizeMessage } from './signature.ts';
import type { SpotAccount } from './spot-account.ts';
import type { WeightMeter } from './weights.ts';

const Value = z.union([z.string(), z.number(), z.boolean()]);
const Request = z.object({
  id: z.union([z.string(), z.number(), z.null()]),
  method: z.string(),
  params: z.record(z.string(), Value).default({}),
});

const SUBSCRIBE_WEIGHT = 2;

/** What the WebSocket API works with. */
export interface ApiParts {
  readonly core: EmulatorCore;
  readonly routes: readonly Route[];
  readonly meter: WeightMeter;
  spotAccount(of: EmulatorAccount): SpotAccount;
}

/** Connections to the WebSocket API, with their subscriptions to accounts. */
export class WsApi {
  private readonly parts: ApiParts;
  private readonly byName: ReadonlyMap<string, Route>;
  private readonly sessions = new Set<Subscriptions>();

  constructor(parts: ApiParts) {
    this.parts = parts;
    const named = parts.routes.filter(({ ws }) => ws !== null);
    this.byName = new Map(named.map((route) => [route.ws ?? '', route]));
  }

  /** Serves a connection until it closes. */
  connect(socket: DialectSocket): void {
    const session = new Subscriptions(socket);
    this.sessions.add(session);
    socket.onMessage((text) => this.answer(text, socket, session));
    socket.onClose(() => {
      session.end(() => true);
      this.sessions.delete(session);
    });
  }

  /** Sends an event as it is; one that terminates the stream ends every subscription to it. */
  push(account: SpotAccount, event: unknown): void {
    account.emit(event);
    const name = z.object({ e: z.string() }).safeParse(event);
    if (name.data?.e !== 'eventStreamTerminated') return;
    for (const session of this.sessions) session.end((of) => of.account === account);
  }

  private answer(text: string, socket: DialectSocket, session: Subscriptions): void {
    const asked = Request.safeParse(parseJson(text));
    const id = asked.data?.id ?? null;
    const params = new Params(
      new Map(Object.entries(asked.data?.params ?? {}).map(([name, of]) => [name, String(of)])),
    );
    const tellsLimits = params.text('returnRateLimits') !== 'false';
    const limits = (): unknown =>
      tellsLimits ? { rateLimits: [{ ...weightLimit, count: this.parts.meter.used }] } : {};
    try {
      if (!asked.success) throw new ApiError(-1100, 'Malformed request.');
      const result = this.run(asked.data.method, params, session);
      socket.send({ id, status: 200, result, ...(limits() as object) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      socket.send({ id, status: error.status, error, ...(limits() as object) });
    }
  }

  private run(method: string, params: Params, session: Subscriptions): unknown {
    const { meter } = this.parts;
    switch (method) {
      case 'userDataStream.subscribe.signature':
        meter.spend(SUBSCRIBE_WEIGHT);
        return { subscriptionId: session.start(this.account(params)) };
      case 'userDataStream.unsubscribe':
        meter.spend(SUBSCRIBE_WEIGHT);
        session.end(idFilter(params.whole('subscriptionId')));
        return {};
      default:
        break;
    }
    const route = this.byName.get(method);
    meter.spend(route ? weightOf(route, params) : 1);
    if (!route) throw badCombination();
    if (route.kind === 'public') return route.run(params);
    const account = this.account(params);
    if (route.kind === 'trade' && !account.of.permissions.trade) throw badKey();
    return route.run(params, account);
  }

  private account(params: Params): SpotAccount {
    return this.parts.spotAccount(authorizeMessage(this.parts.core, params));
  }
}

/** The accounts one connection hears of. */
class Subscriptions {
  private readonly socket: DialectSocket;
  private readonly list = new Map<number, Subscription>();
  private count = 0;

  constructor(socket: DialectSocket) {
    this.socket = socket;
  }

  start(account: SpotAccount): number {
    const id = this.count;
    this.count += 1;
    const hear = (event: unknown): void => this.socket.sendUserEvent({ subscriptionId: id, event });
    this.list.set(id, { id, account, stop: account.listen(hear) });
    return id;
  }

  /** Ends those that the filter picks. */
  end(pick: (of: Subscription) => boolean): void {
    for (const of of [...this.list.values()].filter(pick)) {
      of.stop();
      this.list.delete(of.id);
    }
  }
}

interface Subscription {
  readonly id: number;
  readonly account: SpotAccount;
  stop(): void;
}

/** One subscription by its number, every one without. */
const idFilter =
  (id: number | null) =>
  (of: Subscription): boolean =>
    id === null || of.id === id;
