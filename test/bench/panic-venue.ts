// A venue in a process of its own, for the panic bench: it answers everything, and tells its parent
// when the first cancel of a trial arrived and when all of them had.
import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

import { CancelCount } from './panic-count.ts';
import { createMessageReader, toLine, type LineMessage } from '../../src/exchange/practice/line.ts';

const [path = '', ordersText = '50'] = process.argv.slice(2);
const count = new CancelCount(Number(ordersText));

rmSync(path, { force: true });
createServer(serve).listen(path, () => process.send?.('ready'));

function serve(socket: Socket): void {
  let arrived = 0n;
  const read = createMessageReader((message) => {
    const { id, call, args } = message;
    if (call === 'cancelOrder') count.add(idOf(args), arrived);
    if (id !== undefined) socket.write(toLine({ id, result: answerTo(call) }));
  });
  socket.on('data', (chunk) => {
    arrived = process.hrtime.bigint();
    read(chunk);
  });
  socket.on('error', () => socket.destroy());
}

function answerTo(call: LineMessage['call']): unknown {
  const abilities = { stops: true, trailingStops: true, oco: true, amend: true };
  switch (call) {
    case 'abilities':
      return { ok: true, value: abilities };
    case 'fetchOpenOrders':
      return { ok: true, value: [] };
    default:
      return { ok: true, value: null };
  }
}

function idOf(args: LineMessage['args']): string {
  const [ref] = (args ?? []) as readonly { readonly orderId?: string }[];
  return ref?.orderId ?? '';
}
