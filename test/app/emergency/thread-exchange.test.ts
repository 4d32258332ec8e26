// The emergency thread itself at the local exchange: keys cross to it, the main loop does nothing.
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Board } from '../../../src/app/emergency/board.ts';
import { Emergency, startEmergencyThread } from '../../../src/app/emergency/emergency.ts';
import { PANIC, stateOf } from '../../../src/app/emergency/stop-words.ts';
import { required } from '../../../src/domain/errors.ts';
import { connect } from '../../../src/exchange/ccxt/connection.ts';
import { createAccountClient } from '../../../src/exchange/ccxt/client.ts';
import type { VenueOrder } from '../../../src/domain/venue.ts';
import type { Answer } from '../../../src/ports.ts';
import { writeStopFile } from '../../../src/store/stop-file.ts';
import { temporaryDirectory } from '../../support/config-directory.ts';
import { until } from '../../support/session-kit.ts';
import type { TestEmulator } from '../../support/emulator.ts';
import { ask, openExchange, orderOf, priceAt } from '../../exchange/ccxt/account-kit.ts';
import { credentialsOf, SYMBOL } from '../live/live-kit.ts';

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await openExchange('binance');
});
afterAll(() => emulator.close());

test('cancels at the exchange by itself once it was told of it, and the keys of ours stay whole', async () => {
  const credentials = credentialsOf(emulator);
  const { endpoint } = emulator;
  const plan = {
    id: 'binance',
    account: 'main',
    venue: 'live',
    endpoint,
    symbols: [SYMBOL],
  } as const;
  const of = { plan, now: () => Date.now(), log: () => undefined };
  const connection = await connect({ ...of, credentials });
  const accountId = 'binance:main';
  const client = createAccountClient({ connection, accountId, ...of });
  const board = new Board();
  const thread = startEmergencyThread({ kind: 'exchange' }, board);
  const emergency = new Emergency({ kind: 'exchange' }, board, thread);
  const { control } = emulator;
  const openings = (): number =>
    control.requests().filter(({ path }) => path.endsWith('/openOrders')).length;
  try {
    const market = required(connection.markets[0], 'a market');
    const account = {
      emulator,
      connection,
      client,
      accountId,
      market,
      logs: [],
      close: () => Promise.resolve(),
    };
    const order = orderOf(account, { type: 'limit', price: priceAt(account, 0.9) });
    emergency.mayExist(order);
    expect(
      await ask((answer: Answer<VenueOrder>) => client.createOrder(order, answer)),
    ).toMatchObject({
      ok: true,
    });
    const before = openings();
    emergency.connected(
      { plan, accountId, markets: [connection.data.markets?.[SYMBOL]] },
      credentials,
    );
    // The thread's first question proves that it signs by itself.
    await until(() => openings() > before);
    expect(credentials.secret.reveal()).toBe(emulator.credentials().secret);
    const directory = temporaryDirectory();
    thread.post({ kind: 'serve', directory, account: accountId });
    thread.post({ kind: 'armed' });
    // The main loop says nothing to it: the thread acts alone.
    const note = { state: stateOf('halt'), reason: 'a test', time: Date.now(), by: PANIC };
    writeStopFile(directory, note);
    await until(() => control.dump('main').orders.every(({ status }) => status !== 'open'));
    expect(board.isClosed).toBe(true);
  } finally {
    await emergency.close();
    client.close();
    await connection.close();
  }
});
