import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { openSession } from '../../src/app/build.ts';
import { toFailure } from '../../src/app/failure.ts';
import { runHeadless } from '../../src/app/headless.ts';
import { decimal } from '../../src/domain/decimal.ts';
import { faultyFs, inlineChannel } from '../store/store-kit.ts';
import { generatedCandles } from '../support/backtest-kit.ts';
import { ticket } from '../support/builders.ts';
import {
  demoOptions,
  instance,
  makeDirectory,
  readState,
  removeAll,
  replayOptions,
  until,
  writeCandles,
} from '../support/session-kit.ts';

afterAll(removeAll);

const path = writeCandles(generatedCandles(2_000, { seed: 3 }));
const strategies = [instance('sma-cross', { fast: 5, slow: 20 }, { stopFraction: 0.01 })];

test('a full disk halts: entries stop, cancels leave, it is said at once, nothing is lost before', async () => {
  const disk = faultyFs();
  const run = replayOptions(path, { strategies });
  const session = await openSession(run, { channel: inlineChannel(disk.files) });
  session.dispatch({ kind: 'holdFeed', held: true });
  session.start();
  while (session.view().positions.length === 0) session.dispatch({ kind: 'stepFeed' });
  session.dispatch({
    kind: 'placeOrder',
    pressId: 'a',
    ticket: ticket({ type: 'limit', quantity: decimal('0.1'), price: decimal('15000') }),
  });
  await until(() => session.view().store.waiting === 0);
  const saved = session.view();
  const working = () => session.view().orders.filter(({ status }) => status === 'accepted');
  expect(
    working()
      .map(({ role }) => role)
      .sort(),
  ).toEqual(['entry', 'protective']);

  disk.arm({ call: 'writeSync', nth: 1, errno: 'ENOSPC' });
  session.dispatch({ kind: 'stepFeed' });
  session.dispatch({ kind: 'toggleStrategy', strategyId: 'sma-cross', enabled: true });
  await until(() => session.failed !== null);
  const view = session.view();
  expect(view.account.tradingState).toBe('halted');
  expect(view.account.stateReason).toMatch(/state cannot be saved.*ENOSPC/);
  expect(view.store.failed).toMatch(/ENOSPC/);
  expect(view.notices.map(({ text }) => text).join('\n')).toMatch(/HALTED: state cannot be saved/);
  // The resting entry was canceled; protection stays.
  expect(working().map(({ role }) => role)).toEqual(['protective']);

  const { length } = view.orders;
  for (let i = 0; i < 200; i += 1) session.dispatch({ kind: 'stepFeed' });
  const entries = session.view().orders.slice(0, session.view().orders.length - length);
  expect(entries.filter(({ role }) => role === 'entry')).toEqual([]);
  // What the operator still asks for acts and is answered, though nothing is durable any more.
  session.dispatch({ kind: 'cancelAll', symbol: null });
  expect(working()).toEqual([]);
  expect(session.view().notices.at(-1)?.text).toMatch(/cancel sent/);

  // Nothing is loosened that no restart would know of.
  session.dispatch({ kind: 'resume', phrase: 'paper' });
  expect(session.view().account.tradingState).toBe('halted');
  expect(session.view().notices.at(-1)?.text).toMatch(/resume.*nothing can be recorded any more/);

  await session.close('over');
  const { money } = readState(run.stateDirectory);
  expect(money.positions.get('BTC/USDT')?.quantity).toBe(saved.positions[0]?.quantity);
  expect(money.working.size).toBe(2);
});

test.each([
  ['a replay at full speed', () => replayOptions(path, { strategies, speed: 100_000 })],
  [
    'an endless demo without --for',
    () => demoOptions({ stateDirectory: join(makeDirectory(), 'state') }),
  ],
])('%s ends with exit code 1 when the disk is full', async (_name, optionsOf) => {
  const disk = faultyFs();
  disk.arm({ call: 'writeSync', nth: 6, errno: 'ENOSPC' });
  const error: unknown = await runHeadless(optionsOf(), {
    seams: { channel: inlineChannel(disk.files) },
  }).catch((thrown: unknown) => thrown);
  expect(toFailure(error)).toMatchObject({ exitCode: 1 });
  expect(toFailure(error).line).toMatch(/HALTED: state cannot be saved.*ENOSPC.*Make room/);
});
