/** A market that stands where it was put: a deep book and a print of both symbols every 5 s. */
import type { MarketEvent } from '../../src/domain/event.ts';
import type { EpochMs } from '../../src/domain/time.ts';
import { BTC, ETH_PERPETUAL, type MarketSource } from './market.ts';
import { START } from './world.ts';

const TICK_MS = 5_000;

export class HandMarket implements MarketSource {
  readonly last = new Map<string, number>([
    [BTC.symbol, 20_000],
    [ETH_PERPETUAL.symbol, 1_500],
  ]);
  /** Base units worth so much quote at the best price of both sides. */
  depthQuote = 1_000_000;
  /** Symbols that say nothing; never all of them. */
  readonly frozen = new Set<string>();
  private readonly symbols = [BTC.symbol, ETH_PERPETUAL.symbol];
  private readonly extra: MarketEvent[] = [];
  private count = 0;

  get nextTime(): EpochMs {
    while (this.frozen.has(this.symbol)) this.count += 1;
    return this.extra[0]?.time ?? this.tickTime;
  }

  take(): MarketEvent {
    return this.extra.shift() ?? this.tick();
  }

  /** From now on it stands there. */
  set(symbol: string, price: number): void {
    this.last.set(symbol, price);
  }

  /** Said before anything else, as it is. */
  say(event: MarketEvent): void {
    this.extra.push(event);
  }

  private get symbol(): string {
    return this.symbols[this.count % 4 < 2 ? 0 : 1] ?? BTC.symbol;
  }

  private get tickTime(): EpochMs {
    return START + 1_000 + Math.floor(this.count / 4) * TICK_MS + (this.count % 4) * 10;
  }

  private tick(): MarketEvent {
    const time = this.nextTime;
    const { symbol } = this;
    const isBook = this.count % 2 === 0;
    this.count += 1;
    const price = this.last.get(symbol) ?? 0;
    if (!isBook) {
      const print = { time, price, quantity: this.depthQuote / price, side: 'buy' } as const;
      return { kind: 'trades', symbol, time, trades: [print] };
    }
    const level = (factor: number) => [
      { price: Number((price * factor).toFixed(1)), quantity: this.depthQuote / price },
    ];
    return { kind: 'book', symbol, time, levels: { bids: level(0.9999), asks: level(1.0001) } };
  }
}
