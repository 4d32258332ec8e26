/** Lines out of a stream of bytes, whatever pieces it comes in. */

const LINE_FEED = 10;

/**
 * Tells every whole line, as text without its end. The result says whether to go on: false once a
 * line is longer than `maxBytes`, which is not told.
 */
export function createLineReader(
  maxBytes: number,
  onLine: (text: string) => void,
): (chunk: Buffer) => boolean {
  let parts: Buffer[] = [];
  let length = 0;
  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      parts.push(chunk.subarray(start, end));
      length += end - start;
      if (length > maxBytes) return false;
      const line = Buffer.concat(parts, length).toString();
      parts = [];
      length = 0;
      start = end + 1;
      onLine(line);
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
    length += chunk.length - start;
    return length <= maxBytes;
  };
}
