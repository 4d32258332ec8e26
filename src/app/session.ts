import { type TradeEntry, toTradeEntry } from '../backtest/trades.ts';
import type { Command, Ticket } from '../domain/command.ts';
import { monotonicMs } from '../engine/clock.ts';
import { previewTicket } from '../engine/preview.ts';
import { makeView } from '../engine/make-view.ts';
import type { Run } from '../engine/run.ts';
import type { EngineView } from '../engine/view.ts';
import { messageOf, required } from '../domain/errors.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { Envelope, RecordBody } from '../domain/record.ts';
import type { LogLine } from '../ports.ts';
import { AlertBoard } from './alerts.ts';
import { Compactor } from './state/compactor.ts';
import { endSession } from './end-session.ts';
import { Health } from './health.ts';
import { tellHistory } from './history.ts';
import { Listeners } from './listeners.ts';
import type { Pacer } from './pacer.ts';
import { Pulse } from './pulse.ts';
import { RecordRing } from './record-ring.ts';
import type { StrategyInstance } from './run-options.ts';
import type {
  HistoryLine,
  HistoryOf,
  Notice,
  Session,
  SessionCommand,
  SessionView,
  WatchRequest,
  Words,
} from './session-types.ts';
import { asConfigured } from './simulation.ts';
import { takenBySession } from './session-commands.ts';
import type { SessionPorts } from './session-ports.ts';
import { makeSessionView } from './session-view.ts';
import { Speech } from './speech.ts';
import { startWords } from './start-words.ts';
import { redactWords } from '../store/redact.ts';
import { readTail } from './state/reader.ts';
import { type RunSummary, summarize } from './summary.ts';
import { keepVigil } from './vigil.ts';
import { Watch } from './watch.ts';

export type SessionEnd = 'ended' | 'failed';

/** A session whose engine runs in this process: market paced, journal written, readers told. */
export class RunningSession implements Session {
  /** Resolves when the market has ended, the run was closed, or the engine failed. */
  readonly done: Promise<SessionEnd>;
  private readonly ports: SessionPorts;
  private readonly begun = monotonicMs();
  private readonly listeners = new Listeners();
  private readonly health = new Health(monotonicMs);
  private readonly pulse = new Pulse();
  private readonly speech: Speech;
  private readonly records: RecordRing;
  private readonly closers: (() => Promise<void>)[] = [];
  private readonly stoppers: (() => Promise<void>)[] = [];
  private run: Run | null = null;
  private compactor: Compactor | null = null;
  /** Null until somebody reads. */
  private watching: Watch | null = null;
  private alerts: AlertBoard | null = null;
  private pacer: Pacer | null = null;
  private finish: (end: SessionEnd) => void = () => undefined;
  private failure: string | null = null;
  /** The engine threw: its memory may be half changed, only its journal is trusted. */
  private crashed = false;
  private cached: SessionView | null = null;
  /** The engine's part of the newest view. */
  private engine: EngineView | null = null;
  private closing: Promise<void> | null = null;
  private endVigil: () => void = () => undefined;

  constructor(ports: SessionPorts) {
    this.ports = ports;
    this.records = new RecordRing((before, count) => readTail(ports.directory, before, count));
    this.speech = new Speech(
      {
        logFile: ports.logFile,
        now: () => this.run?.state.market.now ?? ports.source.startTime,
        onSaid: () => this.changed(),
      },
      ports.noticesBefore,
    );
    this.done = new Promise((resolve) => {
      this.finish = resolve;
    });
    ports.store.journal.onDurable(() => this.onDurable());
    ports.store.journal.onFailed((reason) => this.onJournalFailed(reason));
  }

  /** Takes the started engine; the market begins to move with `start`. */
  attach(run: Run, archive: () => Promise<readonly string[]>): void {
    const { source } = this.ports;
    this.run = run;
    const { store } = this.ports;
    this.compactor = new Compactor({
      store,
      archive,
      notice: (level, text) => this.notice(level, text),
    });
    this.pacer = source.createPacer(
      {
        drive: (event) => {
          this.ports.recorder?.write(event);
          this.health.drive(run, event);
          this.watching?.observe(event);
          this.pulse.event();
        },
        advance: (time) => run.advance(time),
        warm: (event) => {
          run.warm(event);
          this.watching?.observe(event);
        },
        onTurn: () => this.afterTurn(),
        onEnd: () => this.onFeedEnd(),
        onSought: () => this.changed(),
        onCrash: (error) => this.onCrash(error),
        isBlocked: () =>
          this.compactor?.isBusy === true ||
          store.journal.saturated ||
          this.ports.recorder?.saturated === true ||
          this.ports.options.userStrategies?.host.isBehind === true,
      },
      this.ports.options.speed,
    );
    this.commit();
    const { recovered, options } = this.ports;
    const { deposits } = run.state.money;
    const { cash } = options.simulation;
    const words = startWords({ caution: this.caution, recovered, deposits, cash });
    for (const word of words) this.say(word);
  }

