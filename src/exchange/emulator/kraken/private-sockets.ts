/** Kraken's private WebSocket: an account's executions and balances, and orders by message. */
import type { DialectSocket, EmulatorAccount, EmulatorCore } from '../dialect.ts';
import type { KrakenAccount } from './account.ts';
import { invalid, refuse } from './errors.ts';
import { BalanceFeed, balanceRows } from './balance-channel.ts';
import { executionsOf, snapshotOrder, snapshotTrade, stamp } from './execution-json.ts';
import type { Fields } from './fields.ts';
import type { KrakenNames } from './names.ts';
import { checkDeadline, readSocketOrder } from './order-request.ts';
import { cancelAllAfter, changeOf, createReader } from './orders.ts';
import { KrakenConnection, type SocketRequest } from './socket.ts';

const SNAPSHOT_TRADES = 50;

type Channel = 'executions' | 'balances';

interface Listener {
  readonly connection: KrakenConnection;
  /** Whose events, and how many messages there were, by channel. */
  readonly channels: Map<Channel, { readonly who: KrakenAccount; sequence: number }>;
}

type Method = (request: SocketRequest, who: KrakenAccount) => unknown;

/** See above. */
export class PrivateSockets {
  private readonly core: EmulatorCore;
  private readonly names: KrakenNames;
  private readonly accounts: readonly KrakenAccount[];
  private readonly listeners = new Set<Listener>();
  private readonly methods: Readonly<Record<string, Method>>;
  private count = 0;

  constructor(of: {
    readonly core: EmulatorCore;
    readonly names: KrakenNames;
    readonly accounts: readonly KrakenAccount[];
  }) {
    this.core = of.core;
    this.names = of.names;
    this.accounts = of.accounts;
    for (const who of of.accounts) this.follow(who);
    this.methods = {
      add_order: ({ params }, who) => this.addOrder(params, who),
      amend_order: ({ params }, who) => this.amendOrder(params, who),
      cancel_all: (_, who) => ({ count: who.cancelAll() }),
      cancel_all_orders_after: ({ params: fields }, who) => cancelAllAfter({ who, fields }),
    };
  }

  serve(socket: DialectSocket): void {
    this.count += 1;
    const connection = new KrakenConnection({
      socket,
      core: this.core,
      number: this.count,
      serve: (request) => this.answer(request, listener),
    });
    const listener: Listener = { connection, channels: new Map() };
    this.listeners.add(listener);
    socket.onClose(() => void this.listeners.delete(listener));
  }

  /** A message of somebody else's making, to everybody who listens to the account. */
  push(account: EmulatorAccount, message: unknown): void {
    for (const { connection, channels } of this.listeners) {
      const isHis = [...channels.values()].some(({ who }) => who.account === account);
      if (isHis) connection.sendPrivate(message);
    }
  }

  private answer(request: SocketRequest, listener: Listener): void {
    const { method } = request;
    const who = this.owner(request.params);
    const { connection } = listener;
    if (method === 'subscribe') return this.subscribe(request, who, listener);
    if (method === 'unsubscribe') {
      const channel = channelOf(request.params);
      if (!listener.channels.delete(channel)) refuse('Subscription Not Found');
      return connection.succeed(request, { channel });
    }
    if (!who.account.permissions.trade) refuse('EGeneral:Permission denied');
    if (method === 'cancel_order') return this.cancelOrders(request, who, connection);
    const act = Object.hasOwn(this.methods, method) ? this.methods[method] : undefined;
    if (!act) refuse(`Unsupported method ${method}`);
    connection.succeed(request, act(request, who));
  }

  /** Whose token it is. */
  private owner(params: Fields): KrakenAccount {
    const token = params.text('token') ?? '';
    const who = this.accounts.find((one) => one.knowsToken(token));
    return who && !who.account.revoked ? who : refuse('ESession:Invalid session');
  }

