import { decimal, neg, quantizeNumber, toNumber } from '../../domain/decimal.ts';
import { required } from '../../domain/errors.ts';
import type { Market } from '../../domain/market.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import type { VenueFill } from '../../domain/venue.ts';
import type { PracticeWire } from './faulty-client.ts';

/** What happens to the account and the line from time to time, by its mean number a day. */
export type WeatherKind =
  /** The stream breaks and comes back; both ends know. */
  | 'linkLost'
  /** The stream is half open for a while (F34). */
  | 'linkSilent'
  | 'maintenance'
  | 'banned'
  /** Another program rests an order on the account (F21), and takes it back some time later. */
  | 'outsideOrder'
  /** A person closes what we hold on the web (F22). */
  | 'outsideClose'
  /** Money comes or goes, dust of the base asset too (F23). */
  | 'deposit'
  /** The exchange executes more than was ordered (F42). */
  | 'overfill';

export type WeatherRates = Partial<Readonly<Record<WeatherKind, number>>>;

export const STORMY_WEATHER: WeatherRates = {
  linkLost: 6,
  linkSilent: 2,
  maintenance: 1,
  banned: 0.3,
  outsideOrder: 2,
  outsideClose: 0.3,
  deposit: 1,
  overfill: 0.3,
};

const CENT = decimal('0.01');

export interface WeatherOptions {
  readonly wire: PracticeWire;
  readonly rates: WeatherRates;
  /** Last price of a symbol, in quote; 0 while unknown. */
  readonly lastPrice: (symbol: string) => number;
}

/** Lets it happen until the returned function is called; everything from the wire's plan. */
export function startWeather(options: WeatherOptions): () => void {
  const { wire, rates } = options;
  const { plan, scheduler } = wire;
  const acts = new Acts(options);
  let stopped = false;
  const wait = (kind: WeatherKind, perDay: number): void => {
    const ms = -Math.log(1 - plan.rng.next()) * (DAY_MS / perDay);
    scheduler.after(Math.ceil(ms), () => {
      if (stopped) return;
      if (acts.act(kind)) plan.count(kind);
      wait(kind, perDay);
    });
  };
  for (const [kind, perDay] of Object.entries(rates)) {
    if (perDay > 0) wait(kind as WeatherKind, perDay);
  }
  return () => {
    stopped = true;
    acts.clear();
  };
}

class Acts {
  private readonly options: WeatherOptions;
  private readonly unlisten: () => void;
  private newestFill: VenueFill | null = null;

  constructor(options: WeatherOptions) {
    this.options = options;
    this.unlisten = options.wire.exchange.listen({
      onOrder: () => undefined,
      onFill: (fill) => {
        if (fill.clientOrderId !== null) this.newestFill = fill;
      },
      onAccount: () => undefined,
      onLink: () => undefined,
    });
  }

  /** False when there was nothing it could happen to. */
  act(kind: WeatherKind): boolean {
    const { wire } = this.options;
    const { exchange, plan, scheduler } = wire;
    switch (kind) {
      case 'linkLost':
        wire.setLink(false, 'connection lost');
        scheduler.after(plan.between(500, 2 * MINUTE_MS), () => wire.setLink(true, 'connected'));
        return true;
      case 'linkSilent':
        wire.setSilent(true);
        scheduler.after(plan.between(5, 300) * SECOND_MS, () => wire.setSilent(false));
        return true;
      case 'maintenance':
        exchange.setMaintenance(true);
        scheduler.after(plan.between(10, 600) * SECOND_MS, () => exchange.setMaintenance(false));
        return true;
      case 'banned':
        exchange.limit.ban();
        return true;
      case 'outsideOrder':
        return this.placeOutside();
      case 'outsideClose':
        return exchange.closeOutside(this.anyMarket().symbol);
      case 'deposit':
        return this.moveMoney();
      case 'overfill':
        return this.overfill();
      default:
        return kind satisfies never;
    }
  }

  /** Everything that is under way ends well. */
  clear(): void {
    const { wire } = this.options;
    this.unlisten();
    wire.exchange.setMaintenance(false);
    wire.setSilent(false);
    wire.setLink(true, 'connected');
  }

  private anyMarket(): Market {
    const { exchange, plan } = this.options.wire;
    const markets = Array.from(exchange.markets.values());
    return required(markets[plan.between(0, markets.length - 1)], 'market');
  }

  /** A buy far below the market, twice the smallest: it rests until it is taken back. */
  private placeOutside(): boolean {
    const { exchange, plan, scheduler } = this.options.wire;
    const { symbol, stepSize, minQuantity, minNotional, tickSize } = this.anyMarket();
    const last = this.options.lastPrice(symbol);
    if (last === 0) return false;
    const price = quantizeNumber(last * 0.7, tickSize, 'down');
    const least = Math.max(toNumber(minQuantity), toNumber(minNotional) / (last * 0.7));
    const quantity = quantizeNumber(2 * least, stepSize, 'up');
    const made = exchange.placeOutside({ symbol, side: 'buy', type: 'limit', price, quantity });
    if (!made.ok) return false;
    const ref = { symbol, orderId: null, venueOrderId: made.value.venueOrderId };
    scheduler.after(plan.between(1, 60) * MINUTE_MS, () => void exchange.cancel(ref));
    return true;
  }

  private moveMoney(): boolean {
    const { exchange, plan } = this.options.wire;
    const { quote } = this.anyMarket();
    const amount = quantizeNumber(plan.between(1, 500), CENT, 'down');
    exchange.deposit(quote, plan.chance(0.5) ? amount : neg(amount));
    return true;
  }

  private overfill(): boolean {
    const fill = this.newestFill;
    if (!fill) return false;
    const { exchange } = this.options.wire;
    return exchange.overfill(fill.venueOrderId, fill.quantity);
  }
}