  /** Runs when everything else has ended, last registered first. */
  onClose(closer: () => Promise<void>): void {
    this.closers.push(closer);
  }

  /** Runs before the last record, while what it causes can still be journaled. */
  onStop(stopper: () => Promise<void>): void {
    this.stoppers.push(stopper);
  }

  /** Lets the market move. */
  start(): void {
    this.ports.space.start();
    this.pacer?.start();
    this.endVigil = keepVigil((what) => this.recover(what));
  }

  /** What an exchange did meanwhile is asked before anything else; simulated markets stood still. */
  recover(what: string): void {
    const run = required(this.run, 'engine');
    this.log({ level: 'warn', category: 'system', message: what });
    if (run.venue.inProcess || this.crashed) return;
    run.post({ kind: 'recover', time: run.state.market.now, reason: what });
    this.commit();
  }

  view(): SessionView {
    this.cached ??= this.makeView();
    return this.cached;
  }

  /** What the engine last showed: for those whose own words are part of a view. */
  get engineView(): EngineView {
    return this.engine ?? makeView(required(this.run, 'engine').state);
  }

  subscribe(listener: () => void): () => void {
    this.follow();
    return this.listeners.add(listener);
  }

  dispatch(command: Command | SessionCommand): void {
    const run = required(this.run, 'engine');
    if (this.closing) return;
    if (this.crashed) return this.notice('warn', 'the engine has stopped; quit and start it again');
    const { ports, pacer } = this;
    try {
      if (!takenBySession(command, { ports, pacer, run, say: (words) => this.say(words) })) {
        // What somebody typed or pasted as a reason is journaled, shown and exported.
        const clean = redactWords(ports.logFile.redact, command);
        run.post({ kind: 'command', time: run.state.market.now, command: clean });
      }
      this.commit();
    } catch (error) {
      this.onCrash(error);
    }
    this.cached = null;
    this.listeners.tell();
  }

  /** Something that comes by itself, between two market events; a bug in it ends the run. */
  between(act: (run: Run) => void): void {
    const run = required(this.run, 'engine');
    if (!this.crashed && !this.closing) this.pacer?.between(() => act(run));
  }

  watch(request: WatchRequest): void {
    this.follow().request(request);
    this.cached = null;
  }

  /** Readers want more of the market than the engine keeps; a run without any does not pay. */
  private follow(): Watch {
    const { state } = required(this.run, 'engine');
    this.alerts ??= new AlertBoard(state, this.records.all());
    this.watching ??= new Watch(state, this.ports.source, (trouble) => {
      if (trouble !== null) this.notice('warn', `no patterns: ${messageOf(trouble)}`);
      this.changed();
    });
    return this.watching;
  }

  history(of: HistoryOf): readonly HistoryLine[] {
    return tellHistory(this.records.all(), required(this.run, 'engine').state.money, of);
  }

  preview(ticket: Ticket) {
    return previewTicket(required(this.run, 'engine').context, ticket);
  }

  /** Figures so far; exact once the session is closed. */
  summary(): RunSummary {
    const { options, store, recovered, rules, source } = this.ports;
    const { state } = required(this.run, 'engine');
    return summarize(state, {
      mode: options.mode,
      exchange: options.exchange?.plan.id ?? 'simulated',
      start: state.market.events === 0 ? null : source.startTime,
      recovered,
      digest: store.journal.digest(),
      durationMs: monotonicMs() - this.begun,
      rules: rules.summary(state),
    });
  }

  /** Writes the last records and the snapshot, frees the directory. Later calls wait for it. */
  close(reason: string): Promise<void> {
    this.closing ??= this.shutDown(reason);
    return this.closing;
  }

  log(line: Omit<LogLine, 'time'>): void {
    this.speech.log(line);
  }

  notice(level: Notice['level'], text: string): void {
    this.speech.notice(level, text);
  }

