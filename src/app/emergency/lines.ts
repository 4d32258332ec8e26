/** Lines out of a stream of bytes. */

/**
 * Tells every whole line without its end. The result says whether to go on: false once a line is
 * longer than `maxBytes`, and nothing is told then.
 */
export function createLineReader(
  maxBytes: number,
  onLine: (text: string) => void,
): (chunk: Buffer) => boolean {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
      if (end > maxBytes) return false;
      onLine(bytes.toString('utf8', 0, end));
      bytes = bytes.subarray(end + 1);
    }
    rest = bytes;
    return bytes.length <= maxBytes;
  };
}
