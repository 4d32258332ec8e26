/** The session of a console: a recording that goes back starts anew under the same screen. */
import type { Command, Ticket } from '../domain/command.ts';
import { messageOf } from '../domain/errors.ts';
import type { EpochMs } from '../domain/time.ts';
import type { LogLine } from '../ports.ts';
import { type SessionGuard, openSession } from './build.ts';
import type { RunOptions } from './run-options.ts';
import type { RunningSession } from './session.ts';
import type {
  HistoryOf,
  Notice,
  Session,
  SessionCommand,
  SessionView,
  WatchRequest,
} from './session-types.ts';

/** What is not lost while one session ends and the next one begins: it is not about its market. */
const TIGHTENING: readonly string[] = ['pause', 'halt', 'flatten'];
const outlives = (command: Command | SessionCommand): command is Command =>
  TIGHTENING.includes(command.kind) ||
  command.kind === 'changeRisk' ||
  (command.kind === 'changeParams' && command.fromConfig === true);

/** Opens the session of a console. Throws what `openSession` throws. */
export async function openConsoleSession(
  options: RunOptions,
  guard: SessionGuard | null = null,
): Promise<ConsoleSession> {
  return new ConsoleSession(options, await openSession(options, {}, 0, guard), guard);
}

export class ConsoleSession implements Session {
  private readonly options: RunOptions;
  private readonly guard: SessionGuard | null;
  private readonly listeners = new Set<() => void>();
  private current: RunningSession;
  private unsubscribe: () => void = () => undefined;
  private watched: WatchRequest | null = null;
  /** What is shown between two sessions, and after a next one could not begin. */
  private frozen: SessionView | null = null;
  private change: Promise<void> = Promise.resolve();
  private waiting: Command[] = [];
  private failure: string | null = null;
  private isClosing = false;
  /** Something was asked of the session that is gone, and not done. */
  private isDropped = false;
  /** Said where the seek has arrived, after what the start itself says. */
  private arrival: string | null = null;

  constructor(options: RunOptions, session: RunningSession, guard: SessionGuard | null = null) {
    this.options = options;
    this.guard = guard;
    this.current = session;
  }

  start(): void {
    this.current.start();
  }

  view(): SessionView {
    return this.frozen ?? this.current.view();
  }

  subscribe(listener: () => void): () => void {
    if (this.listeners.size === 0) this.follow();
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private follow(): void {
    this.unsubscribe();
    this.unsubscribe = this.current.subscribe(() => this.tell());
  }

  private tell(): void {
    const { arrival } = this;
    if (arrival !== null && this.view().feed.seeking === null) {
      this.arrival = null;
      this.current.notice('info', arrival);
    }
    for (const listener of this.listeners) listener();
  }

  dispatch(command: Command | SessionCommand): void {
    if (this.frozen !== null) {
      // An order meant for the market that is gone must not reach the one that begins.
      if (outlives(command)) this.waiting.push(command);
      else this.isDropped = true;
      return;
    }
    const isBack = command.kind === 'seekFeed' && command.time < this.view().now;
    if (!isBack || this.options.mode !== 'replay' || this.isClosing) {
      return this.current.dispatch(command);
    }
    this.change = this.startAnew(command.time);
  }

  /**
   * Ends this run and begins the recording again, as fast as it goes up to the time (DECISIONS 10,
   * 35). Speed, hold and limits stay; strategies begin as configured now, trading as at any start.
   */
  private async startAnew(time: EpochMs): Promise<void> {
    const last = this.current.view();
    const { current, options } = this;
    this.frozen = { ...last, feed: { ...last.feed, seeking: time } };
    this.tell();
    try {
      this.unsubscribe();
      await current.close('the recording starts anew');
      if (current.failed !== null) throw new Error(current.failed);
      const { limits: risk, strategies } = current;
      const again = { ...options, continueReplay: false, risk, strategies };
      const { speed, held } = last.feed;
      const noticesBefore = last.notices.at(-1)?.id ?? 0;
      this.current = await openSession({ ...again, speed }, {}, noticesBefore, this.guard);
      this.frozen = null;
      this.begin({ time, held });
    } catch (error) {
      this.fail(last, messageOf(error));
    }
    this.tell();
  }

  private begin(of: { readonly time: EpochMs; readonly held: boolean }): void {
    const { current } = this;
    if (this.listeners.size > 0) this.follow();
    if (this.watched) current.watch(this.watched);
    if (of.held) current.dispatch({ kind: 'holdFeed', held: true });
    current.start();
    const { now, account } = current.view();
    const state = account.tradingState === 'running' ? '' : `; trading is ${account.tradingState}`;
    const lost = this.isDropped ? '; what was asked meanwhile was not done' : '';
    this.isDropped = false;
    this.arrival = `the recording was started anew: this is a new run${state}${lost}`;
    if (of.time > now) current.dispatch({ kind: 'seekFeed', time: of.time });
    for (const command of this.waiting.splice(0)) current.dispatch(command);
  }

  /** The old session is over, the new one is not there: said, and the console can only be left. */
  private fail(last: SessionView, reason: string): void {
    this.failure = `the recording could not start anew: ${reason}`;
    const id = (last.notices.at(-1)?.id ?? 0) + 1;
    const said: Notice = { id, time: last.now, level: 'error', text: this.failure };
    const feed = { ...last.feed, held: true, ended: true, seeking: null };
    this.frozen = { ...last, feed, notices: [...last.notices, said] };
  }

  watch(request: WatchRequest): void {
    this.watched = request;
    if (this.frozen === null) this.current.watch(request);
  }

  history(of: HistoryOf) {
    return this.current.history(of);
  }

  preview(ticket: Ticket) {
    return this.current.preview(ticket);
  }

  log(line: Omit<LogLine, 'time'>): void {
    this.current.log(line);
  }

  /** What happened at an exchange meanwhile is asked before anything else. */
  recover(what: string): void {
    if (this.frozen === null) this.current.recover(what);
  }

  notice(level: Notice['level'], text: string): void {
    this.current.notice(level, text);
  }

  /** See RunningSession. */
  onUncaught(error: unknown): void {
    this.current.onUncaught(error);
  }

  /** When the run of this moment is over by itself. */
  get done() {
    return this.current.done;
  }

  /** See RunningSession. */
  lastWords(error: unknown): void {
    this.current.lastWords(error);
  }

  /** Why the engine or its state failed; null while all is well. */
  get failed(): string | null {
    return this.failure ?? this.current.failed;
  }

  /** Ends whatever session there is by then. */
  async close(reason: string): Promise<void> {
    this.isClosing = true;
    await this.change;
    await this.current.close(reason);
  }
}
