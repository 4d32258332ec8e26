/** What `strategies check` looks at: the promises of a strategy, on candles made by a seed. */
import { runBacktest } from '../../backtest/run.ts';
import { asRiskLimits, settingsSchema } from '../../config/schema.ts';
import type { Candle } from '../../domain/candle.ts';
import { encodeJson } from '../../domain/codec.ts';
import { decimal } from '../../domain/decimal.ts';
import { finishedCandle } from '../../domain/event.ts';
import type { Intent } from '../../domain/intent.ts';
import { SeededRng } from '../../domain/rng.ts';
import { type Timeframe, timeframeMs } from '../../domain/time.ts';
import type { PullFeed, Strategy, StrategyDefinition } from '../../ports.ts';
import { createDigest } from '../../store/digest.ts';
import { handlersOf } from '../../strategies/host/contract.ts';
import { parseReply } from '../../strategies/host/messages.ts';
import { fileMarket, SIMULATED_ACCOUNT, toSimModel } from '../simulation.ts';

export interface CheckLine {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

const SYMBOL = 'BTC/USDT:USDT';
const START = Date.UTC(2024, 0, 1);
const SEED = 7;
const MOST_WARMUP = 50_000;
const SIMULATION = {
  cash: decimal('10000'),
  feeRate: null,
  slippageBps: 0,
  spreadFraction: 0,
  latencyMs: 0,
  fill: 'next-open',
  leverage: 1,
  stepSize: null,
  tickSize: null,
} as const;

/** Runs the strategy with default parameters. Throws where it cannot even be made. */
export function checkStrategy(definition: StrategyDefinition): readonly CheckLine[] {
  const timeframe = definition.timeframes.includes('1m')
    ? '1m'
    : (definition.timeframes[0] ?? '1m');
  const warmup = definition.warmup(definition.params.parse({}));
  const count = Math.min(MOST_WARMUP, warmup) * 2 + 3_000;
  const candles = syntheticCandles(count, timeframe);
  const play = (of: readonly Candle[]) => playOn(definition, of, timeframe);
  const [first, second] = [play(candles), play(candles)];
  const cut = Math.floor(count * 0.7);
  const known = play(candles.slice(0, cut)).said;
  const early = first.said.find(({ at }) => at < warmup - 1);
  const junk = first.said.map(({ intents }) => faultOf(intents)).find((fault) => fault !== null);
  const { errors } = first;
  return [
    line('runs', errors === 0, `${count} candles of ${timeframe}`, `${errors} throws`),
    line('speaks', first.said.length > 0, `${first.said.length} times`, 'it never wants anything'),
    line('answers', junk === undefined, 'every intent has its form', junk ?? ''),
    line('warm-up', early === undefined, `silent for ${warmup} candles`, earlyText(early, warmup)),
    line('repeats', first.digest === second.digest, 'two runs are the same', TWICE),
    line('no look-ahead', isSame(known, first.said, cut), 'the future changes nothing', AHEAD),
  ];
}

const TWICE = 'two runs differ: use view.now and the candles, no clock and no randomness';
const AHEAD = 'with the future cut off it decides differently: something is kept between runs';

const line = (check: string, ok: boolean, good: string, bad: string): CheckLine => {
  return { check, ok, detail: ok ? good : bad };
};

const earlyText = (early: Said | undefined, warmup: number): string =>
  `it speaks at candle ${(early?.at ?? 0) + 1}, before its warm-up of ${warmup}`;

const isSame = (part: readonly Said[], whole: readonly Said[], cut: number): boolean =>
  encodeJson(part) === encodeJson(whole.filter(({ at }) => at < cut));

/** What it wanted, and at which candle, counted from 0. */
interface Said {
  readonly at: number;
  readonly intents: readonly Intent[];
}

function playOn(definition: StrategyDefinition, candles: readonly Candle[], timeframe: Timeframe) {
  const said: Said[] = [];
  let at = -1;
  const heard = (intents: readonly Intent[] | undefined) => {
    if (intents !== undefined && intents.length > 0) said.push({ at, intents });
    return intents;
  };
  const listening: StrategyDefinition = {
    ...definition,
    create: (params, context) => {
      const strategy = definition.create(params, context);
      const watched: Strategy = {
        onCandle(event, view) {
          at += 1;
          return heard(strategy.onCandle?.(event, view));
        },
        ...(handlersOf(strategy).fill && {
          onFill: (fill, view) => heard(strategy.onFill?.(fill, view)),
        }),
      };
      return watched;
    },
  };
  const { state, figures } = runBacktest({
    feed: feedOf(candles, timeframe),
    loadMs: 0,
    setup: {
      id: definition.name,
      definition: listening,
      params: definition.params.parse({}),
      symbol: SYMBOL,
      timeframe,
      sizing: { kind: 'percent', value: 20 },
      stopFraction: null,
      targetFraction: null,
      trailFraction: null,
      enabled: true,
    },
    market: fileMarket(SYMBOL, SIMULATION),
    cash: SIMULATION.cash,
    model: toSimModel(SIMULATION),
    limits: asRiskLimits(settingsSchema.parse({ risk: { enabled: false } }).risk),
    accountId: SIMULATED_ACCOUNT,
    mode: 'replay',
    seed: SEED,
    version: 'check',
    startTime: START,
    digest: createDigest(),
  });
  return { said, errors: state.market.errors, digest: figures.digest };
}

function feedOf(candles: readonly Candle[], timeframe: Timeframe): PullFeed {
  let next = 0;
  return {
    next() {
      const candle = candles[next++];
      return candle === undefined ? null : finishedCandle({ symbol: SYMBOL, timeframe, candle });
    },
    history: () => [],
    unfinished: () => [],
    length: candles.length,
  };
}

/** A walk with enough of trends and ranges that most rules find something to say. */
function syntheticCandles(count: number, timeframe: Timeframe): readonly Candle[] {
  const rng = new SeededRng(SEED);
  let price = 30_000;
  return Array.from({ length: count }, (_, i) => {
    const open = price;
    const trend = Math.sin(i / 180) * 0.0006;
    const close = Math.round(open * (1 + trend + rng.normal() * 0.002) * 100) / 100;
    const reach = 1 + Math.abs(rng.normal()) * 0.001;
    price = close;
    return {
      openTime: START + i * timeframeMs(timeframe),
      open,
      high: Math.max(open, close) * reach,
      low: Math.min(open, close) / reach,
      close,
      volume: 1 + rng.next() * 10,
    };
  });
}

/** What the host would refuse of an answer, in its words; null: nothing. */
function faultOf(intents: readonly Intent[]): string | null {
  const answer = { kind: 'answer', intents, thought: null, levels: [] };
  const parsed = parseReply(encodeJson(answer));
  return parsed.ok ? null : parsed.fault;
}
