/** Is what a terminal shows what the program believes it shows? */
import { type ScreenTerminal, cellsOf, createEmulator } from '../bench/screen-terminal.ts';

import { keyBytes } from './key-bytes.ts';

/** Ages are said in seconds: two of them see every cell change that changes by itself. */
const TICKS_MS = 2_600;
const REPAINT_MS = 1_000;
const SAMPLE_MS = 50;
/** Of all cells, those that may tick. */
const MOST_TICKING = 0.02;

export interface Sameness {
  /** Rows that differ from a fresh drawing, as `12: shown | fresh`. */
  readonly differences: readonly string[];
  readonly tickingCells: number;
  /** Bytes of the fresh drawing. */
  readonly repaintBytes: number;
}

/**
 * Draws everything anew (Ctrl+L) into an emulator that never saw anything else, and compares it
 * with what the terminal showed before. The market must be held and nobody typing; what changes by
 * itself meanwhile, such as ages, is left out, and too much of it is a difference too.
 */
export async function compareWithFresh(terminal: ScreenTerminal): Promise<Sameness> {
  const { cols, rows } = terminal.size();
  const ticking = new Set<string>();
  const before = await watchCells(terminal, TICKS_MS, ticking);
  const fresh = createEmulator({ cols, rows });
  let repaintBytes = 0;
  let isWritten: Promise<void> = Promise.resolve();
  const stop = terminal.tap((data) => {
    repaintBytes += data.length;
    isWritten = new Promise((resolve) => fresh.write(data, resolve));
  });
  terminal.type(keyBytes('ctrl+l'));
  // What the drawing itself repairs must not pass for something that ticks.
  await new Promise((resolve) => setTimeout(resolve, REPAINT_MS));
  await watchCells(terminal, TICKS_MS, ticking);
  stop();
  await isWritten;
  const after = cellsOf(fresh);
  const differences = before.flatMap((row, y) => {
    const other = after[y] ?? [];
    const isSame = row.every((cell, x) => cell === other[x] || ticking.has(`${y}:${x}`));
    return isSame ? [] : [`${y}: ${textOf(row)} | ${textOf(other)}`];
  });
  if (ticking.size > MOST_TICKING * cols * rows) {
    differences.push(`${ticking.size} of ${cols * rows} cells change by themselves`);
  }
  return { differences, tickingCells: ticking.size, repaintBytes };
}

/** Notes cells that change within this time; returns the last screen seen. */
async function watchCells(
  terminal: ScreenTerminal,
  forMs: number,
  ticking: Set<string>,
): Promise<readonly (readonly string[])[]> {
  let seen = terminal.cells();
  const end = performance.now() + forMs;
  while (performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    // Half a frame is no state of the screen.
    if (terminal.isMidFrame()) continue;
    const now = terminal.cells();
    now.forEach((row, y) =>
      row.forEach((cell, x) => {
        if (cell !== seen[y]?.[x]) ticking.add(`${y}:${x}`);
      }),
    );
    seen = now;
  }
  return seen;
}

const textOf = (row: readonly string[]): string =>
  row.map((cell) => cell.slice(0, cell.indexOf(' ', 1))).join('');
