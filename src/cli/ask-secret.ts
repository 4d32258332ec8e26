/** Secrets typed at a terminal: nothing is shown, and the terminal is given back however it ends. */
import { Secret } from '../domain/secret.ts';
import { EXIT } from '../app/failure.ts';
import { UsageError } from './command.ts';

const MAX_BYTES = 4096;
const ENTER: readonly number[] = [0x0a, 0x0d];
const ERASE: readonly number[] = [0x7f, 0x08];
const ERASE_ALL = 0x15;
const END: readonly number[] = [0x03, 0x04];
const ESCAPE = 0x1b;
const FIRST_PRINTABLE = 0x20;
/** Bytes of a character after its first. */
const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;

/**
 * Asks on stderr, reads from the terminal on stdin. Ctrl+C and Ctrl+D end the program with 130.
 * Throws UsageError where there is no terminal; `instead` says what to use then.
 */
export async function askSecret(question: string, instead: string): Promise<Secret> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) throw new UsageError(`${question}: no terminal to ask at; use ${instead}`);
  const restore = (): void => {
    stdin.setRawMode(false);
  };
  const leave = (): void => {
    restore();
    stderr.write('\n');
    process.exit(EXIT.interrupted);
  };
  const signals = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;
  for (const signal of signals) process.on(signal, leave);
  process.on('exit', restore);
  // Before the question: what is typed at once must not be shown either.
  stdin.setRawMode(true);
  stderr.write(`${question}: `);
  try {
    const typed = await readLine(stdin);
    if (typed === null) leave();
    return typed ?? new Secret(new Uint8Array());
  } finally {
    restore();
    process.off('exit', restore);
    for (const signal of signals) process.off(signal, leave);
    stderr.write('\n');
  }
}

/** What is typed up to Enter, also where several lines arrive at once; null where it is ended. */
async function readLine(stdin: NodeJS.ReadStream): Promise<Secret | null> {
  const line = new TypedLine();
  try {
    return await new Promise<Secret | null>((resolve) => {
      const onData = (chunk: Buffer): void => {
        for (let at = 0; at < chunk.length; at += 1) {
          const end = line.take(chunk[at] ?? 0);
          if (end === 'more') continue;
          stdin.off('data', onData);
          stdin.off('end', onEnd);
          stdin.pause();
          // The answer to the next question may have come with this one.
          const rest = chunk.subarray(at + 1);
          if (rest.length > 0 && end === 'line') stdin.unshift(Buffer.from(rest));
          chunk.fill(0);
          return resolve(end === 'line' ? line.secret() : null);
        }
        chunk.fill(0);
      };
      const onEnd = (): void => resolve(null);
      stdin.on('data', onData);
      stdin.once('end', onEnd);
      stdin.resume();
    });
  } finally {
    line.wipe();
  }
}

/** Bytes as they are typed: Backspace takes a character back, Ctrl+U all, keys of movement none. */
export class TypedLine {
  private readonly bytes = Buffer.alloc(MAX_BYTES);
  private length = 0;
  private escape: 'none' | 'begun' | 'inside' = 'none';

  take(byte: number): 'more' | 'line' | 'ended' {
    if (this.isOfEscape(byte)) return 'more';
    if (ENTER.includes(byte)) return 'line';
    if (END.includes(byte)) return 'ended';
    if (ERASE.includes(byte)) this.erase();
    else if (byte === ERASE_ALL) this.wipe();
    else if (byte >= FIRST_PRINTABLE && this.length < MAX_BYTES) {
      this.bytes[this.length] = byte;
      this.length += 1;
    }
    return 'more';
  }

  /** Arrow keys, and the marks around a paste, are no part of a secret. */
  private isOfEscape(byte: number): boolean {
    if (byte === ESCAPE) {
      this.escape = 'begun';
      return true;
    }
    if (this.escape === 'none') return false;
    const opens = this.escape === 'begun' && (byte === 0x5b || byte === 0x4f);
    const goesOn = this.escape === 'inside' && byte < 0x40;
    const isWhole = !opens && !goesOn;
    const wasInside = this.escape === 'inside';
    this.escape = isWhole ? 'none' : 'inside';
    // Escape and another key typed after it are two keys.
    return !isWhole || wasInside;
  }

  private erase(): void {
    while (this.length > 0) {
      this.length -= 1;
      const byte = this.bytes[this.length] ?? 0;
      this.bytes[this.length] = 0;
      if (!isContinuation(byte)) return;
    }
  }

  secret(): Secret {
    return new Secret(Uint8Array.from(this.bytes.subarray(0, this.length)));
  }

  wipe(): void {
    this.bytes.fill(0);
    this.length = 0;
  }
}
