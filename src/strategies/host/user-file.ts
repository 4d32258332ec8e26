/** A user's strategy file: found, read once, and asked what it is, in a process of its own. */
import { createHash } from 'node:crypto';
import { type Stats, readFileSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { encodeJson } from '../../domain/codec.ts';
import { InputError, errnoOf } from '../../domain/errors.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { UserSource } from './evaluate.ts';
import { type Configured, type Loaded, type Reply, type Request, parseReply } from './messages.ts';
import { LIMITS } from './remote-strategy.ts';
import { openSandbox } from './sandbox.ts';

const MOST_BYTES = 1024 * 1024;
const ENDINGS = /\.([cm]?ts|[cm]?js)$/;

/** What a run holds of a file from its start to its end, whatever becomes of the file. */
export interface UserFile {
  /** Its real path, links followed. */
  readonly path: string;
  /** As it was asked for, where a link led elsewhere; else null. */
  readonly link: string | null;
  /** SHA-256 of what runs, as hex. */
  readonly hash: string;
  readonly source: UserSource;
}

/** A strategy on the command line is a file when it looks like a path: `./x.ts`, `/home/x.js`. */
export const isUserFile = (name: string): boolean =>
  /^(\.{0,2}\/|[a-z][a-z0-9+.-]*:\/\/|file:|data:)/i.test(name) || ENDINGS.test(name);

/** Reads the file, once. Throws InputError naming what is wrong with the path. */
export function readUserFile(name: string, cwd: string): UserFile {
  const refuse = (why: string) => new InputError(`--strategy ${safeText(name)}: ${why}`);
  if (/^[a-z][a-z0-9+.-]*:/i.test(name)) throw refuse('is an address; name a file of this machine');
  if (name.includes('\0')) throw refuse('is no path');
  if (!ENDINGS.test(name)) throw refuse('is no .ts or .js file');
  const asked = resolve(cwd, name);
  let path: string;
  let stats: Stats;
  try {
    path = realpathSync(asked);
    stats = statSync(path);
  } catch (error) {
    throw refuse(errnoOf(error) === 'ENOENT' ? 'there is no such file' : `cannot be read`);
  }
  if (!ENDINGS.test(path)) throw refuse(`leads to ${path}, which is no .ts or .js file`);
  if (!stats.isFile()) throw refuse('is not a regular file');
  if (stats.size > MOST_BYTES) throw refuse(`is larger than ${MOST_BYTES / 1024} kB`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw refuse('cannot be read');
  }
  const hash = createHash('sha256').update(text).digest('hex');
  return { path, link: path === asked ? null : asked, hash, source: { file: path, text } };
}

export interface UserStrategy {
  readonly loaded: Loaded;
  readonly configured: Configured;
}

/**
 * Runs the file in a process of its own to hear what it is and to check parameters; `check` looks
 * at them between the two. Throws InputError in the strategy's own words.
 */
export async function askUserFile(
  file: UserFile,
  check: (loaded: Loaded) => unknown,
): Promise<UserStrategy> {
  const process = openTalk();
  const failed = (why: string) => new InputError(`${safeText(file.path)}: ${why}`);
  try {
    const loaded = await process.ask({ kind: 'load', source: file.source });
    if (loaded.kind !== 'loaded') throw failed(wordsOf(loaded));
    const configured = await process.ask({ kind: 'configure', params: check(loaded) });
    if (configured.kind !== 'configured') {
      throw failed(`${loaded.name}: ${wordsOf(configured)}`);
    }
    return { loaded, configured };
  } finally {
    process.close();
  }
}

const wordsOf = (reply: Reply): string =>
  reply.kind === 'failed' ? reply.message : 'it answers wrongly';

/** One process, one question at a time; its end is an answer too. */
function openTalk() {
  const line: { answer: (reply: Reply) => void; timer: NodeJS.Timeout | null; end: string | null } =
    { answer: () => undefined, timer: null, end: null };
  const fail = (message: string): void => {
    line.end = message;
    line.answer({ kind: 'failed', message });
  };
  const sandbox = openSandbox({
    onLine: (text) => {
      const parsed = parseReply(text);
      line.answer(parsed.ok ? parsed.reply : { kind: 'failed', message: parsed.fault });
    },
    onEnd: fail,
  });
  return {
    ask(request: Request): Promise<Reply> {
      return new Promise((done) => {
        const ms = LIMITS.startMs;
        if (line.timer) clearTimeout(line.timer);
        line.timer = setTimeout(() => sandbox.kill(`it gave no answer for ${ms} ms`), ms);
        line.answer = done;
        if (line.end === null) sandbox.send(encodeJson(request));
        else fail(line.end);
      });
    },
    close(): void {
      if (line.timer) clearTimeout(line.timer);
      sandbox.dispose();
    },
  };
}
