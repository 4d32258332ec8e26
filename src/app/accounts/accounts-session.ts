/** Several accounts under one screen: it shows one of them, and all of them are stopped together. */
import type { Command, Ticket } from '../../domain/command.ts';
import type { LogLine } from '../../ports.ts';
import type { ConsoleSession } from '../console-session.ts';
import type { Commanded } from '../emergency/emergency.ts';
import type {
  AccountsView,
  HistoryOf,
  Notice,
  Session,
  SessionCommand,
  SessionView,
  WatchRequest,
} from '../session-types.ts';
import { lineOf, totalOf } from './totals.ts';

/** What a console needs of whatever it shows. */
export type OpenedSession = Session &
  Pick<
    ConsoleSession,
    'start' | 'log' | 'recover' | 'notice' | 'onUncaught' | 'done' | 'lastWords' | 'failed'
  >;

/**
 * Each account is a whole session: engine, journal, limits, state and health of its own. Commands
 * go to the one that is shown; a halt goes to all, because whoever presses it does not look first.
 */
export class AccountsSession implements OpenedSession {
  private readonly sessions: readonly ConsoleSession[];
  private readonly listeners = new Set<() => void>();
  private unsubscribes: (() => void)[] = [];
  private shown = 0;
  private watched: WatchRequest | null = null;
  private cached: { readonly parts: readonly SessionView[]; readonly view: SessionView } | null =
    null;

  /** The first leads: its directory holds the control socket, its currency counts. */
  constructor(sessions: readonly [ConsoleSession, ...ConsoleSession[]]) {
    this.sessions = sessions;
  }

  /** The first account for whoever stops it from outside; the others are halted then. */
  get lead(): Commanded {
    const first = this.sessions[0] as ConsoleSession;
    return {
      view: () => first.view(),
      dispatch: (command) => {
        first.dispatch(command);
        const isStop = command.kind === 'halt' || command.kind === 'flatten';
        if (!isStop) return;
        // Whoever panics at one account does not want the others to go on.
        for (const other of this.sessions.slice(1)) other.dispatch({ ...command, kind: 'halt' });
      },
      notice: (level, text) => first.notice(level, text),
      recover: (reason) => this.recover(reason),
    };
  }

  start(): void {
    for (const session of this.sessions) session.start();
  }

  view(): SessionView {
    const parts = this.sessions.map((session) => session.view());
    const { cached } = this;
    const isSame = cached !== null && parts.every((part, i) => part === cached.parts[i]);
    if (isSame) return cached.view;
    const accounts: AccountsView = {
      lines: parts.map(lineOf),
      shown: this.shown,
      total: totalOf(parts),
    };
    const view = Object.freeze({ ...this.current.view(), accounts });
    this.cached = { parts, view };
    return view;
  }

  subscribe(listener: () => void): () => void {
    if (this.listeners.size === 0) {
      this.unsubscribes = this.sessions.map((session) => session.subscribe(() => this.tell()));
    }
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      for (const unsubscribe of this.unsubscribes.splice(0)) unsubscribe();
    };
  }

  dispatch(command: Command | SessionCommand): void {
    if (command.kind === 'showAccount') return this.show(command.index);
    if (command.kind === 'changeParams' && command.fromConfig === true) {
      return this.owner(command.strategyId).dispatch(command);
    }
    const isForAll =
      command.kind === 'halt' || (command.kind === 'changeRisk' && command.fromConfig === true);
    if (isForAll) this.dispatchToAll(command);
    else this.current.dispatch(command);
  }

  /** What no operator at one account asks for: the terminal is gone, the process ends. */
  dispatchToAll(command: Command): void {
    for (const session of this.sessions) session.dispatch(command);
  }

  watch(request: WatchRequest): void {
    this.watched = request;
    this.current.watch(request);
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

  recover(what: string): void {
    for (const session of this.sessions) session.recover(what);
  }

  notice(level: Notice['level'], text: string): void {
    this.current.notice(level, text);
  }

  onUncaught(error: unknown): void {
    for (const session of this.sessions) session.onUncaught(error);
  }

  lastWords(error: unknown): void {
    for (const session of this.sessions) session.lastWords(error);
  }

  /** When the first of them is over by itself. */
  get done() {
    return Promise.race(this.sessions.map(({ done }) => done));
  }

  get failed(): string | null {
    return this.sessions.find(({ failed }) => failed !== null)?.failed ?? null;
  }

  /** Ends all of them, each even where another one fails. */
  async close(reason: string): Promise<void> {
    const ends = await Promise.allSettled(this.sessions.map((session) => session.close(reason)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  /** The account that a strategy trades; the shown one where nobody has it. */
  private owner(strategyId: string): ConsoleSession {
    const has = (session: ConsoleSession): boolean =>
      session.view().strategies.some(({ id }) => id === strategyId);
    return this.sessions.find(has) ?? this.current;
  }

  private get current(): ConsoleSession {
    return this.sessions[this.shown] as ConsoleSession;
  }

  private show(index: number): void {
    if (this.sessions[index] === undefined || index === this.shown) return;
    this.shown = index;
    this.cached = null;
    if (this.watched !== null) this.current.watch(this.watched);
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
