/** A person at a terminal: starts the installed command, presses keys, reads the screen. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

/** What `npm start` runs. */
export const LAUNCHER = join(import.meta.dirname, '..', '..', 'src', 'cli', 'tapedeck');

/** A slow machine with other work to do still gets there; a hang is found all the same. */
export const PATIENCE_MS = 60_000;

/** Between two reads of one frame passes less, between two frames mostly more. */
const QUIET_MS = 25;
const RESTLESS_MS = 250;

export interface Exit {
  readonly exitCode: number;
  /** Number of the signal that ended it; 0 or undefined where it ended by itself. */
  readonly signal: number | undefined;
}

export interface RobotOptions {
  readonly args: readonly string[];
  /** The only directory the program may write to. */
  readonly home: string;
  /** Columns and rows as people write them: `80x24`. */
  readonly size?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Program and first arguments that start the launcher; it follows them. */
  readonly through?: readonly string[];
}

/** What is waited for: a text, a pattern, or a judgement of the whole screen. */
export type Wanted = string | RegExp | ((screen: string) => boolean);

export interface Robot {
  readonly pid: number;
  /** Sends the bytes in one write, as a key press or a paste arrives. */
  readonly press: (bytes: string) => void;
  /** Resolves with the whole screen as soon as it shows what is wanted. */
  readonly waitFor: (wanted: Wanted, patienceMs?: number) => Promise<string>;
  readonly screen: () => readonly string[];
  /** Everything the terminal got. */
  readonly raw: () => string;
  /** Is the program's own screen shown? */
  readonly alternate: () => boolean;
  readonly resize: (size: string) => void;
  /** Another program writes over the screen, as `wall` does. Resolves when it shows. */
  readonly scribble: (text: string) => Promise<void>;
  /** The terminal takes nothing more, until it reads on. */
  readonly stopReading: () => void;
  readonly readOn: () => void;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** The terminal goes away, as when a connection drops. */
  readonly hangUp: () => void;
  readonly exited: (patienceMs?: number) => Promise<Exit>;
}

/** The environment of a newcomer: nothing of the machine but where its programs lie. */
export function plainEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
  };
}

