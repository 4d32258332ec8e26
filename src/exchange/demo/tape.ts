import type { EpochMs } from '../../domain/time.ts';
import type { Trade } from '../../domain/trade.ts';
import { type DemoBook, mix, mixFraction } from './levels.ts';

/** Most prints of one symbol in a second. */
export const MAX_PRINTS = 3;
/** A large order sweeps: its prints follow one another after this many ms. */
const SWEEP_MS = 2;

const COUNT = 11;
const SIZE = 12;
const SIDE = 13;
const MOMENT = 14;

/** What has been eaten of one side of the book in this second. */
interface Front {
  tick: number;
  away: number;
  /** Steps left at `tick`; -1 while nobody has asked. */
  left: number;
}

/**
 * The prints of one symbol in one second. Each takes what really rests: at the best level of the
 * published book, at the next one only when that is gone. Buys come more often while the price
 * rises.
 */
export class DemoTape {
  readonly #book: DemoBook;
  readonly #seed: number;
  readonly #asks: Front = { tick: 0, away: 0, left: -1 };
  readonly #bids: Front = { tick: 0, away: 0, left: -1 };
  /** Of the drawn second; entries beyond `count` are old. */
  count = 0;
  readonly ticks = new Int32Array(MAX_PRINTS);
  readonly steps = new Int32Array(MAX_PRINTS);
  readonly isBuy = new Uint8Array(MAX_PRINTS);
  #printsInMinute = 0;
  #second = 0;

  constructor(book: DemoBook, seed: number) {
    this.#book = book;
    this.#seed = seed;
  }

  /**
   * Draws the second's prints against the placed book. `push` is the last price move in its usual
   * deviations, `volatility` relative to normal. Every minute has at least one print.
   */
  draw(of: { second: number; push: number; volatility: number }): void {
    const { second } = of;
    const book = this.#book;
    this.#second = second;
    if (second % 60 === 0) this.#printsInMinute = 0;
    this.count = 0;
    const rate = book.spec.tradeRate * (0.5 + 0.5 * of.volatility);
    const dice = mixFraction(this.#seed, COUNT, second, 0);
    let wanted = Math.min(MAX_PRINTS, Math.floor(dice * (2 * rate + 1)));
    if (wanted === 0 && second % 60 === 59 && this.#printsInMinute === 0) wanted = 1;
    if (wanted === 0) return;
    this.#reset();
    const lean = 0.5 + 0.22 * Math.max(-1.5, Math.min(1.5, of.push));
    for (let i = 0; i < wanted && this.count < MAX_PRINTS; i++) {
      const isBuy = mixFraction(this.#seed, SIDE, second, i) < lean;
      const size = 0.3 / (mixFraction(this.#seed, SIZE, second, i) + 0.02);
      const steps = Math.round(size * book.spec.tradeQuantity * book.spec.stepsPerUnit);
      this.#take(isBuy, Math.max(1, steps));
    }
    this.#printsInMinute += this.count;
  }

  /** Milliseconds after the second at which the first print of the second happens, below 150. */
  get delayMs(): number {
    return mix(this.#seed, MOMENT, this.#second, 0) % 150;
  }

  /** The drawn prints, the first one at `time`. */
  trades(time: EpochMs): Trade[] {
    const trades: Trade[] = [];
    for (let i = 0; i < this.count; i++) {
      trades.push({
        time: time + i * SWEEP_MS,
        price: this.#book.price(this.ticks[i] ?? 0),
        quantity: (this.steps[i] ?? 0) / this.#book.spec.stepsPerUnit,
        side: this.isBuy[i] === 1 ? 'buy' : 'sell',
      });
    }
    return trades;
  }

  #reset(): void {
    this.#asks.tick = this.#book.bestAskTick;
    this.#bids.tick = this.#book.bestBidTick;
    for (const front of [this.#asks, this.#bids]) {
      front.away = 0;
      front.left = -1;
    }
  }

  /** One taker order; it walks to the next level while prints are left for this second. */
  #take(isBuy: boolean, steps: number): void {
    const front = isBuy ? this.#asks : this.#bids;
    let wanted = steps;
    while (wanted > 0 && this.count < MAX_PRINTS) {
      if (front.left === 0) {
        front.tick = this.#book.nextTick(front.tick, isBuy ? 1 : -1);
        front.away += 1;
        front.left = -1;
      }
      if (front.left < 0) front.left = this.#book.stepsAt(front.tick, front.away);
      const taken = Math.min(wanted, front.left);
      this.ticks[this.count] = front.tick;
      this.steps[this.count] = taken;
      this.isBuy[this.count] = isBuy ? 1 : 0;
      this.count += 1;
      front.left -= taken;
      wanted -= taken;
    }
  }
}
