/**
 * The emergency thread: what stops trading when the main loop cannot. It owns the control socket,
 * the keyboard and a venue client of its own, and imports neither engine nor screen. It must never
 * wait for the thread pool: name look-ups and key derivation of others fill it for seconds.
 */
import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs';
import { constants as osConstants, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../domain/errors.ts';
import { inSeconds } from '../../domain/time.ts';
import { readStopFile, writeStopFile } from '../../store/stop-file.ts';
import { Board } from './board.ts';
import { type ExchangeReach, createEmergencyClient } from './client.ts';
import type { ControlRequest } from './control-protocol.ts';
import { type ControlServer, type Reply, serveControl } from './control-server.ts';
import type { FromThread, StopKind, ThreadPlan, ToThread } from './messages.ts';
import { Stops } from './stops.ts';
import { PANIC, stateOf, stopOf } from './stop-words.ts';
import { ThreadKeyboard } from './thread-keyboard.ts';
import { LOOK_MS, createWatchdog } from './watchdog.ts';

/** Without a heartbeat for so long the main loop stands still (DECISIONS 17). */
const STALL_MS = 5_000;
/** A resume that nobody answers. */
const RESUME_MS = 5_000;
const LOG = join('logs', 'tapedeck.log');

class EmergencyThread {
  private readonly post: (message: FromThread) => void;
  private readonly board: Board;
  private readonly isOutside: boolean;
  private readonly reach = Promise.withResolvers<ExchangeReach>();
  private readonly stops: Stops;
  private readonly keyboard: ThreadKeyboard;
  private readonly watchdog = createWatchdog(STALL_MS);
  private readonly resumes = new Map<number, Reply>();
  private readonly begun = Date.now();
  private readonly looks: NodeJS.Timeout;
  private server: ControlServer | null = null;
  private directory: string | null = null;
  private account = '';
  private isArmed = false;
  private noteSeen = 0;
  private lastResume = 0;

  constructor(plan: ThreadPlan, post: (message: FromThread) => void) {
    this.post = post;
    this.board = new Board(plan.board);
    this.isOutside = plan.wire !== null;
    const now = (): number => performance.now();
    const needs = { reach: this.reach.promise, nonce: () => this.board.nextNonce() };
    this.stops = new Stops({
      board: this.board,
      client: plan.wire === null ? null : createEmergencyClient(plan.wire, needs),
      post,
      after,
      now,
      record: (stop, by) => this.record(stop, by),
    });
    this.keyboard = new ThreadKeyboard({
      board: this.board,
      post,
      after,
      now,
      silentMs: () => (this.isArmed ? this.watchdog.silentMs() : 0),
      stop: (key) => this.stops.stop('halt', `${key} on the keyboard`),
    });
    this.looks = setInterval(() => this.look(), LOOK_MS);
  }

  receive(message: ToThread): void {
    switch (message.kind) {
      case 'reach':
        return this.reach.resolve(message.reach);
      case 'mayExist':
        return this.stops.mayExist(message.orderId, message.symbol);
      case 'gone':
        return this.stops.gone(message.orderId);
      case 'heard':
        return this.stops.heard(message.id);
      case 'stopped':
        return this.stops.stopped(message.id, message.books);
      case 'resumed':
        return this.resumed(message.id, message.problem);
      case 'armed':
        this.isArmed = true;
        return;
      case 'serve':
        return this.serve(message.directory, message.account);
      case 'keys':
        return this.keyboard.setKeys(message.keys);
      case 'read':
        return this.keyboard.read();
      case 'stopReading':
        return this.keyboard.stop();
      case 'close':
        return this.close();
      default:
        return message satisfies never;
    }
  }

  /** Ten times a second: does the main loop turn, and has another process left a stop? */
  private look(): void {
    if (!this.isArmed) return;
    const isStall = this.watchdog.look(performance.now(), this.board.beats);
    if (isStall) this.onStall(this.watchdog.silentMs());
    if (this.directory === null) return;
    const note = readStopFile(this.directory);
    if (note === null || note.by !== PANIC || note.time <= this.noteSeen) return;
    this.noteSeen = note.time;
    const isOfNow = note.time >= this.begun;
    if (isOfNow) this.stops.stop(stopOf(note.state), `${note.reason}, in the stop file`);
  }

  /** Simulated time stands still with the process: where nothing is outside, nothing can happen. */
  private onStall(silentMs: number): void {
    if (this.isOutside) return this.stops.stopForStall(silentMs);
    this.log(`the console stood still for ${inSeconds(silentMs)}; nothing to cancel`);
  }

  private serve(directory: string, account: string): void {
    this.account = account;
    this.directory = directory;
    if (this.server !== null) return;
    this.server = serveControl(directory, {
      onRequest: (request, reply) => this.answer(request, reply),
      onReady: (problem) => this.post({ kind: 'serving', problem }),
    });
  }

  private answer(request: ControlRequest, reply: Reply): void {
    switch (request.ask) {
      case 'status':
        return reply({ final: true, ok: true, status: this.status() });
      case 'halt':
      case 'flatten':
        this.stops.stop(request.ask, 'tapedeck panic', (stopped) =>
          reply({ final: true, ok: true, stopped }),
        );
        return reply({ final: false, ok: true, gate: 'closed' });
      case 'resume':
        return this.resume(request.phrase, reply);
    }
  }

  private status() {
    return {
      pid: process.pid,
      account: this.account,
      gateClosed: this.board.isClosed,
      closedForMs: this.board.isClosed ? msSince(this.board.closedAt) : null,
      silentMs: Math.round(this.isArmed ? this.watchdog.silentMs() : 0),
      knownOrders: this.stops.knownOrders,
    };
  }

  /** Loosening is the main loop's alone: it knows the state, the breakers and the phrase. */
  private resume(phrase: string, reply: Reply): void {
    const id = ++this.lastResume;
    this.resumes.set(id, reply);
    this.post({ kind: 'resume', id, phrase });
    after(RESUME_MS, () => this.resumed(id, 'the console does not answer; nothing was resumed'));
  }

  private resumed(id: number, problem: string | null): void {
    const reply = this.resumes.get(id);
    if (reply === undefined) return;
    this.resumes.delete(id);
    if (problem === null) reply({ final: true, ok: true, resumed: true });
    else reply({ final: true, ok: false, problem });
  }

  /** Nobody else can: the next start has to find the stop, and the log what happened. */
  private record(stop: StopKind, by: string): string | null {
    this.log(`${stop} by ${by}; the main loop does not answer, the emergency thread acts alone`);
    if (this.directory === null) return 'no state directory yet';
    try {
      const note = { state: stateOf(stop), reason: by, time: Date.now(), by: 'emergency' };
      writeStopFile(this.directory, note);
      return null;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Past the main loop's log, which may be as stuck as it is. */
  private log(message: string): void {
    this.post({ kind: 'note', level: 'error', text: message });
    if (this.directory === null) return;
    const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
    const line = { time: Date.now(), level: 'error', category: 'system', message };
    try {
      // A session that has said nothing yet has no folder for it.
      mkdirSync(join(this.directory, dirname(LOG)), { recursive: true, mode: 0o700 });
      const fd = openSync(
        join(this.directory, LOG),
        O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW,
        0o600,
      );
      writeSync(fd, `${JSON.stringify(line)}\n`);
      closeSync(fd);
    } catch (error) {
      this.post({ kind: 'note', level: 'warn', text: `not in the log: ${messageOf(error)}` });
    }
  }

  private close(): void {
    clearInterval(this.looks);
    this.server?.close();
    this.keyboard.stop();
    this.stops.close();
  }
}

const msSince = (ns: bigint): number => Number((process.hrtime.bigint() - ns) / 1_000_000n);

function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/** Before others where we may: a machine that is busy is when it counts. */
function goAhead(): void {
  try {
    // Of this thread alone, not of the process.
    setPriority(0, osConstants.priority.PRIORITY_HIGH);
  } catch {
    return; // only a privileged user may
  }
}

const port = parentPort;
if (port === null) throw new Error('the emergency thread is started by the console, not by hand');
goAhead();
const thread = new EmergencyThread(workerData as ThreadPlan, (message) =>
  port.postMessage(message),
);
port.on('message', (message: ToThread) => {
  thread.receive(message);
  // Whatever timers are left: the socket's name is gone by the end of this turn.
  if (message.kind === 'close') setImmediate(() => process.exit(0));
});
