/** Sessions over made files and the demo market, in directories of their own. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { RunOptions, StrategyInstance } from '../../src/app/run-options.ts';
import { stateCodec } from '../../src/app/state/codec.ts';
import type { CandleFile } from '../../src/backtest/data-file.ts';
import { type Decimal, ZERO, add, decimal, sub } from '../../src/domain/decimal.ts';
import type { JournalRecord } from '../../src/domain/record.ts';
import type { MoneyState } from '../../src/execution/money.ts';
import { recover } from '../../src/store/recover.ts';
import { parseLine } from '../../src/store/schema.ts';
import { NO_LIMITS } from './backtest-kit.ts';

const made: string[] = [];

/** A directory that `removeAll` takes away. */
export function makeDirectory(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tapedeck-app-'));
  made.push(dir);
  return dir;
}

export function removeAll(): void {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
}

/** Writes candles as a user's file; returns its path. */
export function writeCandles(file: CandleFile): string {
  const path = join(makeDirectory(), 'candles.csv');
  const rows = Array.from(file.times, (time, i) =>
    [time, file.opens[i], file.highs[i], file.lows[i], file.closes[i], file.volumes[i]].join(','),
  );
  writeFileSync(path, ['timestamp,open,high,low,close,volume', ...rows, ''].join('\n'));
  return path;
}

export function instance(
  strategy: string,
  params: Record<string, unknown> = {},
  change: Partial<StrategyInstance> = {},
): StrategyInstance {
  return {
    id: strategy,
    strategy,
    symbols: ['BTC/USDT'],
    timeframe: '1m',
    params,
    sizing: { kind: 'percent', value: 20 },
    enabled: true,
    stopFraction: null,
    targetFraction: null,
    trailFraction: null,
    ...change,
  };
}

/** A replay of a file with two strategies, from a fresh directory. */
export function replayOptions(path: string, change: Partial<RunOptions> = {}): RunOptions {
  return {
    mode: 'replay',
    profile: 'default',
    stateDirectory: join(makeDirectory(), 'state'),
    symbols: ['BTC/USDT'],
    timeframe: '1m',
    replayFile: path,
    continueReplay: false,
    speed: 'max',
    strategies: [instance('sma-cross', { fast: 5, slow: 20 })],
    simulation: {
      cash: decimal('10000'),
      feeRate: decimal('0.001'),
      slippageBps: 0,
      spreadFraction: 0,
      latencyMs: 0,
      fill: 'next-open',
      leverage: 1,
      stepSize: null,
      tickSize: null,
    },
    risk: NO_LIMITS,
    seed: 1,
    start: true,
    durationMs: null,
    startTime: null,
    tradesFile: null,
    record: false,
    version: 'test',
    ...change,
  };
}

/** Text of all journal segments without their headers, record by record. */
export function journalRecords(dir: string): string[] {
  const names = readdirSync(dir)
    .filter((name) => /^journal-\d+\.jsonl$/.test(name))
    .sort((a, b) => Number(/\d+/.exec(a)?.[0]) - Number(/\d+/.exec(b)?.[0]));
  return names.flatMap((name) => {
    const lines = readFileSync(join(dir, name)).toString().split('\n').slice(1, -1);
    return lines.map((line) => parseLine(Buffer.from(line)) ?? 'damaged');
  });
}

/** What a restart would find, read without changing anything. */
export function readState(dir: string): { money: MoneyState; records: JournalRecord[] } {
  const records: JournalRecord[] = [];
  const { state } = recover(dir, stateCodec(), (record) => void records.push(record));
  return { money: state, records };
}

/** Names what contradicts itself in a state: positions against fills, ledgers, balances. */
export function contradictions(money: MoneyState): string[] {
  const found: string[] = [];
  for (const position of money.positions.values()) {
    let sum = ZERO;
    for (const ledger of money.ledgers.values()) {
      if (ledger.symbol === position.symbol) sum = add(sum, ledger.position.quantity);
    }
    if (sum !== position.quantity) found.push(`${position.symbol} ledgers do not sum up`);
  }
  return found;
}

/** Signed sum of fills by symbol, and ids that came twice. */
export function sumFills(records: readonly JournalRecord[]) {
  const quantities = new Map<string, Decimal>();
  const seen = new Set<string>();
  const repeated: string[] = [];
  for (const record of records) {
    if (record.kind !== 'fill') continue;
    if (seen.has(record.id)) repeated.push(record.id);
    seen.add(record.id);
    const before = quantities.get(record.symbol) ?? ZERO;
    const change = record.side === 'buy' ? add : sub;
    quantities.set(record.symbol, change(before, record.quantity));
  }
  return { quantities, repeated, count: seen.size };
}

/** Turns of the event loop until `done` says so; fails after `ms` of wall time. */
export async function until(done: () => boolean, ms = 60_000): Promise<void> {
  const end = performance.now() + ms;
  while (!done()) {
    if (performance.now() > end) throw new Error('waited too long');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** The demo market with one strategy, a thousand times as fast as a clock. */
export function demoOptions(change: Partial<RunOptions> = {}): RunOptions {
  return {
    ...replayOptions(''),
    mode: 'demo',
    symbols: ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'BTC/USDT:USDT'],
    replayFile: null,
    speed: 1_000,
    ...change,
  };
}
