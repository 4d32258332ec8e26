/** While the screen is up, nothing else may write to the terminal it stands on. */
import { Console } from 'node:console';
import { Writable } from 'node:stream';

/** Longest piece that is passed on at once; lines are cut there. */
const MAX_LINE = 8_192;

/**
 * Turns what libraries print (the console's methods, warnings, standard error where it is this
 * terminal) into lines for `say`, until the returned function is called.
 */
export function silence(say: (line: string) => void): () => void {
  let speaking = false;
  const pass = (text: string): void => {
    // Whoever takes the line may print something himself.
    if (speaking) return;
    speaking = true;
    try {
      for (const line of text.split('\n')) if (line !== '') say(line.slice(0, MAX_LINE));
    } finally {
      speaking = false;
    }
  };
  const undo = [takeConsole(pass), takeWarnings(pass)];
  if (process.stderr.isTTY) undo.push(takeErrors(pass));
  return () => {
    for (const one of undo.splice(0).toReversed()) one();
  };
}

function takeConsole(pass: (text: string) => void): () => void {
  const sink = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      pass(chunk.toString());
      done();
    },
  });
  const before = { ...globalThis.console };
  Object.assign(globalThis.console, new Console({ stdout: sink, stderr: sink, colorMode: false }));
  return () => void Object.assign(globalThis.console, before);
}

/** Node prints warnings past every stream, so its own listener has to go. */
function takeWarnings(pass: (text: string) => void): () => void {
  const before = process.listeners('warning');
  const hear = (warning: Error): void => pass(`${warning.name}: ${warning.message}`);
  process.removeAllListeners('warning');
  process.on('warning', hear);
  return () => {
    process.off('warning', hear);
    for (const listener of before) process.on('warning', listener);
  };
}

function takeErrors(pass: (text: string) => void): () => void {
  const { stderr } = process;
  const write = stderr.write.bind(stderr);
  stderr.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    pass(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    const done = rest.at(-1);
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };
  return () => {
    stderr.write = write;
  };
}
