import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { placeOrder, savedLog, testHome, testRobot } from './robot-kit.ts';

// A strategy that needs weeks of warm-up: what happens is what the operator does.
const QUIET = ['--symbols', 'BTC/USDT', '--strategy', 'sma-cross:fast=5000,slow=9000'];
const PRACTICE = [...QUIET, '--mode', 'testnet', '--exchange', 'binance', '--emulator'];
const RESTS = /BTC\/USDT +buy +limit +0\.02\d* +1,000\.00 +accepted/;

interface Note {
  readonly port: number;
  readonly pid: number;
}

/** What the session's emulator left in the state directory. */
function noteOf(home: string): Note {
  const name = readdirSync(home, { recursive: true, encoding: 'utf8' }).find((one) =>
    one.endsWith('emulator.json'),
  );
  return JSON.parse(readFileSync(join(home, name ?? ''), 'utf8')) as Note;
}

async function openOrders({ port }: Note): Promise<number> {
  const reply = await fetch(`http://127.0.0.1:${port}/_control/dump`);
  const { orders } = (await reply.json()) as { orders: { status: string }[] };
  return orders.filter(({ status }) => status === 'open').length;
}

test('an exchange of the session outlives a killed console, and its order is found again', async () => {
  const home = testHome();
  const first = testRobot({ home, args: PRACTICE, size: '120x40' });
  await first.waitFor(/EMULATOR[^]*■ PAUSED[^]*r resume/);
  await savedLog(home, 'books agree with the venue after: started', 1);
  first.press('r');
  await first.waitFor('● RUNNING');
  await placeOrder(first, { Type: 'limit', Quantity: '0.02', Price: '1000' });
  first.press('6');
  await first.waitFor(RESTS);
  const note = noteOf(home);
  first.kill('SIGKILL');
  await first.exited();
  expect(await openOrders(note)).toBe(1);

  const second = testRobot({ home, args: PRACTICE, size: '120x40' });
  await second.waitFor(/■ PAUSED/);
  await savedLog(home, 'books agree with the venue after: started', 2);
  second.press('6');
  await second.waitFor(RESTS);
  expect(noteOf(home)).toEqual(note);
  expect(await openOrders(note)).toBe(1);
});
