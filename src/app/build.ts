/** The composition root: options in, a started session out. The only place that wires. */
import type { Envelope, JournalRecord, RecordBody } from '../domain/record.ts';
import { isZero } from '../domain/decimal.ts';
import { InputError, required } from '../domain/errors.ts';
import { createWallClock } from '../engine/clock.ts';
import type { Run } from '../engine/run.ts';
import { type OutsideVenue, createAccountRun } from '../backtest/account-run.ts';
import { createTripCollector } from '../backtest/trades.ts';
import type { MoneyState } from '../execution/money.ts';
import type { FeedCursor, Log, LogLine, SendGuard } from '../ports.ts';
import { Archive, SIMULATED_ARCHIVE_BYTES } from '../store/archive.ts';
import { acquireLock } from '../store/lock.ts';
import { LOG_FILE, LogFile } from '../store/log-file.ts';
import { createRedact } from '../store/redact.ts';
import { recoverReadOnly } from '../store/recover.ts';
import type { Recovery } from '../store/recovery.ts';
import { type Store, type StoreOptions, openStore } from '../store/snapshot.ts';
import { LOG_DIRECTORY, prepareStateDirectory, removeSession } from '../store/state-dir.ts';
import { join } from 'node:path';
import { Archiver, collectingCodec } from './state/archiver.ts';
import { type MarketSource, openMarket } from './market-source.ts';
import { openRecorder } from './recorder.ts';
import { createRuleCounter } from './rule-counter.ts';
import type { RunOptions } from './run-options.ts';
import { onMarkets, toRuntimes, toSimModel } from './simulation.ts';
import { accountOf } from './exchange/choice.ts';
import type { EmergencyPath } from './exchange/open.ts';
import type { OpenedExchange } from './exchange/plugged.ts';
import type { MarketWatch } from './exchange/market-watch.ts';
import { HeldLog } from './held-log.ts';
import type { LiveGate } from './live-gate.ts';
import type { SessionPorts } from './session-ports.ts';
import { RunningSession } from './session.ts';
import { SpaceGuard } from './state/space-guard.ts';
import { stateCodec } from './state/codec.ts';
import { recoveredStop, StopKeeper } from './state/stop-keeper.ts';
import { recoveredView } from './recovered.ts';

/** The gate before every order, and the thread behind it where an exchange is traded. */
export interface SessionGuard extends SendGuard {
  readonly exchange?: EmergencyPath;
}

/** Where a session's log file lies. */
export const logPath = (options: RunOptions): string =>
  join(options.stateDirectory, LOG_DIRECTORY, LOG_FILE);

/** How tests slow, break or hurry the disk; a session itself needs none of it. */
export type DiskSeams = Pick<
  StoreOptions<MoneyState, RecordBody>,
  'channel' | 'compactAt' | 'fsyncDelayMs'
>;

/**
 * Opens state, market and engine. `noticesBefore`: answers of the session it goes on for; `guard`:
 * the gate before every order. Throws InputError or StoreError; nothing is left open then.
 */
