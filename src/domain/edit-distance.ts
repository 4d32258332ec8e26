/** Letters to add, drop or change to make one text of the other (Levenshtein's distance). */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let at = 0; at < from.length; at++) {
    const next = [at + 1];
    for (let column = 0; column < to.length; column++) {
      const change = (row[column] ?? 0) + (from[at] === to[column] ? 0 : 1);
      const drop = (row[column + 1] ?? 0) + 1;
      const add = (next[column] ?? 0) + 1;
      next.push(Math.min(change, drop, add));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
