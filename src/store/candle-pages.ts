/** The pages of a download that is not finished, so that one that was killed goes on. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Candle } from '../domain/candle.ts';
import { errnoOf } from '../domain/errors.ts';
import type { SeriesPart, TimeRange } from './candles.ts';
import { OWNER_ONLY, realFs, writeAll } from './store-fs.ts';

const pageSchema = z.object({
  from: z.number(),
  to: z.number(),
  rows: z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()])),
});

/** Characters of the checksum before each line. */
const MARK = 16;

/**
 * Pages by line, each with a checksum: what was written whole before a kill or a power cut is read
 * again, the rest is cut off.
 */
export class PageFile {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Everything that can be read; a torn end is removed. */
  read(): SeriesPart {
    const text = this.text();
    const ranges: TimeRange[] = [];
    const candles: Candle[] = [];
    let good = 0;
    for (const line of text.split('\n')) {
      const page = parsePage(line);
      if (page === null) break;
      good += Buffer.byteLength(line) + 1;
      ranges.push({ from: page.from, to: page.to });
      for (const [openTime, open, high, low, close, volume] of page.rows) {
        candles.push({ openTime, open, high, low, close, volume });
      }
    }
    if (good < Buffer.byteLength(text)) truncateSync(this.path, good);
    return { ranges, candles };
  }

  /** Adds a page; it survives a power cut when this returns. */
  append(range: TimeRange, candles: readonly Candle[]): void {
    const rows = candles.map((one) => [
      one.openTime,
      one.open,
      one.high,
      one.low,
      one.close,
      one.volume,
    ]);
    const json = JSON.stringify({ from: range.from, to: range.to, rows });
    mkdirSync(dirname(this.path), { recursive: true });
    const fd = openSync(this.path, 'a', OWNER_ONLY);
    try {
      writeAll(realFs, fd, Buffer.from(`${markOf(json)} ${json}\n`));
      fdatasyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }

  private text(): string {
    try {
      return readFileSync(this.path, 'utf8');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return '';
      throw error;
    }
  }
}

const markOf = (json: string): string =>
  createHash('sha256').update(json).digest('hex').slice(0, MARK);

function parsePage(line: string): z.output<typeof pageSchema> | null {
  const json = line.slice(MARK + 1);
  if (json === '' || line.slice(0, MARK) !== markOf(json)) return null;
  const parsed = pageSchema.safeParse(JSON.parse(json));
  return parsed.success ? parsed.data : null;
}
