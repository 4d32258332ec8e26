/** Text from the clipboard whose end never came must not swallow every key after it. */

const START = '\u001B[200~';
const END = '\u001B[201~';
/** A terminal sends a paste in one go; after this much silence the rest is not coming. */
const SILENCE_MS = 1_500;

/**
 * Ends a paste that stays open: Ink holds everything back until it has seen the end. Called once
 * Ink reads `stdin` (its reading decides when data flows, this only looks on); returns how to stop.
 */
export function endOpenPastes(
  stdin: NodeJS.ReadStream,
  silenceMs: number = SILENCE_MS,
): () => void {
  let isOpen = false;
  let tail = '';
  let timer: NodeJS.Timeout | undefined;
  const onData = (data: Buffer | string): void => {
    // A marker may lie across two chunks.
    const text = tail + data.toString();
    tail = text.slice(1 - START.length);
    const start = text.lastIndexOf(START);
    const end = text.lastIndexOf(END);
    if (start !== end) isOpen = start > end;
    clearTimeout(timer);
    if (isOpen) timer = setTimeout(() => stdin.unshift(END), silenceMs);
  };
  stdin.on('data', onData);
  return () => {
    clearTimeout(timer);
    stdin.off('data', onData);
  };
}
