import {
  MessageChannel,
  type MessagePort,
  Worker,
  receiveMessageOnPort,
} from 'node:worker_threads';
import { encodeJson } from '../../domain/codec.ts';
import type { BookEvent, CandleEvent, TradesEvent } from '../../domain/event.ts';
import type { Intent } from '../../domain/intent.ts';
import type {
  ChartLevel,
  Strategy,
  StrategyFill,
  StrategyThought,
  StrategyView,
} from '../../ports.ts';
import { type Item, type Reply, type Request, intentsOf, parseReply } from './messages.ts';
import { MOST_ENDS, type RemoteSetup } from './remote-strategy.ts';
import { BATCH, Telling } from './telling.ts';

/** What the thread that holds the process is given. */
export interface LockStepData {
  readonly port: MessagePort;
  readonly signal: Int32Array;
}

/** What it tells: an answer, or why there will be none. */
export type ToEngine = { readonly line: string } | { readonly end: string };

export const ANSWERED = 1;
/** Nobody's keys wait meanwhile, so a strategy may take longer than beside a console. */
const LONGEST_ANSWER_MS = 15_000;

/** One process of a strategy, asked and waited for. Every call throws when it ended. */
class WaitedSandbox {
  readonly #port: MessagePort;
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;
  #end: string | null = null;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData: LockStepData = { port: port2, signal: this.#signal };
    const entry = new URL('./lock-step-thread.ts', import.meta.url);
    this.#worker = new Worker(entry, { workerData, transferList: [port2] });
    this.#worker.unref();
    this.#port.unref();
  }

  ask(request: Request): Exclude<Reply, { kind: 'failed' }> {
    Atomics.store(this.#signal, 0, 0);
    this.#port.postMessage(encodeJson(request));
    const message = this.#wait();
    if ('end' in message) throw new Error(this.#over(message.end));
    const parsed = parseReply(message.line);
    if (!parsed.ok) throw new Error(parsed.fault);
    if (parsed.reply.kind === 'failed') throw new Error(parsed.reply.message);
    return parsed.reply;
  }

  get isOver(): boolean {
    return this.#end !== null;
  }

  close(): void {
    this.#port.postMessage(null);
  }

  #wait(): ToEngine {
    for (;;) {
      const received = receiveMessageOnPort(this.#port);
      if (received) return received.message as ToEngine;
      if (Atomics.wait(this.#signal, 0, 0, LONGEST_ANSWER_MS) !== 'timed-out') continue;
      this.close();
      return { end: `it gave no answer for ${LONGEST_ANSWER_MS} ms` };
    }
  }

  #over(reason: string): string {
    this.#end = reason;
    this.close();
    return reason;
  }
}

/**
 * A strategy in a process of its own whose answer the engine waits for: the same run as if it lived
 * in the engine, candle by candle, at the price of a message each. For runs without a screen that
 * go as fast as they can; nobody could press a key meanwhile.
 */
export class LockStepStrategy implements Strategy {
  readonly onTrades?: NonNullable<Strategy['onTrades']>;
  readonly onBook?: NonNullable<Strategy['onBook']>;
  readonly onFill?: NonNullable<Strategy['onFill']>;
  readonly #setup: RemoteSetup;
  #telling: Telling;
  #sandbox: WaitedSandbox | null = null;
  #past: Item[] = [];
  #thought: StrategyThought | null = null;
  #levels: readonly ChartLevel[] = [];
  #ends = 0;
  #hasBegun = false;

  constructor(setup: RemoteSetup) {
    this.#setup = setup;
    this.#telling = new Telling(setup.context, setup.configured);
    const { handlers } = setup.configured;
    if (handlers.trades) this.onTrades = (event, view) => this.#tell(event, view);
    if (handlers.book) this.onBook = (event, view) => this.#tellBook(event, view);
    if (handlers.fill) this.onFill = (fill, view) => this.#tellFill(fill, view);
  }

  onCandle(event: CandleEvent, view: StrategyView) {
    return this.#tell(event, view);
  }

  onWarm(event: CandleEvent, view: StrategyView): void {
    this.#past.push(this.#telling.item(event, view));
    if (this.#past.length >= BATCH) this.#rememberPast(view);
  }

  onSwitch(enabled: boolean): void {
    if (enabled) this.#ends = 0;
  }

  explain(): StrategyThought {
    return this.#thought ?? { text: '', inputs: {} };
  }

  levels(): readonly ChartLevel[] {
    return this.#levels;
  }

  close(): void {
    this.#sandbox?.close();
    this.#sandbox = null;
    this.#ends = MOST_ENDS;
  }

  #tellBook({ kind, symbol, time }: BookEvent, view: StrategyView) {
    return this.#tell({ kind, symbol, time }, view);
  }

  #tellFill(fill: StrategyFill, view: StrategyView) {
    return this.#tell({ kind: 'fill', fill }, view);
  }

  #tell(told: Item['told'] | TradesEvent, view: StrategyView): readonly Intent[] | undefined {
    if (this.#sandbox === null && this.#ends >= MOST_ENDS) return undefined;
    // Built first: a process that begins again gets what is in it from the engine's candles.
    const item = this.#sandbox === null && this.#hasBegun ? null : this.#telling.item(told, view);
    this.#rememberPast(view);
    if (item === null) return undefined;
    return this.#ask([item], view, false);
  }

  #rememberPast(view: StrategyView): void {
    if (this.#sandbox === null) this.#start(view);
    for (let from = 0; from < this.#past.length; from += BATCH) {
      this.#ask(this.#past.slice(from, from + BATCH), view, true);
    }
    this.#past = [];
  }

  #start(view: StrategyView): void {
    const { source, params, context } = this.#setup;
    this.#sandbox = new WaitedSandbox();
    if (this.#hasBegun) {
      this.#telling = new Telling(context, this.#setup.configured);
      this.#past = this.#telling.history(view);
    }
    this.#hasBegun = true;
    this.#request({ kind: 'load', source });
    this.#request({ kind: 'create', params, ...context });
  }

  #ask(items: readonly Item[], view: StrategyView, warm: boolean): readonly Intent[] {
    const reply = this.#request({
      kind: 'tell',
      warm,
      items,
      view: this.#telling.values(view),
    });
    if (reply.kind !== 'answer') throw new Error('it answers wrongly');
    this.#thought = reply.thought;
    this.#levels = reply.levels;
    return intentsOf(reply);
  }

  #request(request: Request) {
    const sandbox = this.#sandbox;
    if (sandbox === null) throw new Error('it has ended');
    try {
      return sandbox.ask(request);
    } catch (error) {
      if (sandbox.isOver) {
        this.#sandbox = null;
        this.#ends += 1;
      }
      throw error;
    }
  }
}
