/**
 * The keyboard in the emergency thread: every byte goes on to the main loop, and the emergency stop
 * is understood here, whatever the main loop is doing.
 */
import { constants, openSync } from 'node:fs';
import { ReadStream, isatty } from 'node:tty';
import { messageOf } from '../../domain/errors.ts';
import { KeyParser } from '../../ui/input/key-parser.ts';
import type { HaltKeys } from '../../ui/input/byte-source.ts';
import { HALT_KEY } from '../../ui/input/urgent.ts';
import type { Board } from './board.ts';
import type { FromThread } from './messages.ts';

/** A letter is a letter only on the word of a main loop that turned so recently. */
const WORD_MS = 1_000;
/** Keys before a letter may have opened a field: it waits for them, but not longer than this. */
const BEHIND_MS = 50;
const LOOK_AGAIN_MS = 2;
/** Chunks that may wait for the main loop; a terminal gives at most 4 kB in each. */
const MOST_WAITING = 4_096;

export interface ThreadKeyboardPorts {
  readonly board: Board;
  readonly post: (message: FromThread) => void;
  readonly after: (ms: number, run: () => void) => () => void;
  readonly now: () => number;
  /** Milliseconds without a heartbeat. */
  readonly silentMs: () => number;
  readonly stop: (key: string) => void;
}

export class ThreadKeyboard {
  private readonly ports: ThreadKeyboardPorts;
  private readonly parser: KeyParser;
  private keys: HaltKeys = { names: [HALT_KEY], held: [] };
  private stream: ReadStream | null = null;
  /** Chunks handed on so far. */
  private passedOn = 0;
  private isBroken = false;

  constructor(ports: ThreadKeyboardPorts) {
    this.ports = ports;
    this.parser = new KeyParser({
      repeats: (character) => this.keys.held.includes(character),
      after: ports.after,
      onEvent: (event) => {
        if (event.kind === 'key') this.onKey(event.key.name, event.key.text !== '');
      },
    });
  }

  setKeys(keys: HaltKeys): void {
    this.keys = keys;
  }

  read(): void {
    this.stream ??= this.open();
    if (this.stream === null) return;
    this.ports.board.setReading(true);
    this.stream.resume();
  }

  stop(): void {
    this.stream?.pause();
    this.parser.reset();
    this.ports.board.setReading(false);
  }

  /**
   * Hands the bytes on first: a main loop that turns knows the key before it hears of a stop. For
   * one that does not, they are only looked at once too many wait.
   */
  feed(chunk: Uint8Array): void {
    const isWanted = this.passedOn - this.ports.board.handled < MOST_WAITING;
    if (isWanted) this.ports.post({ kind: 'bytes', bytes: chunk });
    this.parser.feed(chunk);
    if (isWanted) this.passedOn += 1;
  }

  private onKey(name: string, isLetter: boolean): void {
    if (name === '' || (name !== HALT_KEY && !this.keys.names.includes(name))) return;
    if (!isLetter) return this.ports.stop(name);
    this.decide(name, this.passedOn, this.ports.now() + BEHIND_MS);
  }

  /**
   * A letter counts where no text is typed. Only a main loop that has taken it for a letter says
   * so: one that falls silent over it has no say.
   */
  private decide(name: string, before: number, until: number): void {
    const { board, now, after, silentMs, stop } = this.ports;
    if (silentMs() > WORD_MS) return stop(name);
    const isSettled = board.handled >= before || now() >= until;
    if (isSettled && !board.isTyping) return stop(name);
    if (board.handled > before) return;
    after(LOOK_AGAIN_MS, () => this.decide(name, before, until));
  }

  private open(): ReadStream | null {
    if (this.isBroken) return null;
    try {
      const path = process.platform === 'linux' ? '/proc/self/fd/0' : '/dev/tty';
      const { O_RDONLY, O_NOCTTY, O_NONBLOCK } = constants;
      const fd = openSync(path, O_RDONLY | O_NOCTTY | O_NONBLOCK);
      if (!isatty(fd)) throw new Error(`${path} is no terminal`);
      const stream = new ReadStream(fd);
      let hasEnded = false;
      const end = (): void => {
        if (hasEnded) return;
        hasEnded = true;
        this.ports.board.setReading(false);
        this.ports.post({ kind: 'inputEnded' });
      };
      stream.on('data', (chunk: Buffer) => this.feed(chunk));
      stream.on('end', end).on('close', end).on('error', end);
      return stream;
    } catch (error) {
      this.isBroken = true;
      this.ports.post({ kind: 'noKeyboard', problem: messageOf(error) });
      return null;
    }
  }
}
