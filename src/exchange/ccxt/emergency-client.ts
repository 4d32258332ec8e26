/**
 * What stops trading at an exchange when nobody else does: cancels, questions and closes over a
 * client of its own, with connections that are kept warm. Nothing else is ever queued here.
 */
import { InputError } from '../../domain/errors.ts';
import { type Decimal, abs, gte, isNegative, quantize, ZERO } from '../../domain/decimal.ts';
import type { OrderId } from '../../domain/ids.ts';
import type { Market } from '../../domain/market.ts';
import { type EpochMs, SECOND_MS } from '../../domain/time.ts';
import type { VenueAccount, VenueResult } from '../../domain/venue.ts';
import type { Answer, VenueClient } from '../../ports.ts';
import { findExchange } from './catalog.ts';
import { createAccountClient } from './client.ts';
import { createServerClock, type ServerClock } from './clock.ts';
import { toFault } from './errors.ts';
import { createInstance, type Instance } from './instance.ts';
import { loadMarkets, marketsOf } from './markets.ts';
import { toOrderArguments } from './order-request.ts';
import type { Credentials, ExchangePlan } from './plan.ts';
import type { ExchangeRow } from './row.ts';

export interface EmergencyClientOptions {
  readonly plan: ExchangePlan;
  readonly credentials: Credentials;
  /** Next number of the key, shared with whoever else signs with it; null: nobody does. */
  readonly nonce: (() => number) | null;
  /** The library's own markets of the plan's symbols; null: they are asked for. */
  readonly markets: readonly unknown[] | null;
  readonly accountId: string;
  readonly now: () => EpochMs;
}

export interface ExchangeEmergency extends Pick<
  VenueClient,
  'cancelOrder' | 'fetchOpenOrders' | 'fetchAccount'
> {
  /** Sells a holding (base units) at the market, as much of it as an order can be. */
  closePosition(
    position: { readonly symbol: string; readonly quantity: Decimal },
    answer: Answer<void>,
  ): void;
  close(): void;
}

/** Cancels that are signed in one turn. */
const GROUP = 8;

/** A connection that nobody uses is closed by the other side within a minute or so. */
const WARM_MS = 20 * SECOND_MS;

/**
 * Opens the client. With the markets at hand nothing is asked before it can cancel. Throws
 * InputError where the plan cannot be, and the library's error where markets cannot be had.
 */
export async function openEmergencyClient(
  options: EmergencyClientOptions,
): Promise<ExchangeEmergency> {
  // One symbol that is gone must not keep the others from being stopped.
  const of = { ...options, plan: { ...options.plan, isLenient: true } as const };
  const { plan, credentials, nonce, now } = of;
  const row = findExchange(plan.id);
  if (row === undefined) throw new InputError(`exchange ${plan.id} is not one that is traded`);
  const instance = await createInstance({
    plan,
    row,
    credentials,
    purpose: 'emergency',
    ...(nonce === null ? {} : { nonce }),
    onClockRefused: () => void clock.measure(),
  });
  const symbol = plan.symbols[0] ?? null;
  // Nobody reads a log when this counts.
  const log = (): void => undefined;
  const clock = createServerClock({ row, data: instance, signers: [instance], symbol, now, log });
  try {
    const markets = await haveMarkets(instance, row, of);
    return new EmergencyWire({ of, row, instance, clock, markets });
  } catch (error) {
    clock.close();
    await instance.close();
    throw error;
  }
}

async function haveMarkets(
  instance: Instance,
  row: ExchangeRow,
  { plan, markets }: EmergencyClientOptions,
): Promise<readonly Market[]> {
  if (markets === null) return loadMarkets(instance, plan, row);
  instance.setMarkets(markets);
  return marketsOf(instance, plan, row);
}

interface Parts {
  readonly of: EmergencyClientOptions;
  readonly row: ExchangeRow;
  readonly instance: Instance;
  readonly clock: ServerClock;
  readonly markets: readonly Market[];
}

class EmergencyWire implements ExchangeEmergency {
  private readonly parts: Parts;
  private readonly client: VenueClient;
  private readonly warm: NodeJS.Timeout;
  private readonly cancels: (() => void)[] = [];
  /** A group is on its way. */
  private isSending = false;
  private closes = 0;

