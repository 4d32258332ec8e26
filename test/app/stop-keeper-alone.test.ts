// `halt.json` and the journal, turn by turn, without a session around them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { recoveredStop, StopKeeper, stricterNote } from '../../src/app/state/stop-keeper.ts';
import type { RecordBody } from '../../src/domain/record.ts';
import type { TradingState } from '../../src/domain/verdict.ts';
import { createMoneyState } from '../../src/execution/money.ts';
import { readStopFile, writeStopFile } from '../../src/store/stop-file.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tapedeck-stop-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function keeper(): StopKeeper {
  return new StopKeeper({ directory, wallNow: () => 17, trouble: (text) => expect(text).toBe('') });
}

const stateOf = (state: TradingState): RecordBody => {
  return { kind: 'tradingState', accountId: 'a', state, reason: 'x', by: 'operator' };
};

describe('a stop', () => {
  test('is written after its turn', async () => {
    keeper().onRecord(stateOf('halted'), 1);
    expect(readStopFile(directory)).toBeNull();
    await Promise.resolve();
    expect(readStopFile(directory)).toMatchObject({ state: 'halted', by: 'operator' });
  });

  test('goes when its resume is durable, not before', () => {
    const one = keeper();
    one.onRecord(stateOf('halted'), 1);
    one.flush();
    one.onRecord(stateOf('running'), 2);
    one.onDurable(1);
    expect(readStopFile(directory)?.state).toBe('halted');
    one.onDurable(2);
    expect(readStopFile(directory)).toBeNull();
  });

  test('is not lifted by a recovery', () => {
    const one = keeper();
    one.onRecord(stateOf('halted'), 1);
    one.flush();
    one.onRecord(stateOf('recovering'), 2);
    one.onDurable(2);
    expect(readStopFile(directory)?.state).toBe('halted');
  });

  test('that follows a resume stays when that becomes durable', () => {
    const one = keeper();
    one.onRecord(stateOf('halted'), 1);
    one.flush();
    one.onRecord(stateOf('running'), 2);
    one.onRecord(stateOf('halted'), 3);
    one.flush();
    one.onDurable(3);
    expect(readStopFile(directory)?.state).toBe('halted');
  });
});

describe('a start', () => {
  const leave = (state: 'paused' | 'halted'): void =>
    writeStopFile(directory, { state, reason: 'left', time: 1, by: 'panic' });

  test('follows what is stricter than the journal, and only that', () => {
    const money = createMoneyState();
    money.trading.state = 'paused';
    leave('halted');
    expect(stricterNote(directory, money)).toMatchObject({ state: 'halted' });
    expect(recoveredStop(directory, money, false)).toEqual({ kind: 'halt', reason: 'left' });
    money.trading.state = 'halted';
    expect(recoveredStop(directory, money, false)).toBeNull();
  });

  test('with --start is refused where a stop was left', () => {
    const money = createMoneyState();
    money.trading.state = 'running';
    leave('halted');
    expect(() => recoveredStop(directory, money, true)).toThrow(/--start is refused/);
    leave('paused');
    expect(recoveredStop(directory, money, true)).toEqual({ kind: 'pause', reason: 'left' });
  });
});