  private subscribe(
    request: SocketRequest,
    who: KrakenAccount,
    { connection, channels }: Listener,
  ): void {
    const { params } = request;
    const channel = channelOf(params);
    if (channels.has(channel)) refuse('Already subscribed');
    const wants = (name: string, usual: boolean): boolean =>
      params.has(name) ? params.isTrue(name) : usual;
    connection.succeed(request, { channel, snapshot: true });
    const state = { who, sequence: 0 };
    channels.set(channel, state);
    const send = (data: readonly unknown[]): void => {
      state.sequence += 1;
      connection.send({ channel, type: 'snapshot', data, sequence: state.sequence });
    };
    if (channel === 'balances') {
      send(balanceRows(who));
    } else {
      const orders = wants('snap_orders', true) ? who.records.open().map(snapshotOrder) : [];
      const trades = wants('snap_trades', false)
        ? who.records.trades().slice(0, SNAPSHOT_TRADES).map(snapshotTrade)
        : [];
      // Orders and trades apart: a client tells them by the first row of a message.
      if (orders.length > 0 || trades.length === 0) send(orders);
      if (trades.length > 0) send(trades);
    }
    connection.beginHeartbeats();
  }

  /** Tells everything of an account from now on. */
  private follow(who: KrakenAccount): void {
    const feed = new BalanceFeed(who);
    who.records.listen((news) => {
      for (const row of executionsOf(news, this.core.clock.now())) {
        this.tell(who, 'executions', row);
      }
      if (news.kind !== 'trade') return;
      for (const row of feed.trade(news.trade)) this.tell(who, 'balances', row);
    });
    who.account.exchange.listen({
      onOrder: () => undefined,
      onFill: () => undefined,
      onAccount: () => {
        const time = stamp(this.core.clock.now());
        for (const row of feed.transfers(time)) this.tell(who, 'balances', row);
      },
      onLink: () => undefined,
    });
  }

  private tell(who: KrakenAccount, channel: Channel, row: unknown): void {
    for (const { connection, channels } of this.listeners) {
      const state = channels.get(channel);
      if (state?.who !== who) continue;
      state.sequence += 1;
      const { sequence } = state;
      connection.sendPrivate({ channel, type: 'update', data: [row], sequence });
    }
  }

  private addOrder(params: Fields, who: KrakenAccount): unknown {
    const reader = createReader(this.core, this.names);
    checkDeadline(params, reader.now);
    const terms = readSocketOrder(params, reader);
    const order = who.add(terms, { validate: params.isTrue('validate') });
    return {
      ...(order && { order_id: order.txid }),
      ...(terms.clOrdId !== null && { cl_ord_id: terms.clOrdId }),
      ...(terms.userref !== null && { order_userref: terms.userref }),
    };
  }

  private amendOrder(params: Fields, who: KrakenAccount): unknown {
    checkDeadline(params, this.core.clock.now());
    const clOrdId = params.text('cl_ord_id');
    const txid = params.text('order_id');
    const naming = clOrdId === undefined ? { txid } : { clOrdId };
    const amend_id = who.amend(naming, (order) => changeOf(params, order, this.core));
    const order = who.named(naming)[0];
    return {
      amend_id,
      order_id: order?.txid,
      ...(clOrdId !== undefined && { cl_ord_id: clOrdId }),
    };
  }

  /** Each order has an answer of its own. */
  private cancelOrders(
    request: SocketRequest,
    who: KrakenAccount,
    connection: KrakenConnection,
  ): void {
    const { params } = request;
    const ids = [...params.list('order_id'), ...params.list('order_userref')].map(String);
    const clients = params.list('cl_ord_id').map(String);
    if (ids.length + clients.length === 0) invalid('order_id');
    for (const txid of ids) {
      connection.attempt(request, () => {
        who.cancel({ txid });
        connection.succeed(request, { order_id: txid });
      });
    }
    for (const clOrdId of clients) {
      connection.attempt(request, () => {
        who.cancel({ clOrdId });
        connection.succeed(request, { cl_ord_id: clOrdId });
      });
    }
  }
}

function channelOf(params: Fields): Channel {
  const name = params.text('channel');
  return name === 'executions' || name === 'balances' ? name : refuse('Subscription name invalid');
}
