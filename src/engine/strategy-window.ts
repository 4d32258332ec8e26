import type { Candle } from '../domain/candle.ts';
import { toNumber } from '../domain/decimal.ts';
import { required } from '../domain/errors.ts';
import type { Market } from '../domain/market.ts';
import type { Order } from '../domain/order.ts';
import { entryPrice } from '../domain/position.ts';
import type { EpochMs, Timeframe } from '../domain/time.ts';
import { type Ledger, ledgerKey, ledgerOf } from '../execution/money.ts';
import { expectedQuantity } from '../execution/orders.ts';
import type { StrategyView } from '../ports.ts';
import type { EngineState, StrategyRuntime, SymbolState } from './state.ts';

/** Levels a side that strategies see. */
const BOOK_DEPTH = 25;

/**
 * A strategy's window on the engine: getters over the live state, so that asking for nothing
 * costs nothing. One per strategy and symbol, made once.
 */
class StrategyWindow implements StrategyView {
  readonly #state: EngineState;
  readonly #symbol: SymbolState;
  readonly #strategyId: string;
  readonly #key: string;
  /** Stands in until the first fill makes the ledger: orders can be on their way before. */
  readonly #flat: Ledger;

  constructor(state: EngineState, runtime: StrategyRuntime) {
    this.#state = state;
    this.#symbol = required(state.market.symbols.get(runtime.symbol), runtime.symbol);
    this.#strategyId = runtime.id;
    this.#key = ledgerKey(runtime.id, runtime.symbol);
    this.#flat = ledgerOf(state.money, { strategyId: runtime.id, symbol: runtime.symbol });
  }

  get #ledger(): Ledger {
    return this.#state.money.ledgers.get(this.#key) ?? this.#flat;
  }

  get now(): EpochMs {
    return this.#state.market.now;
  }

  get market(): Market {
    return this.#symbol.market;
  }

  get lastPrice(): number {
    return this.#symbol.lastPrice;
  }

  get position(): number {
    return toNumber(this.#ledger.position.quantity);
  }

  get entryPrice(): number | null {
    const price = entryPrice(this.#ledger.position);
    return price === null ? null : toNumber(price);
  }

  get expected(): number {
    return toNumber(expectedQuantity(this.#state.money, this.#ledger));
  }

  get working(): readonly Readonly<Order>[] {
    const own: Order[] = [];
    for (const order of this.#state.money.working.values()) {
      if (order.strategyId === this.#strategyId && order.symbol === this.#symbol.market.symbol) {
        own.push(order);
      }
    }
    return own;
  }

  candle(timeframe: Timeframe, back: number): Candle | undefined {
    return this.#symbol.series.get(timeframe)?.at(back);
  }

  get book() {
    return this.#symbol.book?.levels(BOOK_DEPTH) ?? null;
  }
}

/** The window of a runtime. */
export function viewOf(state: EngineState, runtime: StrategyRuntime): StrategyView {
  runtime.view ??= new StrategyWindow(state, runtime);
  return runtime.view;
}
