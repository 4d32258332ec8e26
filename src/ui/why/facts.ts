/** Building blocks of "why": labelled facts and wrapped words. */
import type { HistoryLine } from '../../app/session-types.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { EpochMs } from '../../domain/time.ts';
import { formatWhen } from '../text/format.ts';
import { type Row, muted, span, textWidth } from '../text/rows.ts';

const LABEL_CELLS = 12;

export const fact = (name: string, text: string): Row => [
  muted(`  ${name.padEnd(LABEL_CELLS)}`),
  span(safeText(text, 200)),
];

/** The same over as many lines as its words need, at most eight. */
export function wrappedFact(name: string, text: string, width: number): readonly Row[] {
  const room = Math.max(8, width - LABEL_CELLS - 3);
  return linesOf(text, room, 8).map((line, i) => [
    muted(`  ${(i === 0 ? name : '').padEnd(LABEL_CELLS)}`),
    span(line),
  ]);
}

/** Words over as many lines as they need, at most twelve. */
export const wrapped = (text: string, width: number): readonly Row[] =>
  linesOf(text, Math.max(8, width - 3), 12).map((line) => [span(`  ${line}`)]);

/** Words never broken where a line has room for them; the last line of too many ends in `…`. */
export function linesOf(text: string, room: number, most: number): readonly string[] {
  const lines: string[] = [''];
  for (const word of safeText(text, most * room).split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last === '') lines[lines.length - 1] = word;
    else if (textWidth(last) + textWidth(word) + 1 <= room)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const kept = lines.slice(0, most);
  if (lines.length > most) kept[most - 1] = `${kept[most - 1] ?? ''} …`;
  return kept;
}

/** What the journal says happened, oldest first. */
export const storyRows = (
  story: readonly HistoryLine[],
  of: { readonly width: number; readonly now: EpochMs },
): readonly Row[] =>
  story.flatMap((line) => wrappedFact(formatWhen(line.time, of.now), line.text, of.width));
