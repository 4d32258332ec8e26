import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type DayOptions, type DayResult, simulateDay } from './day.ts';

/** A day in a directory of its own, which is gone afterwards. */
export async function simulateInDirectory(options: Omit<DayOptions, 'dir'>): Promise<DayResult> {
  const dir = mkdtempSync(join(tmpdir(), 'tapedeck-sim-'));
  try {
    return await simulateDay({ ...options, dir });
  } finally {
    rmSync(dir, { recursive: true });
  }
}
