/** An exchange that answers: what a session is plugged into. */
import type { AccountRunOptions } from '../../backtest/account-run.ts';
import type { UnsafeStart } from '../../config/secrets.ts';
import type { Decimal } from '../../domain/decimal.ts';
import type { EpochMs } from '../../domain/time.ts';
import { monotonicMs } from '../../engine/clock.ts';
import { createAccountClient } from '../../exchange/ccxt/client.ts';
import type { Connection } from '../../exchange/ccxt/connection.ts';
import { fetchKeyPermissions } from '../../exchange/ccxt/permissions.ts';
import type { ExchangePlan } from '../../exchange/ccxt/plan.ts';
import { askedOf } from '../../exchange/ccxt/refused.ts';
import { LIMITS } from '../../exchange/gateway/limits.ts';
import type { Log, PushFeed } from '../../ports.ts';
import { type LiveGate, createLiveGate } from '../live-gate.ts';
import { createLivePacer } from '../live-pacer.ts';
import type { MarketSource } from '../market-source.ts';
import { type GatewayVenue, newRunId, outsideVenue } from '../outside-venue.ts';
import type { RunningSession } from '../session.ts';
import type { ExchangeView } from '../session-types.ts';
import { MarketWatch, type MarketWatchOptions } from './market-watch.ts';
import { worstOf } from './view.ts';

interface PluggedOptions {
  readonly plan: ExchangePlan;
  readonly accountId: string;
  readonly connection: Connection;
  readonly feed: PushFeed;
  /** On paper what somebody asked for instead of the exchange's own fees; else null. */
  readonly feeRate: Decimal | null;
  readonly now: () => EpochMs;
  readonly log: Log;
}

type VenueEars = Omit<Parameters<typeof outsideVenue>[0], 'client' | 'accountId'>;
type WatchEars = Pick<MarketWatchOptions, 'post' | 'say' | 'pause'>;

/** Connection and feed are its own from here on: `close` ends both. */
export class OpenedExchange {
  readonly source: MarketSource;
  /** What the engine has to know of it. */
  readonly run: Pick<AccountRunOptions, 'run' | 'candlesFrom' | 'feedTime'>;
  private readonly of: PluggedOptions;
  private trading: GatewayVenue | null = null;

  constructor(of: PluggedOptions) {
    const { connection } = of;
    this.of = of;
    this.source = sourceOf(of);
    const feedTime = (): EpochMs => connection.clock.now();
    this.run = { run: newRunId(), candlesFrom: 'feed', feedTime };
  }

  /** The account's own venue; null where orders are simulated here. */
  venue(ears: VenueEars): GatewayVenue | null {
    const { connection, plan, accountId, now, log } = this.of;
    if (connection.trading === null) return null;
    const client = createAccountClient({ connection, plan, accountId, now, log });
    this.trading = outsideVenue({ ...ears, client, accountId });
    return this.trading;
  }

  /** Looks after markets and clock of an account; null on paper. */
  watch(ears: WatchEars): MarketWatch | null {
    const { connection, accountId } = this.of;
    if (connection.trading === null) return null;
    const { receiveWindowMs } = this;
    return new MarketWatch({ connection, accountId, receiveWindowMs, monotonicMs, ...ears });
  }

  /** What stands before real orders, asking over the account's own client; null on paper. */
  gate(unsafe: UnsafeStart, session: () => RunningSession): LiveGate | null {
    const { plan, connection } = this.of;
    const { trading, row, clock } = connection;
    if (trading === null) return null;
    // Each address was compared with these when the client was made, and each dial is again.
    const hosts = plan.venue === 'testnet' ? row.hosts.testnet : row.hosts.live;
    const instance = trading;
    return createLiveGate({
      plan,
      unsafe,
      hosts: { used: hosts, allowed: hosts },
      receiveWindowMs: this.receiveWindowMs,
      permissions: () => askedOf({ instance, row }, () => fetchKeyPermissions(instance, row)),
      skewMs: async () => {
        await clock.measure();
        return clock.skewMs();
      },
      view: () => session().engineView,
      limits: () => session().limits,
      onChange: () => session().changed(),
    });
  }

  view(): ExchangeView {
    const { plan, feed, connection } = this.of;
    const feeds = feed.status();
    const gateway = this.trading?.gateway ?? null;
    return {
      id: plan.id,
      account: plan.account,
      emulator: plan.endpoint,
      isProven: connection.row.proof !== 'none',
      data: worstOf(feeds),
      feeds,
      link: gateway?.linkView() ?? null,
      skewMs: connection.clock.skewMs(),
      budget: gateway?.budgetView() ?? null,
    };
  }

  async close(): Promise<void> {
    await this.of.feed.close();
    await this.of.connection.close();
  }

  private get receiveWindowMs(): number {
    return this.of.connection.row.recvWindowMs ?? LIMITS.receiveWindowMs;
  }
}

/** The market of an exchange as a session's source. */
function sourceOf({ connection, feed, feeRate, now }: PluggedOptions): MarketSource {
  const markets = connection.markets.map((market) =>
    feeRate === null ? market : { ...market, makerFeeRate: feeRate, takerFeeRate: feeRate },
  );
  return {
    past: { history: (count) => feed.history(count), unfinished: () => [] },
    length: null,
    createPacer: (ports) => createLivePacer({ ...ports, feed, now, monotonicMs }),
    markets,
    startTime: now(),
    endTime: null,
    hasBook: true,
    hasTrades: true,
    caution: null,
  };
}
