import { afterAll, expect, test } from 'vitest';

import { openSession } from '../../../src/app/build.ts';
import { decimal } from '../../../src/domain/decimal.ts';
import type { Order } from '../../../src/domain/order.ts';
import { generatedCandles } from '../../support/backtest-kit.ts';
import { ticket } from '../../support/builders.ts';
import {
  makeDirectory,
  removeAll,
  replayOptions,
  writeCandles,
} from '../../support/session-kit.ts';

afterAll(removeAll);

const path = writeCandles(generatedCandles(600, { seed: 3 }));

/** A gate that a test closes, and what it was told. */
class Gate {
  isClosed = false;
  readonly told: string[] = [];
  mayExist({ id, role }: Readonly<Order>): void {
    this.told.push(`may exist: ${role} ${id.slice(-6, -1)}`);
  }
  gone(id: string): void {
    this.told.push(`gone: ${id.slice(-6, -1)}`);
  }
}

async function open(gate: Gate) {
  const options = replayOptions(path, {
    stateDirectory: `${makeDirectory()}/state`,
    strategies: [],
  });
  const session = await openSession(options, {}, 0, gate);
  session.dispatch({ kind: 'holdFeed', held: true });
  session.start();
  session.dispatch({ kind: 'resume', phrase: null });
  session.dispatch({ kind: 'stepFeed' });
  return session;
}

test('I5: no order leaves through a closed gate, and none is waited for', async () => {
  const gate = new Gate();
  const session = await open(gate);
  gate.isClosed = true;
  const buy = ticket({ quantity: decimal('0.1') });
  session.dispatch({ kind: 'placeOrder', ticket: buy, pressId: 'a' });
  for (let i = 0; i < 3; i += 1) session.dispatch({ kind: 'stepFeed' });
  const { orders, positions } = session.view();
  expect(gate.told).toEqual(['gone: 00001']);
  expect(positions).toEqual([]);
  expect(orders).toMatchObject([{ statusReason: 'halted by the emergency thread' }]);
  await session.close('the test is over');
});

test('the stop of a position leaves through it all the same', async () => {
  const gate = new Gate();
  const session = await open(gate);
  const price = session.view().markets[0]?.lastPrice ?? 0;
  const buy = ticket({ quantity: decimal('0.1'), stopPrice: decimal(String(price * 0.5)) });
  session.dispatch({ kind: 'placeOrder', ticket: buy, pressId: 'a' });
  gate.isClosed = true;
  for (let i = 0; i < 3; i += 1) session.dispatch({ kind: 'stepFeed' });
  expect(session.view().positions[0]?.protection.rests).toBe('venue');
  expect(gate.told).toEqual([
    'may exist: entry 00001',
    'gone: 00001',
    'may exist: protective 00002',
  ]);
  await session.close('the test is over');
});
