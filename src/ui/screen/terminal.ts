/** The terminal's own state: taken before the first paint, given back exactly, whatever happens. */
import { writeSync } from 'node:fs';

export interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream & { readonly fd: number };
}

export interface Terminal {
  /** Raw mode, then the other screen, hidden cursor and bracketed paste. */
  readonly enter: () => void;
  /** Exactly back, at once, and only the first time it is called. */
  readonly leave: () => void;
  /** Does the other side not read? What is drawn now would only pile up. */
  readonly isStalled: () => boolean;
  /** Blank screen with the cursor at its first cell, for drawing everything anew. */
  readonly clear: () => void;
}

const ENTER = '\u001B[?1049h\u001B[?25l\u001B[?2004h\u001B[2J\u001B[H';
const LEAVE = '\u001B[0m\u001B[?2026l\u001B[?2004l\u001B[?25h\u001B[?1049l';

/** Signals that end a terminal program. */
export const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

export function createTerminal({ stdin, stdout }: TerminalStreams): Terminal {
  let entered = false;
  const output = handleOf(stdout);
  return {
    enter() {
      entered = true;
      // A terminal that does not read would stop the whole process in the middle of a write.
      output.setBlocking?.(false);
      // Keys typed while we start must not be echoed into the first frame.
      stdin.setRawMode(true);
      stdout.write(ENTER);
    },
    leave() {
      if (!entered) return;
      entered = false;
      writeNow(output.fd ?? stdout.fd, LEAVE);
      if (stdout.writableLength > 0) {
        // What nobody has read by now would keep the process alive until somebody does, and so
        // would any last word to the same terminal.
        output.close?.();
        handleOf(process.stderr).setBlocking?.(false);
      } else {
        output.setBlocking?.(true);
      }
      try {
        stdin.setRawMode(false);
      } catch {
        // The terminal is gone; there is nothing to restore.
      }
    },
    isStalled: () => stdout.writableNeedDrain,
    clear() {
      stdout.write('\u001B[2J\u001B[H');
    },
  };
}

/** The part of a terminal's stream that Node does not document; other streams have none of it. */
interface OutputHandle {
  /** A descriptor of its own: unlike the process's, it never makes a writer wait. */
  readonly fd?: number;
  readonly setBlocking?: (blocking: boolean) => void;
  readonly close?: () => void;
}

function handleOf(stream: NodeJS.WriteStream): OutputHandle {
  return (stream as { readonly _handle?: OutputHandle | null })._handle ?? {};
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
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TRY_MS);
    }
  }
}
