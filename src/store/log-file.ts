/**
 * The log: one JSON object a line, rotated, redacted, bounded, and never in anybody's way. It
 * writes whole batches through the thread pool; what it cannot write it counts, and says so once
 * it can write again. A ring of the newest entries serves the screen.
 */
import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, messageOf } from '../domain/errors.ts';
import { escapeUnseen } from '../domain/safe-text.ts';
import type { LogLevel, LogLine } from '../ports.ts';
import { createRedact, type Redact, redactHead } from './redact.ts';

/** A line of the log with whatever else is worth keeping. */
export type LogEntry = LogLine & { readonly data?: unknown };

export const LOG_FILE = 'tapedeck.log';
const LOG_FILES = 10;
const LOG_FILE_BYTES = 10 * 1024 * 1024;
/** Lines that may wait for the disk; later ones are counted instead. */
const MAX_WAITING_LINES = 10_000;
const MAX_MESSAGE_CHARACTERS = 8_192;
const MAX_DATA_CHARACTERS = 16_384;
const RING_ENTRIES = 1_000;
const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

export interface LogOptions {
  /** Created when missing; null keeps the ring only. */
  readonly dir: string | null;
  readonly level?: LogLevel;
  readonly secrets?: readonly string[];
  readonly maxBytes?: number;
  readonly maxFiles?: number;
  readonly ringSize?: number;
  /** Told once when lines begin to be lost, with the error. */
  readonly onTrouble?: (problem: string) => void;
}

export class LogFile {
  private readonly dir: string | null;
  /** Takes secrets out of whatever is said elsewhere, too. */
  readonly redact: Redact;
  private readonly least: number;
  private readonly maxBytes: number;
  private readonly maxFiles: number;
  private readonly ringSize: number;
  private readonly ring: LogEntry[] = [];
  private waiting: string[] = [];
  private writing: Promise<void> | null = null;
  private handle: FileHandle | null = null;
  private size = 0;
  private dropped = 0;
  private problem: string | null = null;
  private readonly onTrouble: (problem: string) => void;

  constructor(options: LogOptions) {
    this.dir = options.dir;
    this.redact = createRedact(options.secrets ?? []);
    this.least = LEVELS.indexOf(options.level ?? 'info');
    this.maxBytes = options.maxBytes ?? LOG_FILE_BYTES;
    this.maxFiles = options.maxFiles ?? LOG_FILES;
    this.ringSize = options.ringSize ?? RING_ENTRIES;
    this.onTrouble = options.onTrouble ?? (() => undefined);
  }

  /** Never throws and never waits. */
  write(entry: LogEntry): void {
    if (LEVELS.indexOf(entry.level) < this.least) return;
    const line = toLogLine(entry, this.redact);
    this.ring.push(line.entry);
    // Trimmed in lumps: shifting a thousand entries for each line would be the slow way.
    if (this.ring.length >= this.ringSize * 2)
      this.ring.splice(0, this.ring.length - this.ringSize);
    if (this.dir === null) return;
    if (this.waiting.length >= MAX_WAITING_LINES) this.dropped += 1;
    else this.waiting.push(line.text);
    this.writing ??= this.drain();
  }

  /** Newest entries, oldest first, as they stand in the file. */
  recent(count = this.ringSize): readonly LogEntry[] {
    return this.ring.slice(-Math.min(count, this.ringSize));
  }

  /** Lines lost since the last one written, and the error that caused it. */
  get trouble(): { readonly dropped: number; readonly problem: string | null } {
    return { dropped: this.dropped, problem: this.problem };
  }

  /** Resolves when everything so far was written or given up. */
  async flush(): Promise<void> {
    while (this.writing !== null) await this.writing;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.handle?.close().catch((error: unknown) => this.failed(error, 0));
    this.handle = null;
  }

  /** For the way out of a crash: what waits, in one blocking write. */
  flushSync(): void {
    if (this.dir === null || this.waiting.length === 0) return;
    const lines = this.waiting.splice(0);
    try {
      mkdirSync(this.dir, { recursive: true, mode: 0o700 });
      const fd = openSync(join(this.dir, LOG_FILE), APPEND, 0o600);
      writeSync(fd, lines.join(''));
      closeSync(fd);
    } catch (error) {
      this.failed(error, lines.length);
    }
  }

  private async drain(): Promise<void> {
    // One turn later, so that the lines of a whole pump travel together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const lines = this.waiting;
      const lost = this.dropped;
      this.waiting = [];
      try {
        await this.append(this.withLosses(lines).join(''));
        this.dropped -= lost;
        this.problem = null;
      } catch (error) {
        this.failed(error, lines.length);
        await this.handle?.close().catch((again: unknown) => this.failed(again, 0));
        this.handle = null;
      }
    }
    this.writing = null;
  }

  private withLosses(lines: string[]): string[] {
    const time = this.ring.at(-1)?.time;
    if (this.dropped === 0 || time === undefined) return lines;
    const what = `${this.dropped} log lines were lost${this.problem ? `: ${this.problem}` : ''}`;
    const entry: LogEntry = { time, level: 'warn', category: 'system', message: what };
    return [toLogLine(entry, this.redact).text, ...lines];
  }

  private async append(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    if (this.handle !== null && this.size + bytes.length > this.maxBytes && this.size > 0) {
      await this.rotate();
    }
    this.handle ??= await this.open();
    await this.handle.appendFile(bytes);
    this.size += bytes.length;
  }

  private async open(): Promise<FileHandle> {
    const dir = this.dir ?? '';
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const handle = await open(join(dir, LOG_FILE), APPEND, 0o600);
    this.size = (await handle.stat()).size;
    return handle;
  }

  private async rotate(): Promise<void> {
    await this.handle?.close();
    this.handle = null;
    for (let index = this.maxFiles - 1; index >= 1; index -= 1) {
      await renameIfThere(this.nameOf(index - 1), this.nameOf(index));
    }
  }

  private nameOf(index: number): string {
    return join(this.dir ?? '', index === 0 ? LOG_FILE : `${LOG_FILE}.${index}`);
  }

  private failed(error: unknown, lines: number): void {
    this.dropped += lines;
    const isNew = this.problem === null;
    this.problem = messageOf(error);
    if (isNew) this.onTrouble(this.problem);
  }
}

const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

function toLogLine(entry: LogEntry, redact: Redact): { text: string; entry: LogEntry } {
  const { time, level, category, data } = entry;
  const message = clip(
    redactHead(redact, entry.message, MAX_MESSAGE_CHARACTERS),
    MAX_MESSAGE_CHARACTERS,
  );
  const whole: LogEntry = {
    time,
    level,
    category,
    message,
    ...(data === undefined ? {} : { data: boundedData(data, redact) }),
  };
  const text = escapeUnseen(JSON.stringify(whole));
  return { text: `${text}\n`, entry: whole };
}

/** Whatever it is, as plain JSON data of bounded size; what cannot be written becomes text. */
function boundedData(data: unknown, redact: Redact): unknown {
  let text: string;
  try {
    text = JSON.stringify(data, plainValue) ?? String(data);
  } catch (error) {
    return redact(`not writable: ${messageOf(error)}`);
  }
  const clean = redactHead(redact, text, MAX_DATA_CHARACTERS);
  if (clean.length > MAX_DATA_CHARACTERS) return clip(clean, MAX_DATA_CHARACTERS);
  try {
    return JSON.parse(clean);
  } catch {
    // A secret that is a bare JSON value, such as digits, leaves text that is no JSON.
    return clean;
  }
}

function plainValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Error) return { name: value.name, message: value.message };
  return value;
}

function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;
}
