/**
 * A practice exchange behind a Unix socket, one JSON line a message: calls
 * `{"id":1,"call":"cancelOrder","args":[ref]}`, answers `{"id":1,"result":{"ok":true,"value":…}}`,
 * the account's stream `{"on":"onFill","args":[fill]}`, and what needs no answer
 * `{"tell":"market","args":[event]}`.
 */
import { decodeJson, encodeJson } from '../../domain/codec.ts';
import { createLineReader } from '../../domain/line-reader.ts';

/** An account with thousands of orders still fits. */
const MAX_LINE = 16 * 1024 * 1024;

export interface LineMessage {
  readonly id?: number;
  readonly call?: string;
  readonly tell?: string;
  readonly on?: string;
  readonly args?: readonly unknown[];
  readonly result?: unknown;
}

/** One line of text with its end. */
export const toLine = (message: LineMessage): string => `${encodeJson(message)}\n`;

/**
 * Tells every whole line as a message; one that is none is left out, because the call it answers
 * then runs into its limit, outcome unknown. False: a line never ends, and the peer is not ours.
 */
export function createMessageReader(
  onMessage: (message: LineMessage) => void,
): (chunk: Buffer) => boolean {
  return createLineReader(MAX_LINE, (text) => {
    const message = parse(text);
    if (message !== null) onMessage(message);
  });
}

function parse(text: string): LineMessage | null {
  try {
    const found: unknown = decodeJson(text);
    return typeof found === 'object' && found !== null ? found : null;
  } catch {
    return null;
  }
}
