// Child of exchange.ts: a local exchange with ten markets that notes when each print left it.
import WebSocket from 'ws';

import { createWallClock } from '../../src/engine/clock.ts';
import { startEmulator } from '../../src/exchange/emulator/emulator.ts';
import { createListings } from '../../src/exchange/emulator/listing.ts';
import { wallScheduler } from '../../src/exchange/emulator/wall-scheduler.ts';
import type { FromEmulator, ToEmulator } from './exchange-kit.ts';

const MARKETS = 10;
/** Messages a second of market data on every emulator of its own, before any flood. */
const PRINT = '"e":"trade"';

const sent: { readonly at: string; readonly text: string }[] = [];
let isNoting = false;
const tell = (message: FromEmulator): void => void process.send?.(message);

noteSends();
const emulator = await startEmulator({
  dialect: 'binance',
  seed: 7,
  port: 0,
  clock: createWallClock(),
  scheduler: wallScheduler,
  listings: tenListings(),
});
const [main] = emulator.core.accounts;
if (!main) throw new Error('no account');
process.on('message', (message: ToEmulator) => answer(message));
process.on('disconnect', () => process.exit());
tell({
  kind: 'ready',
  endpoint: emulator.endpoint,
  key: main.key,
  secret: main.secret,
  symbols: emulator.core.market.markets.map(({ symbol }) => symbol),
});

function answer(message: ToEmulator): void {
  switch (message.kind) {
    case 'flood':
      return emulator.control.flood(message.perSecond, message.what);
    case 'note':
      isNoting = true;
      return;
    case 'notes':
      isNoting = false;
      return tell({ kind: 'notes', sent: sent.splice(0) });
    case 'counts':
      return tell({ kind: 'counts', messages: emulator.control.counts().messagesSent });
    case 'drop':
      emulator.control.dropSockets('terminate');
      return;
    default:
      return message satisfies never;
  }
}

/** The moment before the bytes go to the kernel; what they say is read later. */
function noteSends(): void {
  const { prototype } = WebSocket as unknown as { prototype: { send: (text: unknown) => void } };
  const { send } = prototype;
  prototype.send = function noted(this: unknown, text: unknown): void {
    if (isNoting && typeof text === 'string' && text.includes(PRINT)) {
      sent.push({ at: String(process.hrtime.bigint()), text });
    }
    send.call(this, text);
  };
}

/** Those of every emulator that trade, and copies of the last spot one under other names. */
function tenListings() {
  const usual = createListings().filter(({ status }) => status === 'trading');
  const copies = Array.from({ length: MARKETS - usual.length }, (_, i) => {
    const [, second] = createListings();
    if (!second) throw new Error('no market to copy');
    const base = `CO${String.fromCharCode(65 + i)}`;
    const market = { ...second.market, base, symbol: `${base}/USDT` };
    return { ...second, market, spec: { ...second.spec, market } };
  });
  return [...usual, ...copies];
}
