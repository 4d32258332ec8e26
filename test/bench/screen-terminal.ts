/** A terminal emulator on a pseudo-terminal: bytes counted, keys pressed, cells read. */
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

export interface ScreenSize {
  readonly cols: number;
  readonly rows: number;
}

export interface TerminalOptions extends ScreenSize {
  /** Program and arguments. */
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface ScreenTerminal {
  readonly pid: number;
  /** Bytes the program has written so far. */
  readonly bytes: () => number;
  /** Pieces in which they arrived: short frames come in one each. */
  readonly reads: () => number;
  /** Types as a person at this terminal. */
  readonly type: (keys: string) => void;
  readonly lines: () => readonly string[];
  /** The characters of one column, top to bottom: cheap enough to look at after every read. */
  readonly column: (x: number) => string;
  /** Every cell with its style, for comparing screens. */
  readonly cells: () => readonly (readonly string[])[];
  /** Resolves with the moment a finished frame satisfied `check`. Rejects after `patienceMs`. */
  readonly waitFor: (check: (of: ScreenTerminal) => boolean, patienceMs: number) => Promise<number>;
  /** Calls with everything the program writes from now on; returns stop. */
  readonly tap: (listener: (data: Uint8Array) => void) => () => void;
  readonly size: () => ScreenSize;
  /** Between the marks of a frame the screen is half the old one and half the new. */
  readonly isMidFrame: () => boolean;
  readonly isAlternate: () => boolean;
  readonly isCursorShown: () => boolean;
  readonly takesPastes: () => boolean;
  readonly resize: (size: ScreenSize) => void;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly hasEnded: () => boolean;
  readonly ended: Promise<{ readonly exitCode: number; readonly signal: number | undefined }>;
}

type Emulator = InstanceType<typeof xterm.Terminal>;

const CURSOR_MODE = 25;

export function openTerminal(options: TerminalOptions): ScreenTerminal {
  return new PtyTerminal(options);
}

class PtyTerminal implements ScreenTerminal {
  readonly ended: ScreenTerminal['ended'];
  private readonly pty: IPty;
  private readonly emulator: Emulator;
  private readonly looks = new Set<() => void>();
  private readonly taps = new Set<(data: Uint8Array) => void>();
  private isCursorHidden = false;
  private byteCount = 0;
  private readCount = 0;
  private isOver = false;

  constructor({ command, cwd, env, cols, rows }: TerminalOptions) {
    const [program, ...args] = command;
    this.emulator = createEmulator({ cols, rows });
    // Bytes, not text: what a line carries is counted.
    this.pty = spawn(program, args, { cols, rows, cwd, env: { ...env }, encoding: null });
    // Keys go through the emulator, so that it shows the answer without waiting for its own timer.
    this.emulator.onData((data) => this.pty.write(data));
    this.pty.onData((data) => this.hear(data));
    for (const final of ['h', 'l']) {
      this.emulator.parser.registerCsiHandler({ prefix: '?', final }, ([mode]) => {
        if (mode === CURSOR_MODE) this.isCursorHidden = final === 'l';
        return false;
      });
    }
    this.ended = new Promise((resolve) => {
      this.pty.onExit(({ exitCode, signal }) => {
        this.emulator.write('', () => {
          this.isOver = true;
          this.look();
          resolve({ exitCode, signal });
        });
      });
    });
  }

  get pid(): number {
    return this.pty.pid;
  }

  bytes = (): number => this.byteCount;

  reads = (): number => this.readCount;

  type = (keys: string): void => {
    this.emulator.input(keys, true);
  };

  lines = (): readonly string[] => {
    const { active } = this.emulator.buffer;
    return Array.from(
      { length: this.emulator.rows },
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
    );
  };

  column = (x: number): string => {
    const { active } = this.emulator.buffer;
    let text = '';
    for (let row = 0; row < this.emulator.rows; row += 1) {
      text +=
        active
          .getLine(active.baseY + row)
          ?.getCell(x)
          ?.getChars() || ' ';
    }
    return text;
  };

  cells = (): readonly (readonly string[])[] => cellsOf(this.emulator);

  waitFor = (check: (of: ScreenTerminal) => boolean, patienceMs: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const finish = (act: () => void): void => {
        clearTimeout(timer);
        this.looks.delete(look);
        act();
      };
      const look = (): void => {
        if (check(this)) finish(() => resolve(performance.now()));
        else if (this.isOver) finish(() => reject(new Error(`it ended:\n${this.text()}`)));
      };
      const late = (): void => {
        reject(new Error(`not seen in ${patienceMs} ms:\n${this.text()}`));
      };
      const timer = setTimeout(() => finish(late), patienceMs);
      this.looks.add(look);
      look();
    });

  tap = (listener: (data: Uint8Array) => void): (() => void) => {
    this.taps.add(listener);
    return () => this.taps.delete(listener);
  };

  size = (): ScreenSize => ({ cols: this.emulator.cols, rows: this.emulator.rows });

  isMidFrame = (): boolean => this.emulator.modes.synchronizedOutputMode;

  isCursorShown = (): boolean => !this.isCursorHidden;

  takesPastes = (): boolean => this.emulator.modes.bracketedPasteMode;

  isAlternate = (): boolean => this.emulator.buffer.active.type === 'alternate';

  resize = ({ cols, rows }: ScreenSize): void => {
    this.emulator.resize(cols, rows);
    this.pty.resize(cols, rows);
  };

  signal = (name: NodeJS.Signals): void => {
    if (!this.isOver) process.kill(this.pid, name);
  };

  hasEnded = (): boolean => this.isOver;

  private hear(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    this.byteCount += bytes.length;
    this.readCount += 1;
    for (const tap of this.taps) tap(bytes);
    this.emulator.write(bytes, () => this.look());
  }

  private look(): void {
    if (this.isMidFrame() && !this.isOver) return;
    for (const look of this.looks) look();
  }

  private text(): string {
    return this.lines().join('\n');
  }
}

/** An emulator without a program. */
export function createEmulator(size: ScreenSize): Emulator {
  return new xterm.Terminal({ ...size, scrollback: 100, allowProposedApi: true });
}

/** Every cell as a text that is the same for two cells that look the same. */
export function cellsOf(emulator: Emulator): readonly (readonly string[])[] {
  const { active } = emulator.buffer;
  const cell = active.getNullCell();
  return Array.from({ length: emulator.rows }, (_row, y) => {
    const line = active.getLine(active.baseY + y);
    return Array.from({ length: emulator.cols }, (_cell, x) => {
      line?.getCell(x, cell);
      const text = cell.getChars() || ' ';
      const background = [cell.getBgColorMode(), cell.getBgColor()];
      const shows = [cell.isInverse(), cell.isUnderline(), cell.isStrikethrough()];
      // Nothing else can be seen where nothing is written.
      if (text === ' ' && shows.every((one) => one === 0)) return [text, ...background].join(' ');
      const ink = [cell.isBold(), cell.isDim(), cell.getFgColorMode(), cell.getFgColor()];
      return [text, ...background, ...shows, ...ink].join(' ');
    });
  });
}
