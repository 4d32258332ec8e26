/**
 * Keeps `halt.json` beside the journal: every tightening of the account writes it, a resume that is
 * durable takes it away. One of the two is enough for the next start to stay stopped.
 */
import { InputError, messageOf } from '../../domain/errors.ts';
import type { RecordBody } from '../../domain/record.ts';
import { stricter } from '../../domain/verdict.ts';
import type { MoneyState } from '../../execution/money.ts';
import {
  readStopFile,
  removeStopFile,
  STOP_FILE,
  type StopNote,
  type StopState,
  writeStopFile,
} from '../../store/stop-file.ts';

/** States that a restart must find again even without a journal. */
const REMEMBERED: ReadonlySet<string> = new Set<StopState>(['reducing', 'halted', 'flattening']);

export interface StopKeeperPorts {
  /** State directory. */
  readonly directory: string;
  readonly wallNow: () => number;
  /** Said where the stop could not be recorded: it then holds in memory only. */
  readonly trouble: (text: string) => void;
}

export class StopKeeper {
  private readonly ports: StopKeeperPorts;
  private isPresent: boolean;
  private wanted: StopNote | null = null;
  /** Number of the resume that takes the note away once it is durable. */
  private resumedAt: number | null = null;

  constructor(ports: StopKeeperPorts) {
    this.ports = ports;
    this.isPresent = readStopFile(ports.directory) !== null;
  }

  /** Takes every record that the money has just applied, with its number. */
  onRecord(body: RecordBody, n: number): void {
    if (body.kind !== 'tradingState' || body.scope !== undefined) return;
    const { state, reason, by } = body;
    if (!REMEMBERED.has(state)) {
      // Recovering is no resume: what was stopped before it still is.
      if (state === 'running' || state === 'paused') this.resumedAt = n;
      return;
    }
    this.resumedAt = null;
    const isFirst = this.wanted === null;
    this.wanted = { state: state as StopState, reason, time: this.ports.wallNow(), by };
    // After this turn of the engine: the cancels of a stop leave before anything is written.
    if (isFirst) queueMicrotask(() => this.flush());
  }

  /** Everything up to this record is durable. */
  onDurable(n: number): void {
    if (this.resumedAt === null || n < this.resumedAt) return;
    this.resumedAt = null;
    this.wanted = null;
    if (!this.isPresent) return;
    this.attempt(() => removeStopFile(this.ports.directory));
    this.isPresent = readStopFile(this.ports.directory) !== null;
  }

  /** The engine threw: what its journal says last may be looser than what a start may do. */
  crash(reason: string): void {
    const text = `the engine failed: ${reason}`;
    this.resumedAt = null;
    this.wanted = { state: 'halted', reason: text, time: this.ports.wallNow(), by: 'engine' };
    this.flush();
  }

  /** Writes what is wanted; called by itself after the turn, and by the session's end. */
  flush(): void {
    const stop = this.wanted;
    if (stop === null) return;
    this.wanted = null;
    this.isPresent = true;
    this.attempt(() => writeStopFile(this.ports.directory, stop));
  }

  private attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.ports.trouble(messageOf(error));
    }
  }
}

/**
 * The note of an earlier process, where it is stricter than what the journal says; null: the
 * journal alone decides.
 */
export function stricterNote(directory: string, money: MoneyState): StopNote | null {
  const note = readStopFile(directory);
  const { state } = money.trading;
  return note !== null && stricter(note.state, state) !== state ? note : null;
}

/**
 * The stop of an earlier process that the journal does not know of, as a command for the first
 * turn, before the market moves. Throws InputError where `--start` would lift it.
 */
export function recoveredStop(
  directory: string,
  money: MoneyState,
  isStarting: boolean,
): { readonly kind: 'pause' | 'halt'; readonly reason: string } | null {
  const note = stricterNote(directory, money);
  if (note === null) return null;
  const { state, reason } = note;
  if (isStarting && state !== 'paused') {
    const fix = 'open the console and resume it there';
    throw new InputError(`--start is refused: ${STOP_FILE} says ${state} (${reason}); ${fix}`, 3);
  }
  // What was being reduced or closed is looked at first: nothing is sent by a file alone.
  return { kind: state === 'paused' ? 'pause' : 'halt', reason };
}