  constructor(parts: Parts) {
    this.parts = parts;
    const { of, row, instance, clock, markets } = parts;
    const { plan, accountId, now } = of;
    const refreshMarkets = () => Promise.resolve(markets);
    const close = () => Promise.resolve();
    const data = instance;
    this.client = createAccountClient({
      connection: { row, plan, markets, data, trading: instance, clock, refreshMarkets, close },
      plan,
      accountId,
      now: () => now(),
      log: () => undefined,
    });
    // The clock is asked over the connection that a cancel will take.
    void clock.measure();
    this.warm = setInterval(() => void clock.measure(), WARM_MS);
    this.warm.unref();
  }

  /**
   * The first of many leaves at once, the others in small groups behind it: signing all of them
   * first would keep every one of them back.
   */
  cancelOrder: ExchangeEmergency['cancelOrder'] = (ref, answer) => {
    this.cancels.push(() => this.client.cancelOrder(ref, answer));
    if (this.cancels.length > 1 || this.isSending) return;
    this.sendCancels(1);
  };

  private sendCancels(most: number): void {
    for (const send of this.cancels.splice(0, most)) send();
    this.isSending = true;
    setImmediate(() => {
      this.isSending = false;
      if (this.cancels.length > 0) this.sendCancels(GROUP);
    });
  }

  fetchOpenOrders: ExchangeEmergency['fetchOpenOrders'] = (answer) =>
    this.client.fetchOpenOrders(answer);

  /** Holdings that are too small for any order are no positions: nobody can close them. */
  fetchAccount: ExchangeEmergency['fetchAccount'] = (answer) =>
    this.client.fetchAccount((result) =>
      answer(result.ok ? { ok: true, value: this.withoutDust(result.value) } : result),
    );

  private withoutDust(account: VenueAccount): VenueAccount {
    const positions = [...account.positions].filter(([symbol, quantity]) => {
      const market = this.marketOf(symbol);
      const sold = market === undefined ? ZERO : quantize(abs(quantity), market.stepSize, 'down');
      return market !== undefined && sold !== ZERO && gte(sold, market.minQuantity);
    });
    return { ...account, positions: new Map(positions) };
  }

  closePosition: ExchangeEmergency['closePosition'] = ({ symbol, quantity }, answer) => {
    void this.sell(symbol, quantity).then(answer, (error: unknown) => {
      const { instance, row } = this.parts;
      answer({ ok: false, fault: toFault(error, { instance, row, kind: 'create' }) });
    });
  };

  private async sell(symbol: string, quantity: Decimal): Promise<VenueResult<void>> {
    const { instance, row } = this.parts;
    const market = this.marketOf(symbol);
    const request = toOrderArguments(
      {
        // It is not one of our journal's orders: the id is replaced below.
        id: NO_ID,
        symbol,
        side: isNegative(quantity) ? 'buy' : 'sell',
        type: 'market',
        quantity: market ? quantize(abs(quantity), market.stepSize, 'down') : quantity,
        price: null,
        triggerPrice: null,
        timeInForce: 'GTC',
        postOnly: false,
        cutToFunds: false,
        decisionPrice: row.marketOrders === 'none' ? await this.lastPrice(symbol) : 0,
      },
      { row, market },
    );
    if (!request.ok) {
      const { code, reason } = request;
      return { ok: false, fault: { kind: 'rejected', code, reason } };
    }
    const { type, side, amount, price, params } = request.value;
    const id = { [row.clientIds.createParam]: this.nextId() };
    await instance.createOrder(symbol, type, side, amount, price, { ...params, ...id });
    return { ok: true, value: undefined };
  }

  private async lastPrice(symbol: string): Promise<number> {
    const ticker = (await this.parts.instance.fetchTicker(symbol)) as { readonly last?: unknown };
    return Number(ticker.last);
  }

  /** None of ours: `panic`, the moment, and a count; short enough for every exchange. */
  private nextId(): string {
    this.closes += 1;
    return `panic${this.parts.of.now().toString(36)}${this.closes.toString(36)}`;
  }

  private marketOf(symbol: string): Market | undefined {
    return this.parts.markets.find((market) => market.symbol === symbol);
  }

  close(): void {
    clearInterval(this.warm);
    this.parts.clock.close();
    this.client.close();
    void this.parts.instance.close().catch(() => undefined);
  }
}

const NO_ID = 'td0000000000000000x' as OrderId;
