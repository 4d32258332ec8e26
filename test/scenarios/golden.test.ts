import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { stateCodec } from '../../src/app/state/codec.ts';
import type { JournalRecord } from '../../src/domain/record.ts';
import { createMoneyState } from '../../src/execution/money.ts';
import { playGolden } from './golden-scenario.ts';

const PATH = join(import.meta.dirname, 'golden-replay.jsonl');

const played = `${playGolden().lines.join('\n')}\n`;
if (process.env['GOLDEN'] === 'write') writeFileSync(PATH, played);

/**
 * The committed journal is the promise that an update changes no decision, no id and no name by
 * accident. Where a change is meant, look at every line that differs, then write it anew with
 * `GOLDEN=write npx vitest run -c test/vitest.config.ts test/scenarios`.
 */
test('the scenario gives the committed journal, byte for byte', () => {
  expect(played).toBe(readFileSync(PATH, 'utf8'));
});

test('the journal has one of everything that a replay can decide', () => {
  const kinds = new Map<string, number>();
  for (const { kind } of golden()) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  for (const kind of [
    'runStarted',
    'deposited',
    'orderCreated',
    'accepted',
    'fill',
    'canceled',
    'rejected',
    'amended',
    'amendRequested',
    'denied',
    'cancelRequested',
    'tradingState',
    'strategyToggled',
    'breakerTripped',
    'breakerCleared',
    'dayOpened',
    'equityPeak',
    'equitySample',
    'commandRefused',
    'paramsChanged',
    'riskChanged',
    'reconciled',
    'funding',
    'runStopped',
  ] as const) {
    expect([...kinds.keys()], kind).toContain(kind);
  }
  const orders = golden().flatMap((one) => (one.kind === 'orderCreated' ? [one.request] : []));
  expect(new Set(orders.map(({ strategyId }) => strategyId)).size).toBeGreaterThan(3);
  expect(new Set(orders.map(({ role }) => role))).toEqual(new Set(['entry', 'exit', 'protective']));
  expect(new Set(orders.map(({ type }) => type))).toContain('trailingStop');
});

test('folding the committed journal gives the state the run ended with', () => {
  const codec = stateCodec();
  const money = createMoneyState();
  for (const record of golden()) codec.fold(money, record);
  expect(codec.encodeState(money)).toBe(codec.encodeState(playGolden().money));
});

function golden(): JournalRecord[] {
  const lines = readFileSync(PATH, 'utf8').trimEnd().split('\n');
  return lines.map((line) => stateCodec().decode(line));
}
