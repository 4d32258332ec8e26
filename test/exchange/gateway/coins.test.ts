// At an exchange whose resting orders hold the coins they would sell, nothing else can sell these.
import { expect, test } from 'vitest';

import { GatewayBench } from './bench.ts';
import { dropRequest } from './scripted-client.ts';

const STOP = { role: 'protective', side: 'sell' } as const;
const EXIT = { role: 'exit', side: 'sell', type: 'market', price: null } as const;

function bench(holdsCoins = true): GatewayBench {
  const made = new GatewayBench();
  made.client.abilities = { ...made.client.abilities, holdsCoins };
  made.gateway.start();
  made.pass(1_000);
  return made;
}

test('an exit leaves when the stop that holds its coins has ended, and not before', () => {
  const at = bench();
  const stop = at.open(STOP);
  at.client.next('cancel', dropRequest);
  at.cancel(stop);
  const exit = at.submit(EXIT);
  at.pass(900);
  expect(at.client.sentOf('create')).toHaveLength(1);
  at.pass(600);
  expect(at.told(stop)).toEqual(['accepted', 'canceled']);
  expect(at.client.sentOf('create')).toHaveLength(2);
  at.pass(50);
  expect(at.told(exit)).toContain('accepted');
});

test('an exit does not wait where coins are free, for other symbols, sides or orders that stay', () => {
  const free = bench(false);
  free.cancel(free.open(STOP));
  free.submit(EXIT);
  expect(free.client.sentOf('create')).toHaveLength(2);
  const at = bench();
  at.open(STOP);
  at.submit(EXIT);
  at.cancel(at.open({ side: 'buy' }));
  at.submit(EXIT);
  expect(at.client.sentOf('create')).toHaveLength(4);
});

test('an exit whose stop cannot be canceled is tried after three seconds', () => {
  const at = bench();
  const stop = at.open(STOP);
  for (let cancel = 0; cancel < 5; cancel += 1) at.client.next('cancel', dropRequest);
  at.cancel(stop);
  at.submit(EXIT);
  at.pass(2_900);
  expect(at.client.sentOf('create')).toHaveLength(1);
  at.pass(200);
  expect(at.client.sentOf('create')).toHaveLength(2);
});

test('an exit that is taken back while it waits is never sent', () => {
  const at = bench();
  const stop = at.open(STOP);
  at.client.next('cancel', dropRequest);
  at.cancel(stop);
  const exit = at.submit(EXIT);
  at.cancel(exit);
  at.pass(10_000);
  expect(at.told(exit)).toEqual(['neverSent']);
  expect(at.client.sentOf('create')).toHaveLength(1);
});
