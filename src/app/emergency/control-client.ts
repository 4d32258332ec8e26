/** Asks a running console over its control socket: for `panic`, `resume` and whoever else. */
import { connect } from 'node:net';
import { messageOf } from '../../domain/errors.ts';
import { createLineReader } from '../../domain/line-reader.ts';
import { type ControlAnswer, type ControlRequest, parseAnswer } from './control-protocol.ts';
import { controlSocketPath } from './socket-path.ts';

const MAX_ANSWER_BYTES = 64 * 1024;

export interface Asked {
  /** In the order they came. */
  readonly answers: readonly ControlAnswer[];
  /** Why no final answer came; null when it did. */
  readonly problem: string | null;
}

/**
 * Sends one request. Gives up when nothing came within `firstMs`, or no final answer within
 * `finalMs`. Never throws: a console that cannot be asked is an outcome.
 */
export function askConsole(
  directory: string,
  request: ControlRequest,
  of: {
    readonly firstMs: number;
    readonly finalMs: number;
    readonly onAnswer?: (answer: ControlAnswer) => void;
  },
): Promise<Asked> {
  return new Promise((resolve) => {
    const answers: ControlAnswer[] = [];
    const place = placeOf(directory);
    if (typeof place === 'string') return resolve({ answers, problem: place });
    const socket = connect({ path: place.path });
    let problem = 'it ended without an answer';
    const end = (why: string | null): void => {
      clearTimeout(timer);
      socket.removeAllListeners('close').destroy();
      place.release();
      resolve({ answers, problem: why });
    };
    let timer = setTimeout(() => end(`no answer within ${of.firstMs} ms`), of.firstMs);
    const read = createLineReader(MAX_ANSWER_BYTES, (line) => {
      const answer = parseAnswer(line);
      if (answer === null) return end('an answer that is none');
      if (answers.length === 0) {
        clearTimeout(timer);
        timer = setTimeout(() => end(`no end within ${of.finalMs} ms`), of.finalMs);
      }
      answers.push(answer);
      of.onAnswer?.(answer);
      if (answer.final) end(null);
    });
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('data', (chunk) => {
      if (!read(chunk)) end('an answer without an end');
    });
    socket.on('error', (error) => {
      problem = messageOf(error);
    });
    socket.on('close', () => end(problem));
  });
}

function placeOf(directory: string) {
  try {
    return controlSocketPath(directory) ?? 'the path of the directory is too long for a socket';
  } catch (error) {
    return messageOf(error);
  }
}
