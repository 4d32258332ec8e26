// A tree on a terminal that we can look at: the host's bytes go into an emulator.
import { Writable } from 'node:stream';

import type { ReactElement } from 'react';

import { type MountedScreen, mountScreen } from '../../../src/ui/screen/host.tsx';
import { type Painter, createPainter } from '../../../src/ui/screen/painter.ts';
import { loadTheme } from '../../../src/ui/theme.ts';
import { type Emulator, createEmulator } from './emulator.ts';

/** A terminal's stream that keeps what is written, and can stop reading. */
export class FakeTerminal extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  /** One entry per write. */
  readonly frames: string[] = [];
  #reading = true;
  #goOn: (() => void) | null = null;

  constructor(columns: number, rows: number) {
    super({ decodeStrings: false, highWaterMark: 1 });
    this.columns = columns;
    this.rows = rows;
  }

  override _write(text: string, _encoding: string, done: () => void): void {
    this.frames.push(text);
    if (this.#reading) done();
    else this.#goOn = done;
  }

  stopReading(): void {
    this.#reading = false;
  }

  readAgain(): void {
    this.#reading = true;
    this.#goOn?.();
    this.#goOn = null;
  }

  resizeTo(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }

  get asStream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }
}

export interface OnScreen {
  readonly terminal: FakeTerminal;
  readonly screen: MountedScreen;
  /** Everything written so far, as a terminal shows it. */
  readonly shown: () => Promise<Emulator>;
}

export const PAINTER: Painter = createPainter({ theme: loadTheme('dark'), level: 3, ascii: false });

export function mounted(
  element: ReactElement,
  of: { columns: number; rows: number; painter?: Painter; kind?: 'auto' | 'stock' },
): OnScreen {
  const terminal = new FakeTerminal(of.columns, of.rows);
  const screen = mountScreen(element, {
    stdout: terminal.asStream,
    painter: of.painter ?? PAINTER,
    kind: of.kind ?? 'auto',
  });
  return {
    terminal,
    screen,
    async shown() {
      const emulator = createEmulator(terminal.columns, terminal.rows);
      await emulator.write(terminal.frames.join(''));
      return emulator;
    },
  };
}
