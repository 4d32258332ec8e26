// The local exchange in a process of its own behind a TCP tap, for `bench:panic -- --exchange`: the
// tap tells its parent when the first cancel of a trial was on the wire and when all of them were.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

import { createWallClock } from '../../src/engine/clock.ts';
import { startEmulator } from '../../src/exchange/emulator/emulator.ts';
import { wallScheduler } from '../../src/exchange/emulator/wall-scheduler.ts';
import { CancelCount } from './panic-count.ts';

/** What the console is told: where it is, and what signs there. */
export interface ExchangePlace {
  readonly endpoint: string;
  readonly key: string;
  readonly secret: string;
  readonly symbol: string;
}

const CANCEL = /DELETE \S*origClientOrderId=(td\w+)/g;
const orders = Number(process.argv[2] ?? '50');
const count = new CancelCount(orders);
const emulator = await startEmulator({
  dialect: 'binance',
  seed: 7,
  port: 0,
  clock: createWallClock(),
  scheduler: wallScheduler,
});
const [account] = emulator.core.accounts;
const [market] = emulator.core.market.allMarkets;

const tap = createServer((client) => {
  const server = connect(emulator.port, '127.0.0.1');
  join(client, server);
  client.on('data', (chunk) => {
    const arrived = process.hrtime.bigint();
    for (const [, id = ''] of chunk.toString('latin1').matchAll(CANCEL)) count.add(id, arrived);
    server.write(chunk);
  });
  server.pipe(client);
});
tap.listen(0, '127.0.0.1', () => {
  const { port } = tap.address() as AddressInfo;
  process.send?.({
    endpoint: `http://127.0.0.1:${port}`,
    key: account?.key ?? '',
    secret: account?.secret ?? '',
    symbol: market?.symbol ?? '',
  } satisfies ExchangePlace);
});

function join(one: Socket, other: Socket): void {
  for (const socket of [one, other]) {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
  }
  one.on('close', () => other.destroy());
  other.on('close', () => one.destroy());
}
