import { type PaneDefinition, type RowScene, passes } from './definition.ts';
import { emptyRow } from './list.ts';
import { fact, wrapped } from '../why/facts.ts';
import type { SessionView } from '../../app/session-types.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { EpochMs } from '../../domain/time.ts';
import { type LogState, withPane } from '../model.ts';
import type { LogLine } from '../slices.ts';
import { formatClock, formatDate, formatWhen } from '../text/format.ts';
import {
  type Pane,
  type Row,
  type Size,
  type Span,
  type Token,
  fitRows,
  muted,
  span,
} from '../text/rows.ts';

export interface LogSlice {
  readonly now: EpochMs;
  /** Newest first. */
  readonly lines: readonly Line[];
  /** Key of the newest line that is shown; null follows the newest of all. */
  readonly anchor: string | null;
  readonly shows: LogState;
  readonly filter: string;
}

/** One line of the pane: log and answers to commands, in one stream. */
export interface Line {
  readonly key: string;
  readonly time: number;
  readonly level: LogLine['level'];
  readonly category: string;
  readonly message: string;
}

/** Least first. */
export const LEVELS: readonly LogState['level'][] = ['debug', 'info', 'warn', 'error'];
export const CATEGORIES = ['trading', 'market', 'risk', 'system', 'answer'] as const;

const CATEGORY_CELLS = 8;
/** From here a category fits beside the words. */
const CATEGORY_WIDTH = 100;

/** A level without its color. */
const MARKS: Readonly<Record<LogLine['level'], string>> = {
  debug: '·',
  info: ' ',
  warn: '!',
  error: '✗',
};

/** Newest first; a scrolled pane stays at its line while newer ones arrive. */
export function logPane(slice: LogSlice, size: Size): Pane {
  const { lines, anchor } = slice;
  const found = anchor === null ? 0 : lines.findIndex((line) => line.key === anchor);
  const start = Math.max(0, found);
  const words = slice.filter.toLowerCase().split(' ').filter(Boolean);
  const { now } = slice;
  const shown = lines.slice(start, start + size.height);
  const timeCells = Math.max(0, ...shown.map((line) => formatWhen(line.time, now).length));
  const rows =
    lines.length === 0
      ? [emptyRow(emptyText(slice.shows), slice.filter)]
      : shown.map((line, i) => {
          const read = anchor !== null && i === 0;
          return toRow(line, { width: size.width, read, words, now, timeCells });
        });
  const newer = start > 0 ? `${String(start)} newer above` : anchor === null ? 'follow' : 'held';
  return { title: titleOf(slice.shows), summary: [muted(newer)], rows: fitRows(rows, size) };
}

const isPlain = ({ level, category }: LogState): boolean => level === 'info' && category === null;

/** What is left out is said: `Log warn and up · risk`. */
function titleOf(shows: LogState): string {
  if (isPlain(shows)) return 'Log';
  const { level, category } = shows;
  const least = level === 'info' ? '' : level === 'error' ? ' error' : ` ${level} and up`;
  return `Log${least}${category === null ? '' : ` · ${category}`}`;
}

const emptyText = (shows: LogState): string =>
  isPlain(shows)
    ? 'nothing has happened yet'
    : 'nothing of this level and category yet; v and c show more';

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

function toRow(
  line: Line,
  of: {
    readonly width: number;
    readonly read: boolean;
    readonly words: readonly string[];
    readonly now: EpochMs;
    readonly timeCells: number;
  },
): Row {
  const token = levelToken(line.level);
  const category = of.width >= CATEGORY_WIDTH ? `${line.category.padEnd(CATEGORY_CELLS)} ` : '';
  return [
    of.read ? span('›', 'accent') : span(' '),
    muted(`${formatWhen(line.time, of.now).padEnd(of.timeCells)} `),
    span(`${MARKS[line.level]} `, token),
    muted(category),
    ...marked(safeText(line.message, 400), of.words, token),
  ];
}

/** The text with what was searched for in another color; marks only, no other text. */
function marked(text: string, words: readonly string[], token: Token): Row {
  const row: Span[] = [];
  const lower = text.toLowerCase();
  let from = 0;
  while (from < text.length) {
    const found = words
      .map((word) => ({ at: lower.indexOf(word, from), length: word.length }))
      .filter(({ at }) => at >= 0)
      .toSorted((a, b) => a.at - b.at || b.length - a.length)[0];
    if (found === undefined) break;
    const end = found.at + found.length;
    row.push(span(text.slice(from, found.at), token), span(text.slice(found.at, end), 'accent'));
    from = end;
  }
  return [...row, span(text.slice(from), token)];
}

function levelToken(level: LogLine['level']): Token {
  if (level === 'error') return 'danger';
  if (level === 'warn') return 'warn';
  return level === 'debug' ? 'text.muted' : 'text.normal';
}

/** Lines of the least level and the category, with every word of the search; newest first. */
export function shownLines({ view, model }: RowScene): readonly Line[] {
  const { level, category } = model.log;
  const least = LEVELS.indexOf(level);
  return logLines(view).filter(
    (line) =>
      LEVELS.indexOf(line.level) >= least &&
      (category === null || line.category === category) &&
      passes(model.panes.log.filter, line.message, line.category, line.level),
  );
}

/** A line as a file holds it: `2026-03-02 14:02:31 info  trading  filled …`. */
export const exportText = (line: Line): string =>
  `${formatDate(line.time)} ${formatClock(line.time)} ${line.level.padEnd(5)} ${line.category.padEnd(CATEGORY_CELLS)} ${safeText(line.message, 4000)}`;

export const log: PaneDefinition = {
  draw: (scene, size) => {
    const { selected, filter } = scene.model.panes.log;
    const shows = scene.model.log;
    const { now } = scene.view;
    return logPane({ lines: shownLines(scene), anchor: selected, shows, filter, now }, size);
  },
  calmMs: 250,
  // The newest line means following, whatever comes after it.
  select: (model, key, index) => withPane(model, 'log', { selected: index === 0 ? null : key }),
  rowKeys: (scene) => shownLines(scene).map((line) => line.key),
  whyTitle: () => 'Log line',
  why: (key, { view }, width) => {
    const line = logLines(view).find((one) => one.key === key);
    if (!line) return null;
    return [
      fact('time', `${formatDate(line.time)} ${formatClock(line.time)} UTC`),
      fact('level', line.level),
      fact('category', line.category),
      ...wrapped(line.message, width),
    ];
  },
};
