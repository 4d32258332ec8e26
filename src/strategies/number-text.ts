/**
 * A number as a reason shows it: at most `digits` decimals, no trailing zeros, thousands grouped;
 * `–` where there is none. By hand, because a locale formatter costs more than a fill.
 */
export function numberText(value: number | null, digits: number): string {
  if (value === null) return '–';
  const fixed = value.toFixed(digits);
  if (fixed.includes('e')) return fixed;
  const point = digits === 0 ? fixed.length : fixed.length - digits - 1;
  return grouped(fixed.slice(0, point)) + trimmed(fixed.slice(point));
}

function grouped(whole: string): string {
  const first = whole.startsWith('-') ? 1 : 0;
  let text = whole;
  for (let at = whole.length - 3; at > first; at -= 3) {
    text = `${text.slice(0, at)},${text.slice(at)}`;
  }
  return text;
}

function trimmed(fraction: string): string {
  let end = fraction.length;
  while (end > 0 && fraction[end - 1] === '0') end -= 1;
  return end <= 1 ? '' : fraction.slice(0, end);
}