export async function openSession(
  options: RunOptions,
  seams: DiskSeams = {},
  noticesBefore = 0,
  guard: SessionGuard | null = null,
): Promise<RunningSession> {
  if (options.mode === 'live' && options.start) {
    throw new InputError('a live session does not begin running: its gate comes first', 3);
  }
  const isAfresh = options.mode === 'replay' && !options.continueReplay;
  // Read first: a recording that is refused leaves no state behind, and the last session as it was.
  const source = isAfresh ? await openMarket(options, BEGINNING) : null;
  const directory = prepareStateDirectory(options.stateDirectory);
  const lock = await acquireLock({ dir: directory, key: lockKey(options, directory) });
  try {
    const releaseLock = () => lock.release();
    const around = { directory, source, seams, releaseLock, noticesBefore, guard };
    return await openLocked(options, around);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

const BEGINNING: FeedCursor = { events: 0, checkpoint: null };

async function openLocked(
  options: RunOptions,
  of: {
    readonly directory: string;
    /** The market of a session that begins; null: it goes on where its state says. */
    readonly source: MarketSource | null;
    readonly seams: DiskSeams;
    readonly releaseLock: () => Promise<void>;
    readonly noticesBefore: number;
    readonly guard: SessionGuard | null;
  },
): Promise<RunningSession> {
  const { directory, source, seams } = of;
  const archiver = new Archiver();
  if (source !== null) startAfresh(directory);
  const store = await openStore<MoneyState, RecordBody>({
    dir: directory,
    codec: collectingCodec(archiver),
    beforeMigration: (lastN) => archiver.empty(archiveOf(directory), () => lastN),
    ...seams,
  });
  try {
    checkBelongs(store.recovery, options);
    return await openRun(options, { ...of, store, archiver });
  } catch (error) {
    await store.journal.close();
    throw error;
  }
}

function archiveOf(directory: string): Archive {
  const wall = createWallClock();
  return new Archive({
    dir: directory,
    maxBytes: SIMULATED_ARCHIVE_BYTES,
    month: () => new Date(wall.now()).toISOString().slice(0, 7),
  });
}

/** A replay begins a fresh session (DECISIONS 10); only another replay is cleared for it. */
function startAfresh(directory: string): void {
  const mode = recoverReadOnly(directory, stateCodec()).state.run?.mode ?? 'replay';
  if (mode !== 'replay') {
    const fix = 'choose another directory with --state';
    throw new InputError(`${directory} holds a ${mode} session, not overwritten: ${fix}`, 3);
  }
  removeSession(directory);
}

/** Real orders are made from one place per account, whatever its directory (DECISIONS 22). */
function lockKey({ exchange = null }: RunOptions, directory: string): string {
  if (exchange === null || exchange.plan.venue === 'data' || exchange.ownEmulator) return directory;
  const { id, account, venue, endpoint } = exchange.plan;
  return [id, account, venue, endpoint ?? ''].join(' ');
}

/** A state belongs to one mode and account and, where the market is seeded, to one seed. */
function checkBelongs(
  { state }: Pick<Recovery<MoneyState, JournalRecord>, 'state'>,
  options: RunOptions,
): void {
  const { run } = state;
  if (run === null) return;
  const place = options.stateDirectory;
  if (run.mode !== options.mode) {
    const fix = `use --mode ${run.mode}, or another directory with --state`;
    throw new InputError(`${place} holds a ${run.mode} session: ${fix}`, 3);
  }
  if (options.mode === 'demo' && run.seed !== options.seed) {
    const fix = `use --seed ${run.seed}, or another directory with --state`;
    throw new InputError(`${place} holds the market of seed ${run.seed}: ${fix}`, 3);
  }
  const account = accountOf(options);
  if (state.accountId !== account) {
    const fix = 'use --profile or --state to keep the books of another account apart';
    throw new InputError(
      `${place} holds the account ${state.accountId}, not ${account}: ${fix}`,
      3,
    );
  }
  const blind = openSymbols(state).filter((symbol) => !options.symbols.includes(symbol));
  if (blind.length > 0) {
    // Without its prices equity would be wrong and no stop could fire.
    const fix = `add ${blind.join(' and ')} to --symbols, or choose another --state`;
    throw new InputError(`${place} has positions or orders beyond --symbols: ${fix}`, 3);
  }
}

/** Markets in which something is at stake. */
function openSymbols({ positions, working }: MoneyState): readonly string[] {
  const held = [...positions.values()].filter(({ quantity }) => !isZero(quantity));
  return [...new Set([...held, ...working.values()].map(({ symbol }) => symbol))].toSorted();
}

interface OpenParts {
  readonly directory: string;
  readonly source: MarketSource | null;
  readonly store: Store<MoneyState, RecordBody>;
  readonly archiver: Archiver;
  readonly releaseLock: () => Promise<void>;
  readonly noticesBefore: number;
  readonly guard: SessionGuard | null;
}

async function openRun(options: RunOptions, of: OpenParts): Promise<RunningSession> {
  const { store, archiver, directory, guard } = of;
  const money = required(store.db.data, 'state');
  const held = new HeldLog();
  const log: Log = (line) => held.log(line);
  const exchange = await openAccount(options, { directory, log, guard });
  const source = of.source ?? exchange?.source ?? (await openMarket(options, money.cursor));
  const stop = recoveredStop(directory, money, options.start);
  const rules = createRuleCounter();
  const trips = options.tradesFile === null ? null : createTripCollector();
  const { session, keeper, gate } = createSession(options, of, {
    money,
    source,
    exchange,
    rules,
    trips,
    recovered: recoveredView(store.recovery, store.migrationCopy),
  });
  held.release((line) => session.log(line));
  const outside = await openOutside(options, { directory, money, source, session, exchange });
  const watching = exchange === null ? null : lookAfter(exchange, session);
  const parts = { source, store, money, session, outside, exchange, guard };
  const run = openEngine(options, parts, (body, at) => {
    archiver.collect(money, body);
    rules.onRecord(body);
    trips?.onRecord(body, at);
    session.onRecord(body, at);
    watching?.onRecord(body);
    keeper.onRecord(body, at.n);
  });
  trips?.follow(run.state);
  const archive = archiveOf(directory);
  session.attach(run, () => archiver.emptyDurable(archive, store.journal));
  options.userStrategies?.attach(session, directory);
  if (stop !== null) session.dispatch(stop);
  // Of a live session the gate itself tells, when somebody stands before it.
  void gate?.ask().then(() => {
    if (gate.passed) for (const text of gate.warnings()) session.notice('warn', text);
  });
  return session;
}

/** The session with what it writes to, and what frees it all in the end. */
function createSession(
  options: RunOptions,
  of: OpenParts,
  parts: Pick<SessionPorts, 'source' | 'recovered' | 'rules' | 'trips'> & {
    readonly money: MoneyState;
    readonly exchange: OpenedExchange | null;
  },
): {
  readonly session: RunningSession;
  readonly keeper: StopKeeper;
  readonly gate: LiveGate | null;
} {
  const { store, directory } = of;
  const { money, exchange, ...plugged } = parts;
  const wall = createWallClock();
  const logFile = new LogFile({
    dir: join(directory, LOG_DIRECTORY),
    secrets: secretsOf(options),
    onTrouble: (problem) => session.notice('warn', `the log file cannot be written: ${problem}`),
  });
  const keeper = new StopKeeper({
    directory,
    wallNow: () => wall.now(),
    trouble: (text) => session.notice('error', text),
  });
  const space = watchSpace(directory, money, () => session);
  const unsafe = options.unsafe ?? { dropped: [], inForce: [] };
  const gate = exchange?.gate(unsafe, () => session) ?? null;
  const session = new RunningSession({
    ...plugged,
    options,
    directory,
    store,
    logFile,
    space,
    gate,
    recorder: options.record ? openRecorder(directory, money.cursor.events) : null,
    onCrash: (reason) => keeper.crash(reason),
    noticesBefore: of.noticesBefore,
    ...(exchange === null ? {} : { exchange: () => exchange.view() }),
  });
  session.onClose(async () => {
    keeper.onDurable(store.journal.durable);
    keeper.flush();
    await space.stop();
    await of.releaseLock();
  });
  if (exchange !== null) session.onClose(() => exchange.close());
  store.journal.onDurable(() => keeper.onDurable(store.journal.durable));
  return { session, keeper, gate };
}

/** Markets and clock of an exchange, as long as the session trades there; null on paper. */
function lookAfter(exchange: OpenedExchange, session: RunningSession): MarketWatch | null {
  const watching = exchange.watch({
    post: (record) =>
      session.between((run) => run.post({ kind: 'lifecycle', time: run.state.market.now, record })),
    say: ({ level, text }) => session.notice(level, text),
    pause: (reason) => session.dispatch({ kind: 'pause', reason }),
  });
  if (watching !== null) session.onStop(async () => watching.stop());
  return watching;
}

/** The exchange of the modes that have one; null elsewhere. */
async function openAccount(
  options: RunOptions,
  of: { readonly directory: string; readonly log: Log; readonly guard: SessionGuard | null },
): Promise<OpenedExchange | null> {
  const { exchange = null } = options;
  if (exchange === null) return null;
  const { openExchange } = await import('./exchange/open.ts');
  const emergency = of.guard?.exchange ?? null;
  return openExchange(options, exchange, { ...of, emergency });
}

/** The exchange, or the practice exchange of a drill; null where the venue lives in this process. */
async function openOutside(
  options: RunOptions,
  of: {
    readonly directory: string;
    readonly money: MoneyState;
    readonly source: MarketSource;
    readonly session: RunningSession;
    readonly exchange: OpenedExchange | null;
  },
): Promise<OutsideVenue | null> {
  const { drill = null, seed } = options;
  const { session, exchange } = of;
  const ears = {
    seed,
    log: (line: Omit<LogLine, 'time'>) => session.log(line),
    redact: createRedact(secretsOf(options)),
    alarm: (text: string) => session.notice('error', text),
  };
  const trading = exchange?.venue(ears) ?? null;
  if (trading !== null) session.onStop(() => trading.stop());
  if (exchange !== null) return trading;
  if (drill === null) return null;
  const { drillVenue, openExchange } = await import('./drill/open.ts');
  const venue = drillVenue(await openExchange(options, drill, of), ears);
  session.onStop(() => venue.stop());
  return venue;
}

const secretsOf = (options: RunOptions): string[] =>
  (options.secrets ?? []).map((secret) => secret.reveal());

function openEngine(
  options: RunOptions,
  of: {
    readonly source: MarketSource;
    readonly store: Store<MoneyState, RecordBody>;
    readonly money: MoneyState;
    readonly session: RunningSession;
    /** Of a drill or an exchange; null where the venue lives in this process. */
    readonly outside: OutsideVenue | null;
    readonly exchange: OpenedExchange | null;
    readonly guard: SessionGuard | null;
  },
  onRecord: (body: RecordBody, at: Envelope) => void,
): Run {
  const { source, store, money, session, outside, exchange, guard } = of;
  return createAccountRun({
    ...(guard === null ? {} : { guard }),
    feed: source.past,
    markets: source.markets,
    runtimes: onMarkets(options.strategies, source.markets).flatMap(toRuntimes),
    ...exchange?.run,
    limits: options.risk,
    model: toSimModel(options.simulation),
    cash: options.simulation.cash,
    accountId: accountOf(options),
    mode: options.mode,
    seed: options.seed,
    version: options.version,
    startTime: source.startTime,
    start: options.start,
    journal: store.journal,
    money,
    log: (line: Omit<LogLine, 'time'>) => session.log(line),
    ...(outside === null ? {} : { outside }),
    onNotice: (notice) => session.notice(notice.level, notice.text),
    onRecord,
  });
}

function watchSpace(
  directory: string,
  money: MoneyState,
  session: () => RunningSession,
): SpaceGuard {
  return new SpaceGuard({
    directory,
    pause: (reason) => {
      if (money.trading.state === 'running') session().dispatch({ kind: 'pause', reason });
    },
    notice: (level, text) => session().notice(level, text),
  });
}
