/** A fraction as a bar, to an eighth of a cell. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/**
 * Exactly `cells` cells, filled from the left; below 0 nothing, above 1 all of it. What is not
 * nothing shows at least an eighth, and only what is reached fills the last one.
 */
export function bar(fraction: number, cells: number): string {
  if (cells <= 0) return '';
  const part = Number.isNaN(fraction) ? 0 : Math.min(1, Math.max(0, fraction));
  const all = cells * EIGHTHS.length;
  const exact = part * all;
  const eighths =
    part === 1 ? all : Math.min(all - 1, part > 0 ? Math.max(1, Math.floor(exact)) : 0);
  const full = Math.floor(eighths / EIGHTHS.length);
  return `${'█'.repeat(full)}${EIGHTHS[eighths % EIGHTHS.length] ?? ''}`.padEnd(cells);
}
