/** stdout carries results and nothing else; everything said on the way goes to stderr. */
import { Chalk, type ChalkInstance, supportsColor } from 'chalk';
import { escapeUnseen } from '../domain/safe-text.ts';

/** Colors for stdout: none unless it is a terminal that wants them. */
export function colors(): ChalkInstance {
  const level = process.stdout.isTTY && supportsColor !== false ? supportsColor.level : 0;
  return new Chalk({ level });
}

/** Writes a result; resolves when the reader has it. */
export async function print(text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`, () => resolve());
  });
}

/** One JSON document, indented where a person reads it. */
export async function printJson(value: unknown): Promise<void> {
  await print(escapeUnseen(JSON.stringify(value, null, process.stdout.isTTY ? 2 : 0)));
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/**
 * A reader that stopped listening (`| head -1`) is no failure. Whoever has something to put in
 * order first, a session above all, hears of it as of a terminal that is gone: SIGHUP.
 */
export function endWhenReaderLeaves(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO') {
      if (!process.emit('SIGHUP', 'SIGHUP')) process.exit(0);
      return;
    }
    // The console gave up on a terminal that does not read; stderr is that terminal, too.
    if (error.code === 'ECANCELED') return;
    note(`tapedeck: the output cannot be written: ${error.message}`);
    process.exit(1);
  });
  // Nowhere is left to say that nothing can be said.
  process.stderr.on('error', () => undefined);
}

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly align?: 'right';
}

/** Aligned columns with a title line; colors never change the widths. */
export function toTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const { bold } = colors();
  const cells = rows.map((row) => columns.map((column) => harmless(column.cell(row))));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => {
        const width = widths[index] ?? 0;
        return columns[index]?.align === 'right' ? text.padStart(width) : text.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const head = bold(line(columns.map(({ title }) => title)));
  return [head, ...cells.map(line)].join('\n');
}

/** `name  value` lines with the values in one column. */
export function toPairs(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${harmless(value)}`).join('\n');
}

/** Text from outside (files, symbols) must not reach the terminal as control codes. */
function harmless(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}|[\u2028\u2029]/gu, (one) => {
    return `\\u${(one.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}
