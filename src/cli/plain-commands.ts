/** What can be typed where there is no screen: a letter and Enter, in a terminal of lines. */
import { createInterface } from 'node:readline';
import { screenText, statusLine } from '../app/plain-text.ts';
import type { Session } from '../app/session-types.ts';

export const PLAIN_HELP =
  'commands, each with Enter: H halt, p pause, r resume, s status, a all, q quit, ? this line';

interface PlainCommands {
  /** Resolves when the operator wants to go. */
  readonly quit: Promise<'quit'>;
  readonly stop: () => void;
}

/**
 * Reads commands from the terminal. The answers come as lines of the log. Only what the terminal
 * edits and echoes itself is read, so that nothing here moves a cursor.
 */
export function readCommands(session: Session, say: (line: string) => void): PlainCommands {
  const input = createInterface({ input: process.stdin, terminal: false });
  let leave: (value: 'quit') => void = () => undefined;
  const quit = new Promise<'quit'>((resolve) => {
    leave = resolve;
  });
  const commands: Readonly<Record<string, (rest: string) => void>> = {
    H: () => session.dispatch({ kind: 'halt', reason: 'halted by the operator' }),
    p: () => session.dispatch({ kind: 'pause', reason: 'paused by the operator' }),
    r: (rest) => session.dispatch({ kind: 'resume', phrase: rest === '' ? null : rest }),
    s: () => say(statusLine(session.view())),
    a: () => say(screenText(session.view())),
    q: () => leave('quit'),
    '?': () => say(PLAIN_HELP),
  };
  input.on('line', (line) => {
    const [word = '', ...rest] = line.trim().split(' ');
    if (word === '') return;
    const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
    if (command === undefined) say(`no such command; ${PLAIN_HELP}`);
    else command(rest.join(' '));
  });
  return { quit, stop: () => input.close() };
}
