/** Tables of Markdown. */

/** One line; a bar inside a cell stays one cell. */
export const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** What only some readers want, behind a line that opens it. */
export const folded = (summary: string, text: string): string =>
  `<details>\n<summary>${summary.replace('&', '&amp;')}</summary>\n\n${text}\n\n</details>`;

export function table(head: readonly string[], rows: readonly string[]): string {
  return [row(...head), row(...head.map(() => '---')), ...rows].join('\n');
}
