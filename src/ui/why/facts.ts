/** Building blocks of "why": labelled facts and wrapped words. */
import type { HistoryLine } from '../../app/session-types.ts';
import { safeText } from '../../domain/safe-text.ts';
import { formatClock } from '../text/format.ts';
import { type Row, muted, span, textWidth } from '../text/rows.ts';

const LABEL_CELLS = 12;

export const fact = (name: string, text: string): Row => [
  muted(`  ${name.padEnd(LABEL_CELLS)}`),
  span(safeText(text, 200)),
];

/** Words over as many lines as they need, at most twelve. */
export function wrapped(text: string, width: number): readonly Row[] {
  const room = Math.max(8, width - 4);
  const lines: string[] = [''];
  for (const word of safeText(text, 12 * room).split(' ')) {
    const last = lines.at(-1) ?? '';
    if (textWidth(last) + textWidth(word) + 1 <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(` ${word}`);
  }
  return lines.slice(0, 12).map((line) => [span(` ${line}`)]);
}

/** What the journal says happened, oldest first. */
export const storyRows = (story: readonly HistoryLine[]): readonly Row[] =>
  story.map((line) => [muted(`  ${formatClock(line.time)}  `), span(safeText(line.text, 300))]);
