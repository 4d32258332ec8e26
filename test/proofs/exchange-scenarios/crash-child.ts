/** A live session in a process of its own that dies at one point of the life of its orders. */
import { writeSync } from 'node:fs';

import { openSession } from '../../../src/app/build.ts';
import { createDiskThread, type DiskChannel } from '../../../src/store/journal.ts';
import type { DialectName } from '../../../src/exchange/emulator/dialect.ts';
import { liveOptions } from '../../app/live/live-kit.ts';
import { decimal } from '../../../src/domain/decimal.ts';
import { ticket } from '../../support/builders.ts';
import { bendTime } from './fast-time.ts';
import { letTrade, openPatiently } from './trading.ts';

/** Where it dies; `never`: whoever started it kills it. */
export type CrashPoint = 'durable' | 'fill' | 'never';

export interface CrashPlan {
  readonly dialect: DialectName;
  readonly endpoint: string;
  readonly apiKey: string;
  readonly secret: string;
  readonly stateDirectory: string;
  /** See `bendTime`. */
  readonly begun: number;
  readonly at: CrashPoint;
  /** Price of the limit order it makes; null: an order at the market. */
  readonly price: string | null;
}

const die = (): void => void process.kill(process.pid, 'SIGKILL');

/** A disk that the process dies at: before it writes a fill, or once an order is written. */
function deadly(at: CrashPoint): DiskChannel {
  const disk = createDiskThread();
  let order = Infinity;
  return {
    post(message) {
      if (message.kind === 'append') {
        if (at === 'fill' && message.lines.some((line) => line.includes('"kind":"fill"'))) die();
        const isOrder = message.lines.some((line) => line.includes('"kind":"orderCreated"'));
        if (at === 'durable' && isOrder) order = message.lastN;
      }
      disk.post(message);
    },
    listen(onMessage, onDeath) {
      disk.listen((message) => {
        if (message.kind === 'durable' && message.lastN >= order) die();
        onMessage(message);
      }, onDeath);
    },
  };
}

const plan = JSON.parse(process.argv[2] ?? '{}') as CrashPlan;
bendTime(plan.begun);
const { dialect, endpoint, apiKey, secret, stateDirectory, at, price } = plan;
const place = { endpoint, credentials: () => ({ apiKey, secret }) };
const options = liveOptions(place, dialect, { stateDirectory });
const session = await openPatiently(() => openSession(options, { channel: deadly(at) }));
session.start();
await letTrade(session, dialect);
const quantity = decimal('0.002');
const limit = price === null ? {} : { type: 'limit', price: decimal(price) };
const asked = ticket({ symbol: 'BTC/USDT', quantity, ...(limit as object) });
session.dispatch({ kind: 'placeOrder', ticket: asked, pressId: `key-${plan.begun}` });
writeSync(1, 'placed\n');
