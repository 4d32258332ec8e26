// A venue in a process of its own, for the panic bench: it answers everything, and tells its parent
// when the first cancel of a trial arrived and when all of them had.
import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

import { createMessageReader, toLine, type LineMessage } from '../../src/exchange/practice/line.ts';

/** What the parent is told; times in nanoseconds of the machine's monotonic clock, as text. */
export interface CancelTold {
  readonly trial: number;
  readonly first: string;
  readonly last: string;
  readonly count: number;
}

interface Trial {
  first: bigint;
  last: bigint;
  count: number;
}

const [path = '', ordersText = '50'] = process.argv.slice(2);
const orders = Number(ordersText);
const trials = new Map<number, Trial>();

rmSync(path, { force: true });
createServer(serve).listen(path, () => process.send?.('ready'));

function serve(socket: Socket): void {
  let arrived = 0n;
  const read = createMessageReader((message) => {
    const { id, call, args } = message;
    if (call === 'cancelOrder') count(args, arrived);
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

/** The ids of a trial's orders carry its number. */
function count(args: LineMessage['args'], arrived: bigint): void {
  const [ref] = (args ?? []) as readonly { readonly orderId?: string }[];
  const number = Number(/^td(\d{6})/.exec(ref?.orderId ?? '')?.[1] ?? NaN);
  if (Number.isNaN(number)) return;
  const trial = trials.get(number) ?? { first: arrived, last: arrived, count: 0 };
  trials.set(number, trial);
  trial.last = arrived;
  trial.count += 1;
  if (trial.count !== orders) return;
  const { first, last } = trial;
  const told: CancelTold = {
    trial: number,
    first: String(first),
    last: String(last),
    count: trial.count,
  };
  process.send?.(told);
}
