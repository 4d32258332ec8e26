import { type TradeEntry, type TripCollector, toTradeEntry } from '../backtest/trades.ts';
import type { Command, Ticket } from '../domain/command.ts';
import { toText } from '../domain/decimal.ts';
import { createWallClock, monotonicMs } from '../engine/clock.ts';
import { makeView } from '../engine/make-view.ts';
import { previewTicket } from '../engine/preview.ts';
import type { Run } from '../engine/run.ts';
import { finishRun } from '../engine/start.ts';
import { messageOf, required } from '../domain/errors.ts';
import type { RecordBody } from '../domain/record.ts';
import type { MoneyState } from '../execution/money.ts';
import type { LogLine } from '../ports.ts';
import type { LogFile } from '../store/log-file.ts';
import type { Store } from '../store/snapshot.ts';
import type { MarketSource } from './market-source.ts';
import { type Pacer, createPacer } from './pacer.ts';
import type { Recorder } from './recorder.ts';
import type { RuleCounter } from './rule-counter.ts';
import type { RunOptions } from './run-options.ts';
import type {
  HistoryLine,
  HistoryOf,
  Notice,
  RecoveredView,
  Session,
  SessionCommand,
  SessionView,
  WatchRequest,
} from './session-types.ts';
import { type RunSummary, summarize } from './summary.ts';
import { Watch } from './watch.ts';

/** Readers hear of changes at most this often; commands are heard of at once. */
const NOTIFY_MS = 100;
/** Lines and answers a view carries. */
const LOG_LINES = 300;
const NOTICES = 20;

/** After a compaction that failed, the next one. */
const RETRY_MS = 60_000;

export type SessionEnd = 'ended' | 'failed';

interface SessionPorts {
  readonly options: RunOptions;
  readonly source: MarketSource;
  readonly store: Store<MoneyState, RecordBody>;
  readonly logFile: LogFile;
  readonly recovered: RecoveredView | null;
  readonly rules: RuleCounter;
  /** Null without `--trades`: a console collects nothing that only grows. */
  readonly trips: TripCollector | null;
  /** Null without `--record`. */
  readonly recorder: Recorder | null;
}

/** A session whose engine runs in this process: market paced, journal written, readers told. */
export class RunningSession implements Session {
  /** Resolves when the market has ended, the run was closed, or the engine failed. */
  readonly done: Promise<SessionEnd>;
  private readonly ports: SessionPorts;
  private readonly wall = createWallClock();
  private readonly begun = monotonicMs();
  private readonly listeners = new Set<() => void>();
  private readonly lines: LogLine[] = [];
  private readonly notices: Notice[] = [];
  private readonly closers: (() => Promise<void>)[] = [];
  private run: Run | null = null;
  /** Null until somebody reads. */
  private watching: Watch | null = null;
  private pacer: Pacer | null = null;
  private archive: () => Promise<readonly string[]> = () => Promise.resolve([]);
  private finish: (end: SessionEnd) => void = () => undefined;
  private failure: string | null = null;
  /** The engine threw: its memory may be half changed, only its journal is trusted. */
  private crashed = false;
  private cached: SessionView | null = null;
  private notifyTimer: NodeJS.Timeout | null = null;
  private lastDriven = monotonicMs();
  private commitMs: number | null = null;
  private commitBegun: number | null = null;
  /** The market waits while rows are on their way from the journal to the archive. */
  private compacting = false;
  private compaction: Promise<void> = Promise.resolve();
  /** Monotonic time before which no compaction is begun: a full disk is not tried every turn. */
  private nextCompaction = 0;
  private closing: Promise<void> | null = null;
  private noticeCount = 0;

  constructor(ports: SessionPorts) {
    this.ports = ports;
    this.done = new Promise((resolve) => {
      this.finish = resolve;
    });
    ports.store.journal.onDurable(() => this.onDurable());
    ports.store.journal.onFailed((reason) => this.onJournalFailed(reason));
  }

  /** Takes the started engine; the market begins to move with `start`. */
  attach(run: Run, archive: () => Promise<readonly string[]>): void {
    const { feed } = this.ports.source;
    this.run = run;
    this.archive = archive;
    this.pacer = createPacer(
      {
        feed,
        drive: (event) => {
          this.ports.recorder?.write(event);
          run.drive(event);
          this.watching?.observe(event);
          this.lastDriven = monotonicMs();
        },
        onTurn: () => this.afterTurn(),
        onEnd: () => this.onFeedEnd(),
        onCrash: (error) => this.onCrash(error),
        isBlocked: () =>
          this.compacting ||
          this.ports.store.journal.saturated ||
          this.ports.recorder?.saturated === true,
      },
      this.ports.options.speed,
    );
    this.commit();
    this.sayRecovered();
  }

