/** A screen's stay on a terminal: what is taken, what is heard meanwhile, how all of it ends. */
import { type ByteSource, readBytes } from '../input/byte-source.ts';
import { type Keyboard, createKeyboard } from '../input/keyboard.ts';
import type { KeyPress, KeyResult } from '../input/action.ts';
import { silence } from './silence.ts';
import { type Suspension, followSuspension } from './suspension.ts';
import { END_SIGNALS, type Terminal, type TerminalStreams, createTerminal } from './terminal.ts';

export interface VisitOptions {
  readonly streams: TerminalStreams;
  /** Who reads the keyboard, given the process's own input to fall back on. */
  readonly bytes: (direct: ByteSource) => ByteSource;
  /** A key, in the turn its bytes were read. */
  readonly press: (key: KeyPress) => KeyResult['effect'];
  /** Is a run of this character in one piece of input a key held down? */
  readonly repeats: (character: string) => boolean;
  /** Draws every cell anew: the terminal may show anything. */
  readonly repaint: () => void;
  readonly resize: (size: { readonly width: number; readonly height: number }) => void;
  /** Once a second, and whenever a terminal that did not read does again. */
  readonly tick: () => void;
  /** The operator wants to go, or a signal asks for it. */
  readonly quit: () => void;
  /** There is no terminal any more. */
  readonly lost: () => void;
  /** A line that somebody tried to print. */
  readonly print: (line: string) => void;
  /** The process stood still for so long and goes on; null: there was nobody to wake it. */
  readonly resumed: (awayMs: number | null) => void;
}

/** Ages are said in seconds. */
const TICK_MS = 1_000;
/** A connection can end without a word; a terminal that is gone is no terminal. */
const LOOK_TICKS = 5;
/** Whatever got onto the screen without us is gone after this. */
const REPAINT_TICKS = 60;
/** After the last of many changes of size. */
const RESIZED_MS = 100;

/** Begins with `enter`, ends once, whatever ends it. */
export class Visit {
  readonly #of: VisitOptions;
  readonly #terminal: Terminal;
  readonly #keyboard: Keyboard;
  #suspension: Suspension | null = null;
  #speak: () => void = () => undefined;
  #ticker: NodeJS.Timeout | undefined;
  #resizing: NodeJS.Timeout | undefined;
  #ticks = 0;
  #lastSeen = performance.now();
  #lost = false;

  constructor(of: VisitOptions) {
    this.#of = of;
    this.#terminal = createTerminal(of.streams);
    this.#keyboard = createKeyboard(of.bytes(readBytes(of.streams.stdin)), {
      repeats: of.repeats,
      onKey: (key) => this.#act(of.press(key)),
      onFocus: (focused) => {
        if (focused) of.repaint();
      },
      onEnd: this.#lose,
    });
  }

  /** The terminal is ours; the first frame may be drawn. */
  enter(): void {
    // Before anybody else's last words, and not only after them.
    process.prependListener('exit', this.end);
    process.prependListener('uncaughtExceptionMonitor', this.end);
    for (const signal of END_SIGNALS) process.on(signal, this.#of.quit);
    process.on('SIGHUP', this.#of.lost);
    this.#of.streams.stdout
      .on('error', this.#of.lost)
      .on('drain', this.#of.tick)
      .on('resize', this.#resize);
    this.#speak = silence(this.#of.print);
    this.#ticker = setInterval(this.#tick, TICK_MS);
    this.#suspension = followSuspension({
      leave: this.#leave,
      back: this.#back,
      repaint: this.#of.repaint,
      resumed: this.#of.resumed,
      wallMs: () => performance.now(),
      lastSeen: () => this.#lastSeen,
    });
    this.#terminal.enter();
    this.#keyboard.start();
  }

  /** Nothing may be drawn: the terminal does not read, or is not ours. */
  readonly isStalled = (): boolean =>
    this.#suspension?.isAway() === true || this.#terminal.isStalled();

  /** The terminal as it was found. Later calls do nothing. */
  readonly end = (): void => {
    const { stdout } = this.#of.streams;
    this.#suspension?.release();
    this.#keyboard.stop();
    this.#terminal.end();
    this.#speak();
    clearInterval(this.#ticker);
    clearTimeout(this.#resizing);
    process.off('exit', this.end).off('uncaughtExceptionMonitor', this.end);
    for (const signal of END_SIGNALS) process.off(signal, this.#of.quit);
    process.off('SIGHUP', this.#of.lost);
    stdout.off('error', this.#of.lost).off('drain', this.#of.tick).off('resize', this.#resize);
  };

  #act(effect: KeyResult['effect']): void {
    if (effect === 'quit') this.#of.quit();
    else if (effect === 'repaint') this.#repaint(true);
    else if (effect === 'suspend') this.#suspension?.suspend();
  }

  readonly #leave = (): void => {
    this.#keyboard.stop();
    this.#terminal.leave();
  };

  readonly #back = (): void => {
    this.#terminal.enter();
    this.#lastSeen = performance.now();
    this.#keyboard.start();
    // The size may have changed while the terminal was somebody else's: nobody told us then.
    process.emit('SIGWINCH', 'SIGWINCH');
  };

  readonly #resize = (): void => {
    const { columns, rows } = this.#of.streams.stdout;
    this.#of.resize({ width: columns, height: rows });
    clearTimeout(this.#resizing);
    this.#resizing = setTimeout(() => this.#repaint(true), RESIZED_MS);
  };

  /** Cleared where junk may lie beyond the cells we know of. */
  #repaint(cleared = false): void {
    if (this.isStalled()) return;
    if (cleared) this.#terminal.clear();
    this.#of.repaint();
  }

  readonly #tick = (): void => {
    this.#ticks += 1;
    // Behind a signal that has just waked us: it asks when we were last seen before.
    setImmediate(() => {
      this.#lastSeen = performance.now();
    });
    if (this.#ticks % LOOK_TICKS === 0 && !this.#terminal.isThere()) this.#lose();
    if (this.#ticks % REPAINT_TICKS === 0) this.#repaint();
    this.#of.tick();
  };

  /** A terminal that is gone is the end by a hangup, also where the system sends no signal. */
  readonly #lose = (): void => {
    if (this.#lost) return;
    this.#lost = true;
    process.emit('SIGHUP', 'SIGHUP');
  };
}
