import { appendFileSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { openSession } from '../../src/app/build.ts';
import { runHeadless } from '../../src/app/headless.ts';
import { generatedCandles } from '../support/backtest-kit.ts';
import {
  instance,
  makeDirectory,
  removeAll,
  replayOptions,
  writeCandles,
} from '../support/session-kit.ts';

afterAll(removeAll);

function damagedFile(): string {
  const path = writeCandles(generatedCandles(200, { seed: 3 }));
  appendFileSync(path, '4102444800000,1,NaN,1,1,1\n');
  return path;
}

const filesOf = (directory: string) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'LOCK')
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((path) => [path, readFileSync(path, 'latin1')]);

test('a recording that is refused leaves no state behind', async () => {
  const run = replayOptions(damagedFile());
  await expect(openSession(run)).rejects.toThrow(/candles\.csv:202: .*NaN/);
  expect(existsSync(run.stateDirectory)).toBe(false);
});

test('a recording that is refused leaves the last session as it was', async () => {
  const stateDirectory = join(makeDirectory(), 'state');
  const good = writeCandles(generatedCandles(2_000, { seed: 3 }));
  const strategies = [instance('sma-cross', { fast: 2, slow: 3 })];
  const of = { stateDirectory, strategies, start: true };
  const { summary } = await runHeadless({ ...replayOptions(good, of), durationMs: null });
  expect(summary.fills).toBeGreaterThan(10);
  const before = filesOf(stateDirectory);
  await expect(openSession(replayOptions(damagedFile(), of))).rejects.toThrow(/NaN/);
  expect(filesOf(stateDirectory)).toEqual(before);
});
