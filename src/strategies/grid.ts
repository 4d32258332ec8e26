import { z } from 'zod';
import type { CandleEvent } from '../domain/event.ts';
import type { Intent } from '../domain/intent.ts';
import type {
  ChartLevel,
  Strategy,
  StrategyContext,
  StrategyFill,
  StrategyThought,
  StrategyView,
} from '../ports.ts';
import { CANDLE_TIMEFRAMES, defineStrategy } from './define.ts';
import { GridPrices } from './grid-prices.ts';
import { type GridWork, REST, gridWork, parseGridTag } from './grid-work.ts';
import { number } from './params.ts';

const MAX_LEVELS = 40;
/** The lowest level and the stop below it stay above a tenth of the anchor. */
const DEEPEST = 0.9;

const params = z
  .strictObject({
    levels: z.int().min(1).max(MAX_LEVELS).default(5).describe('buy levels below the anchor'),
    spacing: number(0.004, 'distance between levels, as a fraction of the anchor', {
      min: 0.0001,
      max: 0.2,
    }),
    share: number(0.2, 'size of one level, as a part of what the sizing rule gives', {
      min: 0.001,
      max: 1,
    }),
    stop: number(0.02, 'the grid gives up this fraction of the anchor below its lowest level', {
      min: 0.001,
      max: 0.5,
    }),
  })
  .check((payload) => {
    const { levels, spacing, stop } = payload.value;
    if (levels * spacing + stop <= DEEPEST) return;
    const message =
      `levels ${levels} × spacing ${spacing} + stop ${stop} must be at most ${DEEPEST}: ` +
      'the grid would reach down to zero';
    payload.issues.push({ code: 'custom', message, input: payload.value });
  });
type GridParams = z.infer<typeof params>;

/**
 * Earns from a market that swings sideways: post-only buys rest below an anchor price, and each
 * filled one gets its post-only sell one spacing above. It holds one lot per level at most, and is
 * long only, on perpetuals too. With nothing held it moves its anchor to a price that left the
 * grid; below the stop it cancels its orders and, once they are gone, closes what it holds.
 *
 * What it knows it can read back: levels and anchor stand in the tags of its orders, and a holding
 * without a sell gets one. Each level is tried at most once a candle, whatever became of it.
 *
 * Worst case 5 %: with the default levels, spacing and stop, 3.6 % from the highest buy to the
 * stop, and a candle on top for closing. A wider grid can lose more than that: size it so.
 */
export const grid = defineStrategy({
  name: 'grid',
  summary: 'Rests buys below an anchor price and sells each one spacing higher',
  params,
  timeframes: CANDLE_TIMEFRAMES,
  canShort: false,
  // One close to anchor at.
  warmup: () => 1,
  worstCaseFraction: 0.05,
  create: (of, context) => new Grid(of, context),
});

class Grid implements Strategy {
  readonly #params: GridParams;
  readonly #symbol: string;
  readonly #prices: GridPrices;
  #anchor: number | null = null;
  /** Base units bought at each level (REST: of unknown level) and not sold since. */
  readonly #bought: Float64Array;
  /** 1 where this candle's one attempt to sell was made when the buy filled. */
  readonly #tried: Uint8Array;
  #heldLevels = 0;

  constructor(of: GridParams, context: StrategyContext) {
    this.#params = of;
    this.#symbol = context.symbol;
    this.#prices = new GridPrices(context.market, of.spacing);
    this.#bought = new Float64Array(of.levels + 1);
    this.#tried = new Uint8Array(of.levels + 1);
  }

  onCandle({ candle }: CandleEvent, view: StrategyView): readonly Intent[] | undefined {
    const intents = this.#decide(candle.close, view);
    this.#tried.fill(0);
    return intents.length === 0 ? undefined : intents;
  }

