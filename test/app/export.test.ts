import { afterAll, expect, test } from 'vitest';

import { openSession } from '../../src/app/build.ts';
import { exportRows } from '../../src/app/export.ts';
import { CLOSED_ORDERS } from '../../src/execution/money.ts';
import { generatedCandles } from '../support/backtest-kit.ts';
import {
  instance,
  readState,
  removeAll,
  replayOptions,
  until,
  writeCandles,
} from '../support/session-kit.ts';

afterAll(removeAll);

const path = writeCandles(generatedCandles(6_000, { seed: 3 }));
const strategies = [instance('sma-cross', { fast: 2, slow: 3 })];
const idOf = (row: object): unknown => (row as { clientOrderId: unknown }).clientOrderId;

test.each([
  ['before the first compaction', 1e9],
  ['between compactions', 700],
])('exports know every order and fill of a running console, %s', async (_when, records) => {
  const run = replayOptions(path, { strategies });
  const session = await openSession(run, { compactAt: { records, bytes: 1e9 } });
  session.start();
  await session.done;
  await until(() => session.view().store.waiting === 0);
  const { counts } = readState(run.stateDirectory).money;
  expect(counts.orders).toBeGreaterThan(2 * CLOSED_ORDERS);
  const orders = exportRows('orders', run.stateDirectory);
  expect(new Set(orders.map(idOf)).size).toBe(counts.orders);
  const times = orders.map((row) => (row as { createdTime: number }).createdTime);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  const fills = exportRows('fills', run.stateDirectory);
  expect(fills).toHaveLength(counts.fills);
  expect(fills.filter((row) => (row as { strategy: unknown }).strategy === null)).toEqual([]);
  await session.close('over');
  expect(exportRows('orders', run.stateDirectory).map(idOf)).toEqual(orders.map(idOf));
});
