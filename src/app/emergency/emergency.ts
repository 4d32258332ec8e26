/** The main loop's side of the emergency thread: the gate before the wire, heartbeats, its orders. */
import { Worker } from 'node:worker_threads';
import type { Command } from '../../domain/command.ts';
import { assert, messageOf } from '../../domain/errors.ts';
import type { OrderId } from '../../domain/ids.ts';
import type { Order } from '../../domain/order.ts';
import type { Secret } from '../../domain/secret.ts';
import { inSeconds } from '../../domain/time.ts';
import type { Credentials } from '../../exchange/ccxt/plan.ts';
import type { SendGuard } from '../../ports.ts';
import type { ByteSource, HaltKeys, KeyThread } from '../../ui/input/byte-source.ts';
import type { Notice, SessionView } from '../session-types.ts';
import { Board } from './board.ts';
import type { ExchangeReach, WirePlan } from './client.ts';
import type { FromThread, StopKind, ToThread } from './messages.ts';
import { ALONE_MS } from './stops.ts';
import { booksOf, isSettled, isStopped, resumeProblem, stoppedWords } from './books.ts';
import { Keyboard } from './keyboard.ts';

/** What the emergency path needs of a session. */
export interface Commanded {
  view(): SessionView;
  dispatch(command: Command): void;
  notice(level: Notice['level'], text: string): void;
  /** The books are compared with the venue's before anything else. */
  recover?(reason: string): void;
}

/** The thread, or something in tests that answers like it. */
export interface ThreadChannel {
  post(message: ToThread): void;
  /** Set once, before the first post. */
  listen(onMessage: (message: FromThread) => void, onDeath: (reason: string) => void): void;
  /** Resolves when it is gone. */
  close(): Promise<void>;
}

const BEAT_MS = 100;
/** Cancels are answered and durable within this, or the answer says what is still open. */
const SETTLE_MS = { halt: 5_000, flatten: 15_000 } as const;
const LOOK_MS = 25;
const CLOSE_MS = 500;

/** Starts the thread. It keeps no process alive. */
export function startEmergencyThread(wire: WirePlan | null, board: Board): ThreadChannel {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), {
    name: 'emergency',
    env: {},
    execArgv: [],
    workerData: { board: board.buffer, wire },
  });
  worker.unref();
  const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  return {
    // Keys are moved, not copied once more.
    post: (message) => worker.postMessage(message, movedWith(message)),
    listen(onMessage, onDeath) {
      worker.on('message', onMessage);
      worker.on('error', (error) => onDeath(messageOf(error)));
      worker.on('exit', (code) => onDeath(`it ended with code ${code}`));
    },
    async close() {
      worker.postMessage({ kind: 'close' } satisfies ToThread);
      const late = setTimeout(() => void worker.terminate(), CLOSE_MS);
      await gone;
      clearTimeout(late);
    },
  };
}

function movedWith(message: ToThread): readonly ArrayBuffer[] {
  if (message.kind !== 'reach') return [];
  const { key, secret, passphrase } = message.reach.keys;
  return [key, secret, ...(passphrase === null ? [] : [passphrase])].map((bytes) => {
    assert(bytes.buffer instanceof ArrayBuffer, 'a key in shared memory');
    return bytes.buffer;
  });
}

/** Opens a session under its guard; where that fails, nothing of the guard is left either. */
export async function openGuarded<T>(emergency: Emergency, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    await emergency.close();
    throw error;
  }
}

export class Emergency implements SendGuard, KeyThread {
  private readonly board: Board;
  private readonly wire: WirePlan | null;
  private readonly channel: ThreadChannel;
  private readonly keyboard: Keyboard;
  private readonly timers = new Set<NodeJS.Timeout>();
  private session: Commanded | null = null;
  private pulse: NodeJS.Timeout | null = null;
  private isDead = false;
  private isClosing = false;

  constructor(
    wire: WirePlan | null,
    board = new Board(),
    channel = startEmergencyThread(wire, board),
  ) {
    this.board = board;
    this.wire = wire;
    this.channel = channel;
    this.keyboard = new Keyboard(board, (message) => this.post(message));
    channel.listen(
      (message) => this.receive(message),
      (reason) => this.onDeath(reason),
    );
  }

  get isClosed(): boolean {
    return this.board.isClosed;
  }

  mayExist({ id, symbol }: Readonly<Order>): void {
    // A venue in this process is out of the thread's reach.
    if (this.wire !== null) this.post({ kind: 'mayExist', orderId: id, symbol });
  }

  gone(orderId: OrderId): void {
    if (this.wire !== null) this.post({ kind: 'gone', orderId });
  }

  /** What an exchange needs of it. */
  get exchange(): Pick<Emergency, 'nextNonce' | 'connected'> {
    return this;
  }

  /** Numbers for a key that this session and its emergency thread both sign with. */
  nextNonce = (): number => this.board.nextNonce();

  /**
   * The exchange is connected: from here on the thread can cancel there by itself. Copies of the
   * keys are handed over, not shared.
   */
  connected(of: Pick<ExchangeReach, 'plan' | 'accountId' | 'markets'>, keys: Credentials): void {
    const copy = (secret: Secret): Uint8Array => Uint8Array.from(secret.bytes());
    const reach: ExchangeReach = {
      ...of,
      keys: {
        key: copy(keys.key),
        secret: copy(keys.secret),
        passphrase: keys.passphrase === null ? null : copy(keys.passphrase),
      },
    };
    this.post({ kind: 'reach', reach });
  }