  onFill(fill: StrategyFill, view: StrategyView): readonly Intent[] | undefined {
    const tag = parseGridTag(fill.tag);
    if (tag === null || this.#bought[tag.level] === undefined) return undefined;
    const change = tag.side === 'buy' ? fill.quantity : -fill.quantity;
    this.#bought[tag.level] = Math.max(0, (this.#bought[tag.level] ?? 0) + change);
    if (tag.side === 'sell') return undefined;
    this.#anchor ??= tag.anchor;
    const work = gridWork(view.working, this.#params.levels);
    // The rest of a partly filled buy comes first, so that one sell answers one buy.
    if (work.buys.has(tag.level)) return undefined;
    const intents: Intent[] = [];
    const free = { quantity: view.position - work.selling };
    // Our bid was just taken, so the market is below its price, whatever was seen last.
    const market = { work, view, free, passive: fill.price };
    this.#placeSell(intents, tag.level, { anchor: this.#anchor, ...market });
    this.#tried[tag.level] = 1;
    return intents.length === 0 ? undefined : intents;
  }

  explain(): StrategyThought {
    const { levels } = this.#params;
    const anchor = this.#anchor;
    const held = `${this.#heldLevels} of ${levels} levels held`;
    return {
      text: anchor === null ? 'warming up' : `anchor ${this.#prices.text(anchor)} · ${held}`,
      inputs: {
        anchor,
        floor: anchor === null ? null : this.#floor(anchor),
        held: this.#heldLevels,
      },
    };
  }

  levels(): readonly ChartLevel[] {
    const anchor = this.#anchor;
    if (anchor === null) return [];
    const { levels } = this.#params;
    const buys = Array.from({ length: levels }, (_, i) => {
      return { label: `grid ${i + 1}`, price: this.#prices.buy(anchor, i + 1) };
    });
    return [...buys, { label: 'grid stop', price: this.#floor(anchor) }];
  }

  #decide(close: number, view: StrategyView): readonly Intent[] {
    const work = gridWork(view.working, this.#params.levels);
    const isHolding = this.#prices.isTradable(view.position, close);
    const anchor = this.#anchorFor(close, isHolding, work, view);
    if (anchor === null) return this.#cancel(work.cancelable, 'price left the grid');
    if (!isHolding && !work.hasSells) this.#bought.fill(0);
    if (isHolding && close < this.#floor(anchor)) return this.#giveUp(close, work);
    const intents: Intent[] = [];
    this.#placeSells(intents, { anchor, work, view });
    this.#placeBuys(intents, { anchor, work, view });
    return intents;
  }

  /** The anchor to work with; null while orders of an old one are still to be canceled. */
  #anchorFor(close: number, isHolding: boolean, work: GridWork, view: StrategyView): number | null {
    this.#anchor ??= work.anchor;
    if (isHolding) {
      // Restarted with a holding and no orders: as if it had been bought at the first level.
      this.#anchor ??= this.#prices.above(view.entryPrice ?? close);
      return this.#anchor;
    }
    if (this.#anchor !== null && this.#isInside(close, this.#anchor) && !work.hasSells) {
      return this.#anchor;
    }
    if (!work.isEmpty) return null;
    this.#anchor = close;
    return close;
  }

  /** From the stop below the lowest level to one spacing above the anchor. */
  #isInside(close: number, anchor: number): boolean {
    return close >= this.#floor(anchor) && close <= anchor * (1 + this.#params.spacing);
  }

  #floor(anchor: number): number {
    const { levels, spacing, stop } = this.#params;
    return anchor * (1 - levels * spacing - stop);
  }

  /** Orders first: while its sells rest, the engine counts the holding as on its way out. */
  #giveUp(close: number, work: GridWork): readonly Intent[] {
    const at = this.#prices.text(close);
    const reason = `close ${at} below the grid's stop`;
    if (!work.isEmpty) return this.#cancel(work.cancelable, reason);
    return [{ kind: 'target', symbol: this.#symbol, positionSide: 'flat', reason }];
  }

  #cancel(tags: readonly string[], reason: string): readonly Intent[] {
    const symbol = this.#symbol;
    return tags.map((tag): Intent => ({ kind: 'cancel', symbol, tag, reason }));
  }

  #placeSells(
    intents: Intent[],
    of: { readonly anchor: number; readonly work: GridWork; readonly view: StrategyView },
  ): void {
    const { work, view } = of;
    const free = { quantity: view.position - work.selling };
    if (this.#prices.isTradable(-free.quantity, view.lastPrice)) {
      // Something else sold (a stop, the operator): what rests would sell more than there is.
      intents.push(...this.#cancel(work.sellTags, 'more is offered than held'));
      return;
    }
    this.#adoptRest(work, view);
    const passive = this.#prices.passiveSell(view);
    for (let level = REST; level <= this.#params.levels; level += 1) {
      if (work.buys.has(level) || this.#tried[level] === 1) continue;
      this.#placeSell(intents, level, { ...of, free, passive });
    }
  }

  /** What is held beyond what the levels account for (after a restart) belongs to REST. */
  #adoptRest(work: GridWork, view: StrategyView): void {
    let known = 0;
    for (let level = REST; level <= this.#params.levels; level += 1) {
      known += Math.max(this.#bought[level] ?? 0, work.sells.get(level) ?? 0);
    }
    const rest = view.position - known;
    if (!this.#prices.isTradable(rest, view.lastPrice)) return;
    this.#bought[REST] = Math.max(this.#bought[REST] ?? 0, work.sells.get(REST) ?? 0) + rest;
  }

  #placeSell(
    intents: Intent[],
    level: number,
    of: {
      readonly anchor: number;
      readonly work: GridWork;
      readonly view: StrategyView;
      /** Held and not yet offered; what this sell takes is subtracted. */
      readonly free: { quantity: number };
      /** Lowest price at which it would rest. */
      readonly passive: number;
    },
  ): void {
    const { anchor, work, view, free, passive } = of;
    const owed = (this.#bought[level] ?? 0) - (work.sells.get(level) ?? 0);
    const wanted =
      level === REST
        ? this.#prices.above(view.entryPrice ?? anchor)
        : this.#prices.sell(anchor, level);
    const price = Math.max(wanted, passive);
    const quantity = Math.min(owed, free.quantity);
    if (!this.#prices.isTradable(quantity, price)) return;
    free.quantity -= quantity;
    const name = level === REST ? 'the rest' : `level ${level}`;
    intents.push({
      kind: 'place',
      symbol: this.#symbol,
      side: 'sell',
      type: 'limit',
      price,
      postOnly: true,
      quantity: this.#prices.quantityText(quantity),
      tag: `sell-${level}@${anchor}`,
      reason: `grid sells ${name} at ${this.#prices.text(price)}`,
    });
  }

  #placeBuys(
    intents: Intent[],
    of: { readonly anchor: number; readonly work: GridWork; readonly view: StrategyView },
  ): void {
    const { anchor, work, view } = of;
    const { levels, share } = this.#params;
    this.#heldLevels = 0;
    for (let level = REST; level <= levels; level += 1) {
      if (this.#isHeld(level, work, view)) this.#heldLevels += 1;
    }
    // A rest may be worth several levels: nothing is added until it is sold.
    if (this.#isHeld(REST, work, view)) return;
    const ask = this.#prices.ask(view);
    for (let level = 1; level <= levels; level += 1) {
      if (work.buys.has(level) || this.#isHeld(level, work, view)) continue;
      const price = this.#prices.buy(anchor, level);
      // Where a tick is wider than the spacing, levels fall together: one order each.
      const isOwn = price > 0 && (level === 1 || price < this.#prices.buy(anchor, level - 1));
      if (!isOwn || price >= ask) continue;
      intents.push({
        kind: 'place',
        symbol: this.#symbol,
        side: 'buy',
        type: 'limit',
        price,
        postOnly: true,
        share,
        tag: `buy-${level}@${anchor}`,
        reason: `grid buys level ${level} of ${levels} at ${this.#prices.text(price)}`,
      });
    }
  }

  #isHeld(level: number, work: GridWork, view: StrategyView): boolean {
    if (work.sells.has(level)) return true;
    const held = Math.min(this.#bought[level] ?? 0, view.position);
    return this.#prices.isTradable(held, view.lastPrice);
  }
}