  onClose(closer: () => Promise<void>): void {
    this.closers.push(closer);
  }

  /** Lets the market move. */
  start(): void {
    this.pacer?.start();
  }

  view(): SessionView {
    this.cached ??= this.makeView();
    return this.cached;
  }

  subscribe(listener: () => void): () => void {
    this.follow();
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  dispatch(command: Command | SessionCommand): void {
    const run = required(this.run, 'engine');
    if (this.closing) return;
    if (this.crashed) return this.notice('warn', 'the engine has stopped; quit and start it again');
    switch (command.kind) {
      case 'setSpeed':
        this.pacer?.setSpeed(command.speed);
        break;
      case 'holdFeed':
        this.pacer?.hold(command.held);
        break;
      case 'stepFeed':
        this.pacer?.step();
        break;
      case 'seekFeed':
      case 'exportLog':
        this.notice('warn', `${command.kind}: not yet`);
        break;
      default:
        try {
          run.post({ kind: 'command', time: run.state.market.now, command });
          this.commit();
        } catch (error) {
          this.onCrash(error);
        }
    }
    this.cached = null;
    this.notifyNow();
  }

  watch(request: WatchRequest): void {
    this.follow().request(request);
    this.cached = null;
  }

  /** Readers want more of the market than the engine keeps; a run without any does not pay. */
  private follow(): Watch {
    const { state } = required(this.run, 'engine');
    this.watching ??= new Watch(state, this.ports.source, (trouble) => {
      if (trouble !== null) this.notice('warn', `no patterns: ${messageOf(trouble)}`);
      this.changed();
    });
    return this.watching;
  }

  history(_of: HistoryOf): readonly HistoryLine[] {
    return [];
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
      exchange: 'simulated',
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
    const time = this.run?.state.market.now ?? this.ports.source.startTime;
    this.lines.push({ time, ...line });
    if (this.lines.length > LOG_LINES * 2) this.lines.splice(0, LOG_LINES);
    this.ports.logFile.write({ time: this.wall.now(), ...line, data: { engineTime: time } });
    this.changed();
  }

  notice(level: Notice['level'], text: string): void {
    const time = this.run?.state.market.now ?? this.ports.source.startTime;
    this.noticeCount += 1;
    this.notices.push({ id: this.noticeCount, time, level, text });
    if (this.notices.length > NOTICES) this.notices.shift();
    // A fill of the operator's own order is a line of the log already.
    if (this.lines.at(-1)?.message === text) return this.changed();
    this.log({ level, category: 'system', message: text });
  }

  /** Takes a record that the money has just applied. */
  onRecord(body: RecordBody): void {
    this.watching?.onRecord(body);
    this.changed();
  }

  /** A bug ends the process: what waits for the log file is written before it does. */
  lastWords(error: unknown): void {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.log({ level: 'error', category: 'system', message });
    this.ports.logFile.flushSync();
  }

  /** Something a reader could see changed. */
  changed(): void {
    this.cached = null;
    if (this.notifyTimer !== null || this.listeners.size === 0) return;
    this.notifyTimer = setTimeout(() => this.notifyNow(), NOTIFY_MS);
  }

  private notifyNow(): void {
    if (this.notifyTimer) clearTimeout(this.notifyTimer);
    this.notifyTimer = null;
    for (const listener of this.listeners) listener();
  }

  private makeView(): SessionView {
    const { options, store, recovered, source } = this.ports;
    const { state } = required(this.run, 'engine');
    const pacer = required(this.pacer, 'pacer');
    const { journal } = store;
    const view = makeView(state);
    return Object.freeze({
      ...view,
      markets: view.markets.map((market) => this.watching?.withDay(market) ?? market),
      records: journal.last,
      mode: options.mode,
      profile: options.profile,
      seed: options.seed,
      feed: {
        speed: pacer.speed,
        held: pacer.held,
        ended: pacer.ended,
        events: state.market.events,
        length: source.feed.length,
        hasBook: source.hasBook,
        startTime: source.feed.length === null ? null : source.startTime,
        endTime: source.endTime,
        seeking: null,
      },
      dataAgeMs: state.market.events === 0 ? null : monotonicMs() - this.lastDriven,
      store: {
        failed: journal.failure?.message ?? null,
        commitMs: this.commitMs,
        waiting: journal.last - journal.durable,
      },
      recovered,
      log: this.lines.slice(-LOG_LINES),
      notices: this.notices.slice(),
      alerts: [],
      watched: this.watching?.view() ?? null,
    });
  }

  /** What to know of the market before believing any figure; null: nothing. */
  get caution(): string | null {
    return this.ports.source.caution;
  }

  private sayRecovered(): void {
    const { recovered } = this.ports;
    if (this.caution !== null) this.notice('warn', this.caution);
    if (!recovered) return;
    const { records, positions, openOrders, tradingState, repairs } = recovered;
    this.notice(
      'info',
      `recovered ${records} records: ${positions} positions, ${openOrders} open orders, ` +
        `was ${tradingState}`,
    );
    for (const repair of repairs) this.notice('warn', repair);
    this.sayCashIsKept();
  }

  /** Starting cash is for new accounts; an account that has a history keeps its own. */
  private sayCashIsKept(): void {
    const { deposits } = required(this.run, 'engine').state.money;
    const { cash } = this.ports.options.simulation;
    if (deposits === cash) return;
    const text = `this account began with ${toText(deposits)}; cash ${toText(cash)} is for new ones`;
    this.notice('info', text);
  }

  private afterTurn(): void {
    this.commit();
    this.changed();
    const isDue = this.ports.store.compactionDue && monotonicMs() >= this.nextCompaction;
    if (isDue && !this.compacting && !this.crashed) this.compaction = this.compact();
  }

  private commit(): void {
    const { journal } = this.ports.store;
    if (journal.last === journal.durable) return;
    this.commitBegun ??= monotonicMs();
    required(this.run, 'engine').commit();
  }

  private onDurable(): void {
    this.changed();
    if (this.commitBegun === null) return;
    this.commitMs = monotonicMs() - this.commitBegun;
    this.commitBegun = null;
  }

  /**
   * Archive first, then a new generation: what leaves the journal stands in the archive. The
   * market waits meanwhile, or its fills would fall between the two.
   */
  private async compact(): Promise<void> {
    this.compacting = true;
    this.nextCompaction = monotonicMs() + RETRY_MS;
    try {
      await this.emptyIntoArchive();
      const written = this.ports.store.db.write();
      // The switch has been made with the call; the market need not wait for the disk.
      this.compacting = false;
      await written;
      this.nextCompaction = 0;
    } catch (error) {
      const message = messageOf(error);
      this.notice('error', `compaction failed, tried again in a minute: ${message}`);
    } finally {
      this.compacting = false;
    }
  }

  private async emptyIntoArchive(): Promise<void> {
    const dropped = await this.archive();
    if (dropped.length === 0) return;
    this.notice('info', `archive is full: oldest parts dropped: ${dropped.join(', ')}`);
  }

  /** Memory is ahead of the disk: entries stop, cancels and exits by hand still work. */
  private onJournalFailed(reason: string): void {
    this.failure = reason;
    const run = this.run;
    const words = `state cannot be saved: ${reason.replace(/^State cannot be saved: /, '')}`;
    if (run) {
      const command = { kind: 'halt', reason: words } as const;
      run.post({ kind: 'command', time: run.state.market.now, command });
    }
    // Said at once: words that wait for the disk would never come.
    this.notice('error', `HALTED: ${words}`);
    this.notifyNow();
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
    this.notice('error', `the engine failed and stopped: ${message}`);
    this.ports.logFile.flushSync();
    this.finish('failed');
  }

  /** Why the engine or its state failed; null while all is well. */
  get failed(): string | null {
    return this.failure;
  }

  /** Round trips that closed in this run; empty without `--trades`. */
  get trades(): readonly TradeEntry[] {
    return this.ports.trips?.closed.map(toTradeEntry) ?? [];
  }

  private async shutDown(reason: string): Promise<void> {
    const { store, logFile, recorder } = this.ports;
    this.pacer?.stop();
    if (this.notifyTimer) clearTimeout(this.notifyTimer);
    const run = required(this.run, 'engine');
    if (!this.crashed) finishRun(run, reason);
    run.commit();
    // Two writers of one archive would overwrite each other's rows.
    await this.compaction;
    await this.attempt(async () => {
      if (store.journal.failure !== null || this.crashed) return;
      await this.emptyIntoArchive();
      await store.db.write();
    });
    await this.attempt(async () => recorder?.close());
    await store.journal.close();
    this.failure ??= store.journal.failure?.message ?? null;
    await logFile.close();
    for (const closer of this.closers) await closer();
    this.finish(this.failure === null ? 'ended' : 'failed');
  }

  /** A part of the end that failed leaves the rest of it to be done, and is said by the exit. */
  private async attempt(part: () => Promise<void>): Promise<void> {
    try {
      await part();
    } catch (error) {
      this.failure ??= messageOf(error);
    }
  }
}