  /** The session's lock is ours: the control socket opens, and stops reach this session. */
  serve(directory: string, session: Commanded): void {
    this.session = session;
    const { accountId } = session.view().account;
    this.post({ kind: 'serve', directory, account: accountId });
  }

  /** The market moves: from here on silence of the main loop counts. */
  start(): void {
    if (this.pulse !== null) return;
    this.board.beat();
    this.post({ kind: 'armed' });
    this.pulse = setInterval(() => this.beat(), BEAT_MS);
    this.pulse.unref();
  }

  bytes = (direct: ByteSource): ByteSource => this.keyboard.bytes(direct);

  setTyping = (isTyping: boolean): void => {
    this.board.isTyping = isTyping;
  };

  setKeys = (keys: HaltKeys): void => this.post({ kind: 'keys', keys });

  async close(): Promise<void> {
    if (this.isClosing) return;
    this.isClosing = true;
    if (this.pulse !== null) clearInterval(this.pulse);
    for (const timer of this.timers) clearTimeout(timer);
    if (!this.isDead) await this.channel.close();
  }

  private post(message: ToThread): void {
    if (!this.isDead && !this.isClosing) this.channel.post(message);
  }

  private beat(): void {
    this.board.beat();
    // A stop that found a session just beginning was carried out by it meanwhile.
    if (this.isClosed && this.session && isStopped(this.session.view())) this.board.openGate();
  }

  private receive(message: FromThread): void {
    switch (message.kind) {
      case 'stop':
        return this.stop(message);
      case 'stalled':
        return this.recover(`the main loop stood still for ${inSeconds(message.silentMs)}`);
      case 'cleared': {
        const words = stoppedWords(message);
        return words === null ? undefined : this.session?.notice(words.level, words.text);
      }
      case 'resume':
        return this.resume(message.id, message.phrase ?? '');
      case 'bytes':
      case 'inputEnded':
        return this.keyboard.receive(message);
      case 'noKeyboard':
        this.keyboard.readDirectly();
        return this.session?.notice('warn', `keys are read by the main loop: ${message.problem}`);
      case 'serving':
        if (message.problem === null) return;
        return this.session?.notice('warn', `no control socket: ${message.problem}`);
      case 'note':
        return this.session?.notice(message.level === 'error' ? 'error' : 'warn', message.text);
      default:
        return message satisfies never;
    }
  }

  private recover(reason: string): void {
    if (this.wire !== null) this.session?.recover?.(reason);
  }

  /**
   * The thread has closed the gate. It opens again once the state itself stops what may not leave:
   * the command is stepped before anything that waits, and closing orders have to pass.
   */
  private stop({ id, stop, by, wallMs }: Extract<FromThread, { kind: 'stop' }>): void {
    const { session } = this;
    if (session === null) return;
    this.post({ kind: 'heard', id });
    const lateMs = Date.now() - wallMs;
    if (lateMs > ALONE_MS) this.recover(`a stop was heard ${inSeconds(lateMs)} late`);
    const before = session.view();
    const { tradingState } = before.account;
    const isDone = tradingState === 'flattening' || (stop === 'halt' && isStopped(before));
    this.board.openGate();
    if (!isDone) session.dispatch({ kind: stop, reason: by });
    if (!isStopped(session.view())) this.board.closeGate();
    this.report({ id, stop, before, until: performance.now() + SETTLE_MS[stop] });
  }

  /** Answers once the books have settled, or with what they are by then. */
  private report(of: {
    readonly id: number;
    readonly stop: StopKind;
    readonly before: SessionView;
    readonly until: number;
  }): void {
    const { session } = this;
    if (session === null) return;
    const view = session.view();
    if (!isSettled(view, of.stop) && performance.now() < of.until) {
      return this.later(LOOK_MS, () => this.report(of));
    }
    this.post({ kind: 'stopped', id: of.id, books: booksOf(view, of) });
  }

  private resume(id: number, phrase: string): void {
    const { session } = this;
    if (session === null) return;
    const before = session.view();
    const { accountId } = before.account;
    if (phrase !== accountId) {
      return this.post({ kind: 'resumed', id, problem: `the phrase is the account: ${accountId}` });
    }
    session.dispatch({ kind: 'resume', phrase });
    const answer = (): void => {
      const view = session.view();
      const problem = resumeProblem(before, view);
      // Said when it is kept: a start that comes next finds the same.
      if (problem === null && view.store.waiting > 0) return this.later(LOOK_MS, answer);
      this.post({ kind: 'resumed', id, problem });
    };
    answer();
  }

  private later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      run();
    }, ms);
    this.timers.add(timer);
  }

  private onDeath(reason: string): void {
    if (this.isDead || this.isClosing) return;
    this.isDead = true;
    this.keyboard.readDirectly();
    const text = `the emergency thread is gone (${reason}): keys wait for the main loop, quit soon`;
    this.session?.notice('error', text);
  }
}
