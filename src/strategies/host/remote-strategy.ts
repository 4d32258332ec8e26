import { encodeJson } from '../../domain/codec.ts';
import type {
  BookEvent,
  CandleEvent,
  IntentsEvent,
  StrategyFailedEvent,
  TradesEvent,
} from '../../domain/event.ts';
import type { EpochMs } from '../../domain/time.ts';
import type {
  ChartLevel,
  Strategy,
  StrategyContext,
  StrategyFill,
  StrategyThought,
  StrategyView,
} from '../../ports.ts';
import type { UserSource } from './evaluate.ts';
import {
  type Configured,
  type Item,
  type ReplyOf,
  type Request,
  intentsOf,
  parseReply,
} from './messages.ts';
import { type Sandbox, openSandbox } from './sandbox.ts';
import { BATCH, Telling } from './telling.ts';

/** How long a strategy may take, wall milliseconds. */
export interface HostLimits {
  /** Longer is counted and said. */
  readonly slowMs: number;
  /** Longer ends its process. */
  readonly answerMs: number;
  /** The same for its start: its process, its code, its past. */
  readonly startMs: number;
}

/** RELIABILITY F47. */
export const LIMITS: HostLimits = { slowMs: 250, answerMs: 1_000, startMs: 15_000 };

/** Ends of its process, since it was switched on, after which it is not started again. */
export const MOST_ENDS = 3;
/** Finished candles and fills that may wait for it; a market that can wait never gets there. */
export const MOST_WAITING = 1_000;
/** Prints of a tick that waits; older ones are in the candles. */
const MOST_TRADES = 1_000;

/** What the host lends a strategy. */
export interface HostPorts {
  post(event: IntentsEvent | StrategyFailedEvent): void;
  notice(level: 'info' | 'warn', text: string): void;
  /** The strategy has caught up. */
  wake(): void;
}

export interface RemoteSetup {
  readonly strategyId: string;
  readonly source: UserSource;
  readonly configured: Configured;
  readonly params: unknown;
  readonly context: StrategyContext;
  readonly limits: HostLimits;
  /** Lent once the engine runs: a strategy is made before it. */
  readonly ports: () => HostPorts | null;
}

interface Waiting {
  readonly item: Item;
  readonly warm: boolean;
  readonly basis: EpochMs;
}

/**
 * A strategy that lives in a process of its own. The engine tells it what happens and goes on; at
 * most one message is out, ticks that come meanwhile are merged, finished candles and fills wait
 * in order (F50). What it answers comes back as an event of its own.
 */
export class RemoteStrategy implements Strategy {
  readonly onTrades?: NonNullable<Strategy['onTrades']>;
  readonly onBook?: NonNullable<Strategy['onBook']>;
  readonly onFill?: NonNullable<Strategy['onFill']>;
  readonly #setup: RemoteSetup;
  #telling: Telling;
  #sandbox: Sandbox | null = null;
  #phase: 'starting' | 'ready' | 'stopped' = 'starting';
  #view: StrategyView | null = null;
  #waiting: Waiting[] = [];
  #tick: Waiting | null = null;
  #asked: { readonly warm: boolean; readonly basis: EpochMs } | null = null;
  #timers: NodeJS.Timeout[] = [];
  #thought: StrategyThought | null = null;
  #levels: readonly ChartLevel[] = [];
  #ends = 0;
  #slow = 0;
  #reason = '';

  constructor(setup: RemoteSetup) {
    this.#setup = setup;
    this.#telling = new Telling(setup.context, setup.configured);
    const { handlers } = setup.configured;
    if (handlers.trades) this.onTrades = (event, view) => this.#takeTrades(event, view);
    if (handlers.book) this.onBook = (event, view) => this.#takeBook(event, view);
    if (handlers.fill) this.onFill = (fill, view) => this.#takeFill(fill, view);
    this.#start();
  }

