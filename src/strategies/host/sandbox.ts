/** A process that holds nothing of ours: one user strategy lives in it, behind a pipe. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../domain/errors.ts';
import { createLineReader } from '../../domain/line-reader.ts';
import { safeText } from '../../domain/safe-text.ts';
import { MOST_ANSWER_BYTES } from './messages.ts';

/** Bounds of a strategy's memory. */
export const HEAP_MB = 128;
/** All its memory, buffers included. */
export const MOST_RSS_BYTES = 512 * 1024 * 1024;
const MEMORY_LOOK_MS = 50;
/** What it says on its error output is kept to say why it ended. */
const MOST_LAST_WORDS = 4_096;
const PAGE_BYTES = 4_096;

export interface SandboxListener {
  /** One answer, whole. */
  onLine(line: string): void;
  /** Once, whatever ended it; nothing comes afterwards. */
  onEnd(reason: string): void;
}

export interface Sandbox {
  readonly pid: number | null;
  send(line: string): void;
  /** Ends it at once; `onEnd` says the reason, in this turn. */
  kill(reason: string): void;
  /** Ends it, and nobody is told. */
  dispose(): void;
}

/** Starts a process for one strategy. What ends it, a failure to start too, goes to `onEnd`. */
export function openSandbox(listener: SandboxListener): Sandbox {
  return new ChildSandbox(listener);
}

class ChildSandbox implements Sandbox {
  readonly #listener: SandboxListener;
  readonly #child: ChildProcess;
  readonly #memory: NodeJS.Timeout;
  readonly #read = createLineReader(MOST_ANSWER_BYTES, (line) => {
    if (!this.#isOver) this.#listener.onLine(line);
  });
  #lastWords = '';
  #isOver = false;

  constructor(listener: SandboxListener) {
    this.#listener = listener;
    const child = startProcess(new URL('./child.ts', import.meta.url), [], 'pipe');
    this.#child = child;
    child.stdout?.on('data', (chunk: Buffer) => this.#take(chunk));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-MOST_LAST_WORDS);
    });
    // It may be gone while we write: its end is told by `close`.
    child.stdin?.on('error', () => undefined);
    child.on('error', (error) => this.#end(`its process cannot be started: ${messageOf(error)}`));
    child.on('close', (code, signal) => this.#end(endWords(code, signal, this.#lastWords)));
    this.#memory = setInterval(() => this.#lookAtMemory(), MEMORY_LOOK_MS);
    this.#memory.unref();
    // It ends with us, not we with it: nothing of it keeps our process alive.
    child.unref();
    for (const pipe of [child.stdin, child.stdout, child.stderr]) (pipe as Socket | null)?.unref();
  }

  get pid(): number | null {
    return this.#child.pid ?? null;
  }

  send(line: string): void {
    if (!this.#isOver) this.#child.stdin?.write(`${line}\n`);
  }

  kill(reason: string): void {
    this.#end(reason);
  }

  dispose(): void {
    this.#isOver = true;
    this.#stop();
  }

  #take(chunk: Buffer): void {
    if (this.#isOver || this.#read(chunk)) return;
    this.#end(`its answer is longer than ${MOST_ANSWER_BYTES / 1024} kB`);
  }

  #lookAtMemory(): void {
    const bytes = this.#isOver ? null : residentBytes(this.#child.pid);
    if (bytes === null || bytes <= MOST_RSS_BYTES) return;
    this.#end(`it uses ${inMb(bytes)} of memory, more than ${inMb(MOST_RSS_BYTES)}`);
  }

  #end(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stop();
    this.#listener.onEnd(reason);
  }

  #stop(): void {
    clearInterval(this.#memory);
    this.#child.kill('SIGKILL');
    // What is still in the pipes is nobody's business: neither memory nor time is spent on it.
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    this.#child.stdin?.destroy();
  }
}

const inMb = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;

/** Memory of a process; null where the system does not tell. */
function residentBytes(pid: number | undefined): number | null {
  if (pid === undefined) return null;
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return Number.isFinite(pages) ? pages * PAGE_BYTES : null;
  } catch {
    return null; // it has ended, or this is no Linux
  }
}

function endWords(code: number | null, signal: string | null, lastWords: string): string {
  if (/heap out of memory|Allocation failed/.test(lastWords)) {
    return `it ran out of its ${HEAP_MB} MB of heap`;
  }
  if (signal !== null) return `its process was ended by ${signal}`;
  const why = /^\w*Error.*$/m.exec(lastWords)?.[0] ?? '';
  return `its process exited with ${code}${why === '' ? '' : `: ${safeText(why)}`}`;
}

/**
 * Starts a file of ours in a process without environment, files (but our own code and `readable`),
 * children, threads and addons. A session of its own: keys of the terminal do not reach it.
 */
export function startProcess(
  entry: URL,
  readable: readonly string[],
  channel: 'pipe' | 'ipc',
): ChildProcess {
  const file = fileURLToPath(entry);
  const flags = [
    '--permission',
    ...withTargets([...codeOf(file), ...readable]).map((path) => `--allow-fs-read=${path}`),
    '--no-warnings',
    '--disallow-code-generation-from-strings',
    '--no-experimental-websocket',
    '--no-addons',
  ];
  const stdio = channel === 'pipe' ? 'pipe' : (['ignore', 'ignore', 'pipe', 'ipc'] as const);
  const heap = channel === 'pipe' ? [`--max-old-space-size=${HEAP_MB}`] : [];
  return spawn(process.execPath, [...flags, ...heap, file], {
    cwd: dirname(file),
    env: {},
    stdio: typeof stdio === 'string' ? stdio : [...stdio],
    serialization: 'advanced',
    detached: true,
  });
}

/** Files are opened by the path that is asked for and by the one that links lead to. */
const withTargets = (paths: readonly string[]): readonly string[] => [
  ...new Set(paths.flatMap((path) => (existsSync(path) ? [path, realpathSync(path)] : [path]))),
];

/** What the process has to read to run: the build, or the sources and packages it names. */
function codeOf(file: string): readonly string[] {
  if (!file.endsWith('.ts'))
    return [dirname(file), join(dirname(file), '..', '..', 'package.json')];
  let root = dirname(file);
  while (!existsSync(join(root, 'package.json'))) root = dirname(root);
  return ['src', 'node_modules', 'package.json'].map((name) => join(root, name));
}
