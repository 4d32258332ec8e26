import type { EngineState } from '../engine/state.ts';
import type { EngineView } from '../engine/view.ts';
import type { AlertBoard } from './alerts.ts';
import type { LiveGate } from './live-gate.ts';
import type { MarketSource } from './market-source.ts';
import type { Pacer } from './pacer.ts';
import type { Pulse } from './pulse.ts';
import type { RunOptions } from './run-options.ts';
import type {
  ExchangeView,
  FeedView,
  HealthView,
  RecoveredView,
  SessionView,
} from './session-types.ts';
import type { SpaceView } from './state/space-guard.ts';
import type { Speech } from './speech.ts';
import type { Watch } from './watch.ts';

/** Everything a view is made of. */
interface SessionParts {
  readonly options: RunOptions;
  readonly source: MarketSource;
  readonly recovered: RecoveredView | null;
  readonly journal: {
    readonly last: number;
    readonly durable: number;
    readonly failure: Error | null;
  };
  readonly state: EngineState;
  /** Of that state. */
  readonly engine: EngineView;
  readonly pacer: Pacer;
  readonly speech: Speech;
  readonly pulse: Pulse;
  readonly health: HealthView;
  readonly space: SpaceView | null;
  /** Null while nobody reads. */
  readonly watch: Watch | null;
  readonly alerts: AlertBoard | null;
  readonly exchange: ExchangeView | null;
  readonly gate: LiveGate | null;
}

/** One frozen view of engine and session together. */
export function makeSessionView(parts: SessionParts): SessionView {
  const { engine: view, options, journal, state, pacer, speech, pulse, watch, alerts } = parts;
  const { drill = null } = options;
  const hasBegun = state.market.events > 0;
  const isAtRest = !hasBegun || pacer.held || pacer.ended;
  alerts?.look({ silentMs: pulse.stalledMs, isAtRest, exchange: parts.exchange });
  return Object.freeze({
    ...view,
    markets: view.markets.map((market) => watch?.withDay(market) ?? market),
    records: journal.last,
    mode: options.mode,
    ...(drill !== null && { drill }),
    ...(parts.exchange !== null && { exchange: parts.exchange }),
    profile: options.profile,
    seed: options.seed,
    feed: feedView(parts),
    dataAgeMs: hasBegun ? pulse.silentMs : null,
    store: {
      failed: journal.failure?.message ?? null,
      commitMs: pulse.commitMs,
      waiting: journal.last - journal.durable,
      ...(parts.space !== null && { space: parts.space }),
    },
    health: parts.health,
    recovered: parts.recovered,
    log: speech.lines,
    notices: speech.notices,
    alerts: alerts?.views() ?? [],
    watched: watch?.view() ?? null,
    ...(parts.gate !== null && { gate: parts.gate.view() }),
  });
}

function feedView({ pacer, source, state }: SessionParts): FeedView {
  return {
    speed: pacer.speed,
    held: pacer.held,
    ended: pacer.ended,
    events: state.market.events,
    length: source.length,
    hasBook: source.hasBook,
    startTime: source.length === null ? null : source.startTime,
    endTime: source.endTime,
    seeking: pacer.seeking,
  };
}
