import { type PaneDefinition, type RowScene, passes } from './definition.ts';
import { fact, wrapped } from '../why/facts.ts';
import type { SessionView } from '../../app/session-types.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { LogLine } from '../slices.ts';
import { formatClock } from '../text/format.ts';
import { type Pane, type Row, type Size, type Token, fitRows, muted, span } from '../text/rows.ts';

export interface LogSlice {
  /** Newest first. */
  readonly lines: readonly Line[];
  /** Key of the newest line that is shown; null follows the newest of all. */
  readonly anchor: string | null;
}

/** One line of the pane: log and answers to commands, in one stream. */
export interface Line {
  readonly key: string;
  readonly time: number;
  readonly level: LogLine['level'];
  readonly category: string;
  readonly message: string;
}

const CATEGORY_CELLS = 8;
/** From here a time and a category fit beside the words. */
const CATEGORY_WIDTH = 100;

/** Newest first; a scrolled pane stays at its line while newer ones arrive. */
export function logPane(slice: LogSlice, size: Size): Pane {
  const { lines } = slice;
  const found = slice.anchor === null ? 0 : lines.findIndex((line) => line.key === slice.anchor);
  const start = Math.max(0, found);
  const rows =
    lines.length === 0
      ? [[muted(' nothing has happened yet')]]
      : lines.slice(start, start + size.height).map((line) => toRow(line, size.width));
  const newer = start > 0 ? `${String(start)} newer above` : 'follow';
  return { title: 'Log', summary: [muted(newer)], rows: fitRows(rows, size) };
}

/** Log and answers, newest first. What was said twice within moments is shown once. */
export function logLines(view: Pick<SessionView, 'log' | 'notices'>): readonly Line[] {
  const answers = view.notices.map(({ time, level, text }) => {
    return { time, level, category: 'answer', message: text };
  });
  // The sort is stable: of two equal lines the one that the log filed first stays.
  const all = [...view.log, ...answers].toSorted((a, b) => a.time - b.time);
  const newest = new Map<string, number>();
  const lines: Line[] = [];
  for (const line of all) {
    const said = newest.get(line.message);
    if (said !== undefined && line.time - said <= SAME_MS) continue;
    newest.set(line.message, line.time);
    lines.push({ ...line, key: `${String(line.time)} ${line.message}` });
  }
  return lines.toReversed();
}

/** An order's fill is logged and answered; in simulated time that is seconds apart. */
const SAME_MS = 5_000;

function toRow(line: Line, width: number): Row {
  const token = levelToken(line.level);
  const category = width >= CATEGORY_WIDTH ? `${line.category.padEnd(CATEGORY_CELLS)} ` : '';
  return [
    muted(` ${formatClock(line.time)} ${category}`),
    span(safeText(line.message, 400), token),
  ];
}

function levelToken(level: LogLine['level']): Token {
  if (level === 'error') return 'danger';
  if (level === 'warn') return 'warn';
  return level === 'debug' ? 'text.muted' : 'text.normal';
}

const shownLines = ({ view, model }: RowScene): readonly Line[] =>
  logLines(view).filter((line) => passes(model.panes.log.filter, line.message, line.category));

export const log: PaneDefinition = {
  draw: (scene, size) =>
    logPane({ lines: shownLines(scene), anchor: scene.model.panes.log.selected }, size),
  rowKeys: (scene) => shownLines(scene).map((line) => line.key),
  why: (key, { view }, width) => {
    const line = logLines(view).find((one) => one.key === key);
    if (!line) return null;
    const head = fact('time', `${formatClock(line.time)} UTC  ${line.category}  ${line.level}`);
    return [head, ...wrapped(line.message, width)];
  },
};