/** An empty home directory; `remove` takes it away. */
export function createHome(): { readonly home: string; readonly remove: () => void } {
  const home = mkdtempSync(join(tmpdir(), 'tapedeck-home-'));
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** The launcher without a terminal: what it printed and how it ended. */
export function runProgram(
  home: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const { stdout, stderr, status } = spawnSync(LAUNCHER, args, {
    cwd: home,
    env: { ...plainEnvironment(home), ...env },
    encoding: 'utf8',
    timeout: PATIENCE_MS,
    maxBuffer: 64 * 1024 * 1024,
  });
  return { stdout, stderr, status };
}

export function openRobot(options: RobotOptions): Robot {
  return new TerminalRobot(options);
}

interface Waiter {
  readonly check: () => void;
  readonly fail: (why: string) => void;
}

class TerminalRobot implements Robot {
  private readonly pty: IPty;
  private readonly emulator: InstanceType<typeof xterm.Terminal>;
  private readonly waiters = new Set<Waiter>();
  private readonly ended: Promise<Exit>;
  private text = '';
  private exit: Exit | null = null;
  /** The newest screen that was no half of a frame. */
  private seen = '';
  /** When the bytes began that may be half a frame; null: the screen is whole. */
  private drawingSince: number | null = null;
  private quiet: NodeJS.Timeout | undefined;

  constructor({ args, home, size = '80x24', env = {}, through = [] }: RobotOptions) {
    const { cols, rows } = parseSize(size);
    // Enough memory of lines that junk above the screen would be seen.
    this.emulator = new xterm.Terminal({ cols, rows, scrollback: 200, allowProposedApi: true });
    const [program = LAUNCHER, ...rest] = [...through, LAUNCHER, ...args];
    this.pty = spawn(program, rest, {
      cols,
      rows,
      cwd: home,
      env: { ...plainEnvironment(home), ...env },
    });
    this.emulator.onData((answer) => {
      this.pty.write(answer);
    });
    this.pty.onData((data) => {
      this.text += data;
      this.drawingSince ??= Date.now();
      this.emulator.write(data, () => this.lookSoon());
    });
    this.ended = new Promise((resolve) => {
      this.pty.onExit(({ exitCode, signal }) => {
        // Behind everything the terminal got before.
        this.emulator.write('', () => {
          this.exit = { exitCode, signal };
          this.lookNow();
          for (const { fail } of this.waiters) fail(`it ended with ${String(exitCode)}`);
          resolve(this.exit);
        });
      });
    });
  }

  get pid(): number {
    return this.pty.pid;
  }

  press = (bytes: string): void => {
    this.pty.write(bytes);
  };

  waitFor = (wanted: Wanted, patienceMs = PATIENCE_MS): Promise<string> =>
    new Promise((resolve, reject) => {
      const finish = (act: () => void): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        act();
      };
      const waiter: Waiter = {
        check: () => {
          const screen = this.seen;
          if (shows(screen, wanted)) finish(() => resolve(screen));
        },
        fail: (why) => {
          const sought = `waited for ${String(wanted)}, but ${why}`;
          finish(() => reject(new Error(`${sought}; the screen:\n${this.shown()}`)));
        },
      };
      const timer = setTimeout(() => waiter.fail(`not in ${String(patienceMs)} ms`), patienceMs);
      this.waiters.add(waiter);
      if (this.drawingSince === null) waiter.check();
      if (this.exit !== null && this.waiters.has(waiter)) waiter.fail('it has ended');
    });

  screen = (): readonly string[] => this.seen.split('\n');

  raw = (): string => this.text;

  alternate = (): boolean => this.emulator.buffer.active.type === 'alternate';

  resize = (size: string): void => {
    const { cols, rows } = parseSize(size);
    this.emulator.resize(cols, rows);
    this.pty.resize(cols, rows);
    this.lookSoon();
  };

  scribble = (text: string): Promise<void> =>
    new Promise((resolve) => {
      this.emulator.write(text, () => {
        this.lookNow();
        resolve();
      });
    });

  stopReading = (): void => {
    this.pty.pause();
  };

  readOn = (): void => {
    this.pty.resume();
  };

  kill = (signal: NodeJS.Signals): void => {
    if (this.exit !== null) return;
    try {
      process.kill(this.pid, signal);
    } catch (error) {
      // It ended a moment ago, and the news of it is on its way.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  };

  hangUp = (): void => {
    (this.pty as IPty & { destroy: () => void }).destroy();
  };

  exited = (patienceMs = PATIENCE_MS): Promise<Exit> =>
    new Promise((resolve, reject) => {
      const late = (): void => {
        reject(new Error(`still running after ${String(patienceMs)} ms:\n${this.shown()}`));
      };
      const timer = setTimeout(late, patienceMs);
      void this.ended.then((exit) => {
        clearTimeout(timer);
        resolve(exit);
      });
    });

  /**
   * A frame may arrive in several reads, and between two of them the screen is half the old one and
   * half the new: it is looked at when nothing came for a moment. A screen that never rests is
   * looked at all the same, but not between the marks of a frame.
   */
  private lookSoon(): void {
    this.drawingSince ??= Date.now();
    clearTimeout(this.quiet);
    const isRestless = Date.now() - this.drawingSince > RESTLESS_MS;
    if (isRestless && !this.emulator.modes.synchronizedOutputMode) this.lookNow();
    else this.quiet = setTimeout(() => this.lookNow(), QUIET_MS);
  }

  private lookNow(): void {
    clearTimeout(this.quiet);
    this.drawingSince = null;
    this.seen = this.shown();
    for (const { check } of this.waiters) check();
  }

  private shown(): string {
    const { buffer, rows, cols } = this.emulator;
    const { active } = buffer;
    const lines = Array.from({ length: rows }, (_, row) => {
      // The emulator keeps what a larger screen had to the right of this one; nobody sees it.
      return active.getLine(active.baseY + row)?.translateToString(true, 0, cols) ?? '';
    });
    return lines.join('\n');
  }
}

function shows(screen: string, wanted: Wanted): boolean {
  if (typeof wanted === 'string') return screen.includes(wanted);
  return typeof wanted === 'function' ? wanted(screen) : wanted.test(screen);
}

function parseSize(size: string): { cols: number; rows: number } {
  const [cols = 80, rows = 24] = size.split('x').map(Number);
  return { cols, rows };
}

/** The first group of the pattern in the text. Throws where it is not found. */
export function readOut(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`${String(pattern)} not found in:\n${text}`);
  return found;
}
