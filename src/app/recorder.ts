/** `--record`: the market events a run applied, in their order, in files of their own. */
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createGzip, type Gzip } from 'node:zlib';
import type { MarketEvent } from '../domain/event.ts';
import { RECORDING_DIRECTORY } from '../store/state-dir.ts';

/** Lines that are handed to the compressor together. */
const LINES = 512;

export interface Recorder {
  /** Takes an event before it is driven; events of a feed may be reused afterwards. */
  write(event: MarketEvent): void;
  /** True while the disk is behind: the market should wait. */
  readonly saturated: boolean;
  /** Resolves when everything is on the disk. Rejects when it could not be written. */
  close(): Promise<void>;
}

/**
 * Opens `recording/market-<first event>.jsonl.gz`: one JSON text per applied event. Stepping them
 * again through a fresh run with the same options gives the journal byte for byte (DECISIONS 6).
 * The file begins with the first event; one of that name is of a run that left no record of its
 * events, and they are applied again.
 */
export function openRecorder(directory: string, firstEvent: number): Recorder {
  const folder = join(directory, RECORDING_DIRECTORY);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = `market-${String(firstEvent).padStart(12, '0')}.jsonl.gz`;
  return new FileRecorder(join(folder, name));
}

class FileRecorder implements Recorder {
  private readonly path: string;
  private stream: { readonly gzip: Gzip; readonly closed: Promise<void> } | null = null;
  private lines: string[] = [];
  private full = false;
  /** Nothing more can be written: `close` says why. */
  private failed = false;

  constructor(path: string) {
    this.path = path;
  }

  get saturated(): boolean {
    return this.full && !this.failed;
  }

  write(event: MarketEvent): void {
    this.lines.push(JSON.stringify(event));
    if (this.lines.length >= LINES) this.flush();
  }

  async close(): Promise<void> {
    this.flush();
    this.stream?.gzip.end();
    await this.stream?.closed;
  }

  private flush(): void {
    if (this.failed) this.lines = [];
    if (this.lines.length === 0) return;
    const text = `${this.lines.join('\n')}\n`;
    this.lines = [];
    this.stream ??= this.open();
    if (!this.stream.gzip.write(text)) this.full = true;
  }

  private open() {
    const gzip = createGzip();
    const file = createWriteStream(this.path, { flags: 'w', mode: 0o600 });
    const closed = new Promise<void>((resolve, reject) => {
      file.on('close', resolve);
      file.on('error', reject);
      gzip.on('error', reject);
    });
    // Told by `close`; a failing recording never stops the run.
    closed.catch(() => {
      this.failed = true;
    });
    gzip.on('drain', () => {
      this.full = false;
    });
    gzip.pipe(file);
    return { gzip, closed };
  }
}