  /** A market that can wait does, until candles and fills are answered. */
  get isBehind(): boolean {
    if (this.#phase === 'stopped') return false;
    return this.#phase === 'starting' || this.#asked !== null || this.#waiting.length > 0;
  }

  /** Null while none runs. */
  get pid(): number | null {
    return this.#sandbox?.pid ?? null;
  }

  onCandle(event: CandleEvent, view: StrategyView): undefined {
    this.#wait({ item: this.#telling.item(event, view), warm: false, basis: event.time }, view);
  }

  onWarm(event: CandleEvent, view: StrategyView): void {
    this.#wait({ item: this.#telling.item(event, view), warm: true, basis: event.time }, view);
  }

  onSwitch(enabled: boolean): void {
    if (!enabled) return;
    this.#ends = 0;
    if (this.#phase === 'stopped') this.#startAgain();
  }

  explain(): StrategyThought {
    const { text, inputs } = this.#thought ?? { text: '', inputs: {} };
    return { text: text === '' ? this.#state() : `${text} · ${this.#state()}`, inputs };
  }

  levels(): readonly ChartLevel[] {
    return this.#levels;
  }

  /** Ends its process; nothing is posted any more. */
  close(): void {
    this.#phase = 'stopped';
    this.#reason = 'closed';
    this.#forget();
  }

  #state(): string {
    if (this.#phase === 'stopped') return `stopped: ${this.#reason}`;
    const slow = this.#slow === 0 ? '' : `, slow ${this.#slow}×`;
    const phase = this.#phase === 'starting' ? ', starting' : '';
    return `child ${this.pid ?? '–'}${phase}${slow}`;
  }

  #takeTrades(event: TradesEvent, view: StrategyView): undefined {
    const before = this.#tick?.item.told;
    const trades = before?.kind === 'trades' ? before.trades : [];
    const joined = { ...event, trades: [...trades, ...event.trades].slice(-MOST_TRADES) };
    this.#takeTick(joined, view);
  }

  #takeBook({ symbol, time }: BookEvent, view: StrategyView): undefined {
    // The book itself is read when the message leaves: the newest there is then. A trade that
    // waits keeps its place, the book is in the view it comes with.
    if (this.#tick?.item.told.kind === 'trades') return;
    this.#takeTick({ kind: 'book', symbol, time }, view);
  }

  #takeTick(told: Item['told'] & { readonly time: EpochMs }, view: StrategyView): void {
    if (this.#phase !== 'ready') return;
    this.#view = view;
    this.#tick = { item: { told, finished: [] }, warm: false, basis: told.time };
    this.#ask();
  }

  #takeFill(fill: StrategyFill, view: StrategyView): undefined {
    const item = this.#telling.item({ kind: 'fill', fill }, view);
    this.#wait({ item, warm: false, basis: view.now }, view);
  }

  #wait(waiting: Waiting, view: StrategyView): void {
    this.#view = view;
    if (this.#phase === 'stopped') return;
    this.#waiting.push(waiting);
    if (!waiting.warm && this.#waiting.length > MOST_WAITING && this.#phase === 'ready') {
      return this.#sandbox?.kill(`it is ${this.#waiting.length} candles behind`);
    }
    this.#ask();
  }

  #start(): void {
    this.#phase = 'starting';
    this.#sandbox = openSandbox({
      onLine: (line) => this.#takeLine(line),
      onEnd: (reason) => this.#onEnd(reason),
    });
    this.#watch(this.#setup.limits.startMs);
    this.#send({ kind: 'load', source: this.#setup.source });
  }

  #startAgain(): void {
    this.#telling = new Telling(this.#setup.context, this.#setup.configured);
    const basis = this.#view?.now ?? 0;
    const history = this.#view === null ? [] : this.#telling.history(this.#view);
    this.#waiting = history.map((item) => ({ item, warm: true, basis }));
    this.#start();
  }

  #send(request: Request): void {
    this.#sandbox?.send(encodeJson(request));
  }

  /** Sends what waits longest, if nothing is out. */
  #ask(): void {
    if (this.#phase !== 'ready' || this.#asked !== null || this.#view === null) return;
    const batch = this.#nextBatch();
    const [first] = batch;
    if (first === undefined) return;
    const { warm, basis } = first;
    this.#asked = { warm, basis };
    this.#watch(this.#setup.limits.answerMs, this.#setup.limits.slowMs);
    const items = batch.map(({ item }) => item);
    this.#send({ kind: 'tell', warm, items, view: this.#telling.values(this.#view) });
  }

  #nextBatch(): readonly Waiting[] {
    const [first] = this.#waiting;
    if (first === undefined) {
      const tick = this.#tick;
      this.#tick = null;
      return tick === null ? [] : [tick];
    }
    if (!first.warm) return this.#waiting.splice(0, 1);
    const end = this.#waiting.findIndex(({ warm }, index) => !warm || index === BATCH);
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }

  #takeLine(line: string): void {
    const parsed = parseReply(line);
    if (this.#phase === 'starting') return this.#takeStart(parsed);
    const asked = this.#asked;
    if (asked === null) return this.#sandbox?.kill('it spoke without being asked');
    this.#unwatch();
    this.#asked = null;
    if (!parsed.ok) this.#fail(parsed.fault);
    else if (parsed.reply.kind === 'answer') this.#takeAnswer(parsed.reply, asked);
    else this.#fail(parsed.reply.kind === 'failed' ? parsed.reply.message : 'it answers wrongly');
    this.#ask();
    if (this.#asked === null) this.#setup.ports()?.wake();
  }

  #takeStart(parsed: ReturnType<typeof parseReply>): void {
    const { params, context } = this.#setup;
    const reply = parsed.ok ? parsed.reply : null;
    if (reply?.kind === 'loaded') return this.#send({ kind: 'create', params, ...context });
    if (reply?.kind !== 'created') {
      const fault = parsed.ok ? 'it answers wrongly' : parsed.fault;
      return this.#sandbox?.kill(reply?.kind === 'failed' ? reply.message : fault);
    }
    this.#unwatch();
    this.#phase = 'ready';
    this.#ask();
    if (this.#asked === null) this.#setup.ports()?.wake();
  }

  #takeAnswer(
    reply: ReplyOf<'answer'>,
    asked: { readonly warm: boolean; readonly basis: EpochMs },
  ): void {
    this.#thought = reply.thought;
    this.#levels = reply.levels;
    const list = intentsOf(reply);
    if (asked.warm || list.length === 0) return;
    this.#setup.ports()?.post({ kind: 'intents', ...this.#sender(), basis: asked.basis, list });
  }

  /** Said by the pipe it came through, not by what came: nobody speaks for another (S22). */
  #sender() {
    const { strategyId, context } = this.#setup;
    return { strategyId, symbol: context.symbol, time: this.#view?.now ?? 0 };
  }

  #fail(reason: string): void {
    this.#setup.ports()?.post({ kind: 'strategyFailed', ...this.#sender(), reason });
  }

  #watch(endMs: number, slowMs?: number): void {
    this.#unwatch();
    // Looked at once more after waiting messages were read: it may have been us who were busy.
    const end = (): void => {
      if (this.#timers.includes(timer)) this.#sandbox?.kill(`it gave no answer for ${endMs} ms`);
    };
    const timer = setTimeout(() => setImmediate(end), endMs);
    this.#timers = [timer];
    if (slowMs !== undefined) this.#timers.push(setTimeout(() => this.#onSlow(slowMs), slowMs));
  }

  #unwatch(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }

  /** Said the first time, and each time it has happened twice as often. */
  #onSlow(slowMs: number): void {
    this.#slow += 1;
    if ((this.#slow & (this.#slow - 1)) !== 0) return;
    const often = this.#slow === 1 ? '' : `, ${this.#slow} times by now`;
    const { strategyId, context } = this.#setup;
    const text = `${strategyId} on ${context.symbol} takes longer than ${slowMs} ms${often}`;
    this.#setup.ports()?.notice('warn', text);
  }

  #forget(): void {
    this.#unwatch();
    this.#asked = null;
    this.#waiting = [];
    this.#tick = null;
    this.#sandbox?.dispose();
    this.#sandbox = null;
  }

  #onEnd(reason: string): void {
    if (this.#phase === 'stopped') return;
    this.#phase = 'stopped';
    this.#reason = reason;
    this.#forget();
    this.#ends += 1;
    const again = this.#ends < MOST_ENDS;
    const what = again ? 'it is started again' : 'it is not started again until switched on';
    this.#fail(`${reason}; ${what}`);
    // The engine may have switched it off, or closed us, in answer.
    if (again && this.#reason === reason) this.#startAgain();
    this.#setup.ports()?.wake();
  }
}
