import { type Row, rowText } from '../../src/ui/text/rows.ts';

/** Rows as a reader sees them, without style; blank ends cut. */
export const shown = (rows: readonly Row[]): string =>
  rows.map((row) => rowText(row).trimEnd()).join('\n');
