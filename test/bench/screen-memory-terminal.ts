/** A terminal in memory, for consoles that are measured in their own process. */
import { openSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';

import type { TerminalStreams } from '../../src/ui/screen/terminal.ts';

export interface MemoryTerminal {
  readonly streams: TerminalStreams;
  /** Bytes reach the program as from its terminal's read callback. */
  readonly press: (keys: string) => void;
  /** Resolves at the next write, or after `patienceMs`: was there one? */
  readonly written: (patienceMs: number) => Promise<boolean>;
}

export function createMemoryTerminal(columns: number, rows: number): MemoryTerminal {
  let wake: (() => void) | null = null;
  const stdout = new Writable({
    write(_chunk, _encoding, done) {
      wake?.();
      done();
    },
  });
  const stdin = new Readable({ read: () => undefined });
  const quiet = () => stdin;
  Object.assign(stdout, { isTTY: true, columns, rows, fd: openSync('/dev/null', 'w') });
  Object.assign(stdin, { isTTY: true, fd: 0, setRawMode: quiet, ref: quiet, unref: quiet });
  return {
    streams: { stdin, stdout } as unknown as TerminalStreams,
    press(keys) {
      stdin.push(Buffer.from(keys));
    },
    written: (patienceMs) =>
      new Promise((resolve) => {
        const finish = (found: boolean): void => {
          clearTimeout(timer);
          wake = null;
          resolve(found);
        };
        const timer = setTimeout(() => finish(false), patienceMs);
        wake = () => finish(true);
      }),
  };
}
