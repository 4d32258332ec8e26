/** A host over real processes of strategies, told by hand what an engine would tell. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Candle } from '../../../src/domain/candle.ts';
import type { CandleEvent, IntentsEvent, StrategyFailedEvent } from '../../../src/domain/event.ts';
import type { Strategy, StrategyView } from '../../../src/ports.ts';
import { StrategyHost } from '../../../src/strategies/host.ts';
import type { HostLimits } from '../../../src/strategies/host/remote-strategy.ts';
import {
  type UserFile,
  askUserFile,
  readUserFile,
} from '../../../src/strategies/host/user-file.ts';
import { makeDirectory, until } from '../../support/session-kit.ts';
import { SPOT, contextOf } from '../driver.ts';

/** Long enough for any machine: only a strategy that never answers meets them. */
export const PATIENT: HostLimits = { slowMs: 60_000, answerMs: 60_000, startMs: 60_000 };

/** A strategy's file whose one instance does `body` with what it is told. */
export function writeStrategy(body: string, more = ''): UserFile {
  const path = join(makeDirectory(), 'mine.ts');
  const text = `export const strategy = ({ z }) => ({
  name: 'mine',
  summary: 'What a test needs',
  params: z.strictObject({ at: z.int().min(0).default(0) }),
  warmup: () => 1,
  ${more}
  create: (params, { symbol }) => {
    const hold = (positionSide, reason) => [{ kind: 'target', symbol, positionSide, reason }];
    let count = 0;
    return { ${body} };
  },
});
`;
  writeFileSync(path, text);
  return readUserFile(path, '/');
}

export interface Heard {
  readonly events: (IntentsEvent | StrategyFailedEvent)[];
  readonly notices: string[];
}

export interface Hosted extends Heard {
  readonly strategy: Strategy;
  readonly host: StrategyHost;
  /** Finished candles so far; the view knows them. */
  readonly candles: Candle[];
  readonly view: StrategyView;
  /** Tells the next candle. */
  candle(): void;
  /** Until nothing waits for the strategy. */
  quiet(): Promise<void>;
  /** Reasons of its failures. */
  readonly failures: readonly string[];
  /** Reasons of its intents. */
  readonly wants: readonly string[];
}

const hosts: StrategyHost[] = [];

export function closeHosts(): void {
  for (const host of hosts.splice(0)) host.close();
}

/** One hosted strategy that is ready; an engine switches off what failed three times. */
export async function openHosted(file: UserFile, limits = PATIENT): Promise<Hosted> {
  const known = await askUserFile(file, () => ({}));
  const host = new StrategyHost({ isLockStep: false, limits });
  hosts.push(host);
  const events: Heard['events'] = [];
  const notices: string[] = [];
  host.attach({
    post: (event) => events.push(event),
    notice: (_level, text) => notices.push(text),
    wake: () => undefined,
  });
  const candles: Candle[] = [];
  const definition = host.define('mine', file, known);
  const strategy = definition.create({ at: 0 }, contextOf(SPOT));
  const hosted = hostedOf({ strategy, host, candles, events, notices });
  await hosted.quiet();
  return hosted;
}

function hostedOf(of: {
  readonly strategy: Strategy;
  readonly host: StrategyHost;
  readonly candles: Candle[];
  readonly events: Heard['events'];
  readonly notices: string[];
}): Hosted {
  const { strategy, host, candles, events } = of;
  const view = viewOf(candles);
  return {
    ...of,
    view,
    candle() {
      const openTime = candles.length * 60_000;
      const candle = { openTime, open: 100, high: 101, low: 99, close: 100, volume: 1 };
      candles.push(candle);
      strategy.onCandle?.(candleEvent(candle), view);
    },
    quiet: () => until(() => !host.isBehind),
    get failures() {
      return events.flatMap((event) => (event.kind === 'strategyFailed' ? [event.reason] : []));
    },
    get wants() {
      return events.flatMap((event) => {
        return event.kind === 'intents' ? event.list.map(({ reason }) => reason) : [];
      });
    },
  };
}

export function candleEvent(candle: Candle): CandleEvent {
  const time = candle.openTime + 60_000;
  return { kind: 'candle', symbol: SPOT.symbol, timeframe: '1m', time, candle };
}

export function viewOf(candles: readonly Candle[]): StrategyView {
  return {
    get now() {
      return candles.length * 60_000;
    },
    market: SPOT,
    lastPrice: 100,
    position: 0,
    entryPrice: null,
    expected: 0,
    working: [],
    candle: (timeframe, back) => (timeframe === '1m' ? candles.at(-1 - back) : undefined),
    book: { bids: [{ price: 99, quantity: 1 }], asks: [{ price: 101, quantity: 1 }] },
  };
}
