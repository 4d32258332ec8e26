import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type DataFile, openDataFile } from '../../src/backtest/data-file.ts';
import type { Timeframe } from '../../src/domain/time.ts';

export const START = Date.UTC(2024, 0, 31, 12);
export const HEADER = 'timestamp,open,high,low,close,volume';

/** A folder for the files of one test file; `remove` it at the end. */
export class TempData {
  readonly folder = mkdtempSync(join(tmpdir(), 'tapedeck-data-'));

  open(content: string | Uint8Array, timeframe: Timeframe | null = null): DataFile {
    const path = join(this.folder, 'data.csv');
    writeFileSync(path, content);
    return openDataFile(path, { symbol: 'BTC/USDT', timeframe });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const iso = (ms: number): string => new Date(ms).toISOString();
export const csv = (...rows: string[]): string => [HEADER, ...rows].join('\n');
/** A candle of the n-th minute, all the columns after the time as text. */
export const row = (n: number, rest = '10,12,9,11,5'): string =>
  `${iso(START + n * 60_000)},${rest}`;
