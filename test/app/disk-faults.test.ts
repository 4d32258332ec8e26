import { afterAll, expect, test } from 'vitest';

import { openSession } from '../../src/app/build.ts';
import { decimal } from '../../src/domain/decimal.ts';
import { readStopFile } from '../../src/store/stop-file.ts';
import { faultyFs, inlineChannel } from '../store/store-kit.ts';
import { generatedCandles } from '../support/backtest-kit.ts';
import { ticket } from '../support/builders.ts';
import {
  instance,
  readState,
  removeAll,
  replayOptions,
  until,
  writeCandles,
} from '../support/session-kit.ts';

afterAll(removeAll);

const path = writeCandles(generatedCandles(1_000, { seed: 3 }));
const strategies = [instance('sma-cross', { fast: 2, slow: 3 })];

const faults = [
  ['ENOSPC', 'writeSync'],
  ['EDQUOT', 'writeSync'],
  ['EFBIG', 'writeSync'],
  ['EROFS', 'writeSync'],
  ['EACCES', 'writeSync'],
  ['EIO', 'writeSync'],
  ['EIO', 'fdatasyncSync'],
  ['EMFILE', 'writeSync'],
] as const;

test.each(faults)(
  'F54 F56 F57: after %s in %s no order is created however the market moves (I5)',
  async (errno, call) => {
    const disk = faultyFs();
    const run = replayOptions(path, { strategies });
    const session = await openSession(run, { channel: inlineChannel(disk.files) });
    session.dispatch({ kind: 'holdFeed', held: true });
    session.start();
    while (session.view().positions.length === 0) session.dispatch({ kind: 'stepFeed' });
    const order = ticket({ type: 'limit', quantity: decimal('0.1'), price: decimal('15000') });
    session.dispatch({ kind: 'placeOrder', pressId: 'resting', ticket: order });
    await until(() => session.view().store.waiting === 0);
    const resting = session
      .view()
      .orders.find(({ status, role }) => status === 'accepted' && role === 'entry');
    expect(resting?.type).toBe('limit');
    const { records } = session.view();

    disk.arm({ call, nth: 1, errno });
    session.dispatch({ kind: 'toggleStrategy', strategyId: 'sma-cross', enabled: true });
    await until(() => session.failed !== null);
    expect(session.view().account.tradingState).toBe('halted');
    expect(session.view().account.stateReason).toContain(errno);
    const said = session.view().notices.map(({ text }) => text);
    expect(said.join('\n')).toMatch(/HALTED: state cannot be saved: /);
    const still = (id: string | undefined) =>
      session.view().orders.some((one) => one.id === id && one.status === 'accepted');
    expect(still(resting?.id)).toBe(false);

    // Protection goes on: it only takes risk away.
    const ordersOf = () =>
      new Set(session.view().orders.flatMap(({ id, role }) => (role === 'protective' ? [] : [id])));
    const before = ordersOf();
    for (let candle = 0; candle < 200; candle += 1) session.dispatch({ kind: 'stepFeed' });
    session.dispatch({ kind: 'placeOrder', pressId: 'after', ticket: order });
    expect([...ordersOf()].filter((id) => !before.has(id))).toEqual([]);
    await session.close('test');

    // The old state is intact, and the next start is stopped.
    expect(readState(run.stateDirectory).records.at(-1)?.n).toBeGreaterThanOrEqual(records);
    expect(readStopFile(run.stateDirectory)).toMatchObject({ state: 'halted' });
  },
);
