/** Groups of words and numbers over lines: what does not fit goes to the next one, never in half. */
import { type Row, fitRow, rowWidth } from './rows.ts';

/** As many lines of exactly `width` cells as the groups need, in order. */
export function flow(groups: readonly Row[], width: number): readonly Row[] {
  const lines: Row[] = [];
  let line: Row = [];
  for (const group of groups) {
    if (line.length > 0 && rowWidth(line) + rowWidth(group) > width) {
      lines.push(line);
      line = [];
    }
    line = [...line, ...group];
  }
  if (line.length > 0) lines.push(line);
  return lines.map((one) => fitRow(one, width));
}
