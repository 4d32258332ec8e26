/** What goes over the pipe between the engine's process and a user strategy's: lines of JSON. */
import { z } from 'zod';
import type { Candle } from '../../domain/candle.ts';
import type { CandleEvent, TradesEvent } from '../../domain/event.ts';
import type { BookLevels } from '../../domain/book.ts';
import type { Intent } from '../../domain/intent.ts';
import type { Market } from '../../domain/market.ts';
import { ORDER_TYPES, TIMES_IN_FORCE } from '../../domain/order.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { EpochMs, Timeframe } from '../../domain/time.ts';
import type { StrategyFill, StrategyView } from '../../ports.ts';
import type { UserSource } from './evaluate.ts';

/** A finished candle as a row; half the length of an object. */
export type CandleRow = readonly [
  openTime: EpochMs,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
];

export const toRow = (candle: Candle): CandleRow => {
  const { openTime, open, high, low, close, volume } = candle;
  return [openTime, open, high, low, close, volume];
};

export const fromRow = ([openTime, open, high, low, close, volume]: CandleRow): Candle => {
  return { openTime, open, high, low, close, volume };
};

/** Candles that finished since the last message, by timeframe, oldest first. */
export type Finished = readonly (readonly [Timeframe, readonly CandleRow[]])[];

/** Something the strategy is told. */
export type Told =
  | CandleEvent
  | TradesEvent
  | { readonly kind: 'book'; readonly symbol: string; readonly time: EpochMs }
  | { readonly kind: 'fill'; readonly fill: StrategyFill };

export interface Item {
  readonly told: Told;
  /** Candles of the strategy's timeframes that it can look back at from this event on. */
  readonly finished: Finished;
}

/** The view as values: exact numbers as text, the market and candles left to the other side. */
export interface ViewValues extends Pick<
  StrategyView,
  'now' | 'lastPrice' | 'position' | 'entryPrice' | 'expected'
> {
  /** Orders, plain. */
  readonly working: readonly unknown[];
  /** Null where the strategy does not listen to the book. */
  readonly book: BookLevels | null;
}

/** Each is answered by one line, in order. */
export type Request =
  | { readonly kind: 'load'; readonly source: UserSource }
  /** Parameters checked and completed; null: all defaults. */
  | { readonly kind: 'configure'; readonly params: unknown }
  | {
      readonly kind: 'create';
      readonly params: unknown;
      readonly symbol: string;
      readonly timeframe: Timeframe;
      readonly market: Market;
    }
  /** `warm`: what it wants is dropped, and time is the event's own. */
  | {
      readonly kind: 'tell';
      readonly warm: boolean;
      readonly items: readonly Item[];
      readonly view: ViewValues;
    };

/** Intents of one answer; the engine carries out no more of one call. */
export const MOST_INTENTS = 100;
/** Longest line a strategy may answer with; 100 intents with long reasons fit. */
export const MOST_ANSWER_BYTES = 256 * 1024;
const MOST_LEVELS = 100;
const MOST_INPUTS = 50;

/** Text of the strategy, harmless on a screen and short. */
const words = (most: number) => z.string().transform((text) => safeText(text, most));
const SYMBOL = z.string().max(60);
const PRICE = z.number().positive().optional();
const PROTECTION = { stopPrice: PRICE, targetPrice: PRICE, trailFraction: PRICE };

const INTENT = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('target'),
    symbol: SYMBOL,
    positionSide: z.enum(['long', 'short', 'flat']),
    reason: words(200),
    ...PROTECTION,
  }),
  z.strictObject({
    kind: z.literal('place'),
    symbol: SYMBOL,
    side: z.enum(['buy', 'sell']),
    type: z.enum(ORDER_TYPES),
    price: PRICE,
    triggerPrice: PRICE,
    timeInForce: z.enum(TIMES_IN_FORCE).optional(),
    postOnly: z.boolean().optional(),
    reduceOnly: z.boolean().optional(),
    share: z.number().gt(0).max(1).optional(),
    quantity: z
      .string()
      .regex(/^\d{1,18}(\.\d{1,18})?$/)
      .optional(),
    tag: words(60).optional(),
    reason: words(200),
    ...PROTECTION,
  }),
  z.strictObject({
    kind: z.literal('cancel'),
    symbol: SYMBOL,
    tag: words(60).optional(),
    reason: words(200),
  }),
]);

const ANSWER = z.strictObject({
  kind: z.literal('answer'),
  intents: z.array(INTENT).max(MOST_INTENTS),
  thought: z
    .strictObject({
      text: words(200),
      inputs: z
        .record(z.string().max(40), z.number().nullable())
        .refine((inputs) => Object.keys(inputs).length <= MOST_INPUTS),
    })
    .nullable(),
  levels: z.array(z.strictObject({ label: words(40), price: z.number() })).max(MOST_LEVELS),
});

const LOADED = z.strictObject({
  kind: z.literal('loaded'),
  name: z.string().max(40),
  summary: words(200),
  /** JSON schema. */
  params: z.record(z.string(), z.unknown()),
  timeframes: z.array(z.string().max(4)).min(1).max(30),
  canShort: z.boolean(),
  worstCaseFraction: z.number().gt(0).max(1).nullable(),
});

const CONFIGURED = z.strictObject({
  kind: z.literal('configured'),
  params: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
  warmup: z.int().min(0).max(1_000_000),
  higherTimeframes: z.array(z.string().max(4)).max(30),
  chart: z
    .array(
      z.strictObject({
        indicator: z.string().max(40),
        params: z.record(z.string().max(40), z.number()),
      }),
    )
    .max(20),
  handlers: z.strictObject({ trades: z.boolean(), book: z.boolean(), fill: z.boolean() }),
});

/** Its own code threw, or what it was given does not fit; it lives on. */
const FAILED = z.strictObject({ kind: z.literal('failed'), message: words(400) });

const REPLY = z.discriminatedUnion('kind', [
  LOADED,
  CONFIGURED,
  z.strictObject({ kind: z.literal('created') }),
  ANSWER,
  FAILED,
]);

export type Reply = z.output<typeof REPLY>;
export type ReplyOf<K extends Reply['kind']> = Extract<Reply, { kind: K }>;
export type Loaded = ReplyOf<'loaded'>;
export type Configured = ReplyOf<'configured'>;

export type ParsedReply =
  { readonly ok: true; readonly reply: Reply } | { readonly ok: false; readonly fault: string };

/** A line of the other side: nothing of it is believed before the schema has seen it. */
export function parseReply(line: string): ParsedReply {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { ok: false, fault: 'its answer is not JSON' };
  }
  const result = REPLY.safeParse(value);
  if (result.success) return { ok: true, reply: result.data };
  const issue = result.error.issues[0];
  const place = issue?.path.join('.') ?? '';
  return { ok: false, fault: safeText(`its answer is junk: ${place}: ${issue?.message ?? ''}`) };
}

/** As intents of the engine: what the schema let through has every field of one. */
export const intentsOf = (reply: ReplyOf<'answer'>): readonly Intent[] =>
  reply.intents as readonly Intent[];