  private say({ level, text }: Words): void {
    this.notice(level, text);
  }

  /** Takes a record that the money has just applied. */
  onRecord(body: RecordBody, at: Envelope): void {
    this.records.add(body, at);
    this.watching?.onRecord(body);
    this.alerts?.onRecord({ ...body, ...at });
    this.changed();
  }

  /** An error that nobody caught: a step's ends the engine, any other one is only logged. */
  onUncaught(error: unknown): void {
    if (this.run?.isBroken === true && !this.crashed) this.onCrash(error);
    else this.lastWords(error);
  }

  /** A bug may end the process: what waits for the log file is written before it does. */
  lastWords(error: unknown): void {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.log({ level: 'error', category: 'system', message });
    this.ports.logFile.flushSync();
  }

  /** Something a reader could see changed. */
  changed(): void {
    this.cached = null;
    this.listeners.changed();
  }

  private makeView(): SessionView {
    this.follow();
    const { options, source, recovered, store } = this.ports;
    const { state } = required(this.run, 'engine');
    this.engine = makeView(state);
    return makeSessionView({
      engine: this.engine,
      options,
      source,
      recovered,
      journal: store.journal,
      state,
      pacer: required(this.pacer, 'pacer'),
      speech: this.speech,
      pulse: this.pulse,
      health: this.health.view(),
      space: this.ports.space.view,
      watch: this.watching,
      alerts: this.alerts,
      gate: this.ports.gate ?? null,
      exchange: this.ports.exchange?.() ?? null,
    });
  }

  /** What to know of the market before believing any figure; null: nothing. */
  get caution(): string | null {
    return this.ports.source.caution;
  }

  private afterTurn(): void {
    this.pulse.turn();
    this.commit();
    this.changed();
    if (!this.crashed) this.compactor?.look();
  }

  private commit(): void {
    const { journal } = this.ports.store;
    if (journal.last === journal.durable) return;
    this.pulse.commitBegins();
    required(this.run, 'engine').commit();
  }

  private onDurable(): void {
    this.pulse.commitEnds();
    this.changed();
  }

  /** Memory is ahead of the disk: entries stop, cancels and exits by hand still work. */
  private onJournalFailed(reason: string): void {
    const words = `state cannot be saved: ${reason.replace(/^State cannot be saved: /, '')}`;
    this.failure = `HALTED: ${words} Make room or repair the disk, then start again.`;
    const run = this.run;
    if (run) {
      const command = { kind: 'halt', reason: words, by: 'engine' } as const;
      run.post({ kind: 'command', time: run.state.market.now, command });
    }
    // Said at once: words that wait for the disk would never come.
    this.notice('error', `HALTED: ${words}`);
    this.alerts?.onFailure(words);
    this.listeners.tell();
    this.finish('failed');
  }

  private onFeedEnd(): void {
    this.notice('info', 'the recording has ended');
    this.finish('ended');
  }

  private onCrash(error: unknown): void {
    this.crashed = true;
    this.pacer?.stop();
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.failure = message;
    this.ports.onCrash(messageOf(error));
    this.notice('error', `the engine failed and stopped: ${message}`);
    this.ports.logFile.flushSync();
    this.finish('failed');
  }

  /** Why the engine or its state failed; null while all is well. */
  get failed(): string | null {
    return this.failure;
  }

  /** Limits in force now. */
  get limits(): RiskLimits {
    return required(this.run, 'engine').state.settings.limits;
  }

  /** Strategies as they are configured by now, edits while it ran included. */
  get strategies(): readonly StrategyInstance[] {
    const { runtimes } = required(this.run, 'engine').state.market;
    return asConfigured(this.ports.options.strategies, runtimes);
  }

  /** Round trips that closed in this run; empty without `--trades`. */
  get trades(): readonly TradeEntry[] {
    return this.ports.trips?.closed.map(toTradeEntry) ?? [];
  }

  private async shutDown(reason: string): Promise<void> {
    const { ports, crashed, closers, stoppers } = this;
    this.pacer?.stop();
    this.endVigil();
    this.listeners.stop();
    this.health.close();
    const run = required(this.run, 'engine');
    const compactor = required(this.compactor, 'compactor');
    const failed = await endSession({ ports, run, compactor, crashed, stoppers, closers, reason });
    this.failure ??= failed;
    this.finish(this.failure === null ? 'ended' : 'failed');
  }
}
