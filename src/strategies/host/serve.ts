/** Inside the process of a user strategy: one request in, one answer out. */
import { z } from 'zod';
import type { BookLevels } from '../../domain/book.ts';
import type { Candle } from '../../domain/candle.ts';
import { assertNever, InputError, messageOf, required } from '../../domain/errors.ts';
import type { Intent } from '../../domain/intent.ts';
import { type Market, parseSymbol } from '../../domain/market.ts';
import { decimal, ZERO } from '../../domain/decimal.ts';
import type { Order } from '../../domain/order.ts';
import type { EpochMs, Timeframe } from '../../domain/time.ts';
import { CandleSeries } from '../../market/series.ts';
import type { Strategy, StrategyDefinition, StrategyView } from '../../ports.ts';
import { handlersOf } from './contract.ts';
import { evaluate, placeOf } from './evaluate.ts';
import {
  type Finished,
  type Item,
  MOST_INTENTS,
  type Request,
  type ViewValues,
  fromRow,
} from './messages.ts';

/** As many as the engine keeps. */
const SERIES_LENGTH = 600;

/** Answers requests for one strategy; what it throws becomes a `failed` answer. */
export function createServer(): (request: Request) => Promise<object> {
  const state: Served = { definition: null, strategy: null, view: null };
  return async (request) => {
    try {
      return await answer(state, request);
    } catch (error) {
      const place = error instanceof InputError ? '' : placeOf(error);
      return { kind: 'failed', message: `${messageOf(error)}${place}` };
    }
  };
}

interface Served {
  definition: StrategyDefinition | null;
  strategy: Strategy | null;
  view: LocalView | null;
}

async function answer(state: Served, request: Request): Promise<object> {
  switch (request.kind) {
    case 'load':
      state.definition = await evaluate(request.source);
      return describe(state.definition);
    case 'configure':
      return configure(required(state.definition, 'definition'), request.params);
    case 'create': {
      const { params, symbol, timeframe, market } = request;
      const definition = required(state.definition, 'definition');
      state.strategy = definition.create(params, { symbol, timeframe, market });
      state.view = new LocalView(market);
      return { kind: 'created' };
    }
    case 'tell': {
      const strategy = required(state.strategy, 'strategy');
      const intents = tell(strategy, required(state.view, 'view'), request);
      return {
        kind: 'answer',
        intents,
        thought: strategy.explain?.() ?? null,
        levels: strategy.levels?.() ?? [],
      };
    }
    default:
      return assertNever(request);
  }
}

function describe(definition: StrategyDefinition): object {
  const { name, summary, params, timeframes, canShort, worstCaseFraction } = definition;
  return {
    kind: 'loaded',
    name,
    summary,
    params: z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' }),
    timeframes,
    canShort,
    worstCaseFraction: worstCaseFraction ?? null,
  };
}

function configure(definition: StrategyDefinition, raw: unknown): object {
  const checked = definition.params.safeParse(raw);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const place = issue?.path.join('.') ?? '';
    throw new InputError(`${place === '' ? '' : `${place}: `}${issue?.message ?? ''}`);
  }
  const params = checked.data;
  const market = sampleMarket();
  const strategy = definition.create(params, { symbol: market.symbol, timeframe: '1m', market });
  return {
    kind: 'configured',
    params,
    warmup: definition.warmup(params),
    higherTimeframes: definition.higherTimeframes?.(params) ?? [],
    chart: definition.chart?.(params) ?? [],
    handlers: handlersOf(strategy),
  };
}

/** Only to see which methods a strategy has, before any market is known. */
function sampleMarket(): Market {
  const symbol = 'BTC/USDT';
  return {
    symbol,
    ...required(parseSymbol(symbol), symbol),
    tickSize: decimal('0.01'),
    stepSize: decimal('0.00000001'),
    minQuantity: ZERO,
    minNotional: ZERO,
    contractSize: decimal('1'),
    makerFeeRate: ZERO,
    takerFeeRate: ZERO,
    maxLeverage: 1,
    maintenanceMarginFraction: ZERO,
  };
}

function tell(
  strategy: Strategy,
  view: LocalView,
  request: Extract<Request, { kind: 'tell' }>,
): readonly Intent[] {
  const intents: Intent[] = [];
  view.take(request.view);
  for (const item of request.items) {
    view.finish(item.finished);
    if (request.warm && item.told.kind === 'candle') view.goBack(item.told.candle, item.told.time);
    intents.push(...(call(strategy, view, item) ?? []));
  }
  // One more than may be says that it was too many; ten thousand would only take longer to say it.
  return request.warm ? [] : intents.slice(0, MOST_INTENTS + 1);
}

function call(strategy: Strategy, view: LocalView, { told }: Item) {
  switch (told.kind) {
    case 'candle':
      return strategy.onCandle?.(told, view);
    case 'trades':
      return strategy.onTrades?.(told, view);
    case 'book':
      return view.book && strategy.onBook?.({ ...told, levels: view.book }, view);
    case 'fill':
      return strategy.onFill?.(told.fill, view);
    default:
      return assertNever(told);
  }
}

/** The strategy's window, made of what was sent. */
class LocalView implements StrategyView {
  readonly market: Market;
  now: EpochMs = 0;
  lastPrice = 0;
  position = 0;
  entryPrice: number | null = null;
  expected = 0;
  working: readonly Readonly<Order>[] = [];
  book: BookLevels | null = null;
  readonly #series = new Map<Timeframe, CandleSeries>();

  constructor(market: Market) {
    this.market = market;
  }

  candle(timeframe: Timeframe, back: number): Candle | undefined {
    return this.#series.get(timeframe)?.at(back);
  }

  take(values: ViewValues): void {
    this.now = values.now;
    this.lastPrice = values.lastPrice;
    this.position = values.position;
    this.entryPrice = values.entryPrice;
    this.expected = values.expected;
    this.working = values.working as readonly Order[];
    this.book = values.book;
  }

  finish(finished: Finished): void {
    for (const [timeframe, rows] of finished) {
      let series = this.#series.get(timeframe);
      if (!series) this.#series.set(timeframe, (series = new CandleSeries(SERIES_LENGTH)));
      for (const row of rows) series.push(fromRow(row));
    }
  }

  /** The moment of a candle from the past: nothing of later times is shown with it. */
  goBack(candle: Candle, time: EpochMs): void {
    this.now = time;
    this.lastPrice = candle.close;
  }
}
