/** The terminal's own state: taken before the first paint, given back exactly, whatever happens. */
import { readSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

export interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream & { readonly fd: number };
}

export interface Terminal {
  /** Raw mode, then the other screen, hidden cursor, marked pastes and focus reports. */
  readonly enter: () => void;
  /** Exactly back, at once, and only the first time after an `enter`. */
  readonly leave: () => void;
  /** `leave` for good: what nobody has read by now must not keep the process. */
  readonly end: () => void;
  /** Does the other side not read? What is drawn now would only pile up. */
  readonly isStalled: () => boolean;
  /** Is there still a terminal at all? A lost connection need not say so. */
  readonly isThere: () => boolean;
  /** Blank screen with the cursor at its first cell, for drawing everything anew. */
  readonly clear: () => void;
}

const CLEAR = '\u001B[2J\u001B[H';
const ENTER = `\u001B[?1049h\u001B[?25l\u001B[?2004h\u001B[?1004h${CLEAR}`;
/** Style and an open frame are ours, too; then everything of `ENTER` in reverse order. */
const LEAVE = '\u001B[0m\u001B[?2026l\u001B[?1004l\u001B[?2004l\u001B[?25h\u001B[?1049l';

/** Signals that end a terminal program; SIGHUP says that the terminal itself goes. */
export const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const;

export function createTerminal({ stdin, stdout }: TerminalStreams): Terminal {
  let entered = false;
  const input = handleOf(stdin);
  const output = handleOf(stdout);
  const setRaw = (raw: boolean): void => {
    try {
      stdin.setRawMode(raw);
    } catch {
      // The terminal is gone; there is nothing to set.
    }
  };
  const leave = (): void => {
    if (!entered) return;
    entered = false;
    writeNow(output.fd ?? stdout.fd, LEAVE);
    if (input.fd !== undefined) swallow(input.fd);
    setRaw(false);
  };
  return {
    enter() {
      entered = true;
      // A terminal that does not read would stop the whole process in the middle of a write.
      output.setBlocking?.(false);
      // Keys typed while we start must not be echoed into the first frame. Taken off first: a
      // shell may have changed the mode behind our back, and raw once more would change nothing.
      setRaw(false);
      setRaw(true);
      stdout.write(ENTER);
    },
    leave,
    end() {
      if (!entered) return;
      leave();
      if (stdout.writableLength > 0) {
        // What nobody has read by now would keep the process alive until somebody does, and so
        // would any last word to the same terminal.
        output.close?.();
        handleOf(process.stderr).setBlocking?.(false);
      } else {
        output.setBlocking?.(true);
      }
    },
    isStalled: () => stdout.writableNeedDrain,
    isThere: () => (input.fd === undefined || isatty(input.fd)) && !stdout.destroyed,
    clear() {
      stdout.write(CLEAR);
    },
  };
}

/** The part of a terminal's stream that Node does not document; other streams have none of it. */
interface TerminalHandle {
  /** A descriptor of its own: unlike the process's, it never makes anybody wait. */
  readonly fd?: number;
  readonly setBlocking?: (blocking: boolean) => void;
  readonly close?: () => void;
}

function handleOf(stream: NodeJS.WriteStream | NodeJS.ReadStream): TerminalHandle {
  return (stream as { readonly _handle?: TerminalHandle | null })._handle ?? {};
}

const WRITE_TRIES = 20;
const TRY_MS = 10;

/** Past all buffers: the process may be about to end. A terminal that is gone is no error. */
function writeNow(fd: number, text: string): void {
  for (let tries = 1; tries <= WRITE_TRIES; tries += 1) {
    try {
      writeSync(fd, text);
      return;
    } catch (error) {
      // EIO or EPIPE: the other side hung up. EAGAIN: it reads slowly, or is stopped for good.
      if (!isAgain(error)) return;
      pause(TRY_MS);
    }
  }
}

/** Answers and keys that are still on their way belong to us, not to the shell's next line. */
const SWALLOW_MS = 50;

function swallow(fd: number): void {
  const bytes = Buffer.allocUnsafe(4_096);
  const end = performance.now() + SWALLOW_MS;
  while (performance.now() < end) {
    try {
      if (readSync(fd, bytes) === 0) return;
    } catch (error) {
      if (!isAgain(error)) return;
      pause(TRY_MS);
    }
  }
}

const isAgain = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EAGAIN';

/** Nothing else may happen meanwhile: this is called where the process could end any moment. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
