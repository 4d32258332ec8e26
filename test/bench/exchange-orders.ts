/** A session at the exchange: an order on its way to the wire, and a drop until the books agree. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import { openSession } from '../../src/app/build.ts';
import type { RunOptions } from '../../src/app/run-options.ts';
import type { RunningSession } from '../../src/app/session.ts';
import { decimal } from '../../src/domain/decimal.ts';
import { type DiskChannel, createDiskThread } from '../../src/store/journal.ts';
import { ticket } from '../support/builders.ts';
import { demoOptions, makeDirectory, until } from '../support/session-kit.ts';
import { WIDE } from '../support/wide-limits.ts';
import { type BenchExchange, pause } from './exchange-kit.ts';

const ORDERS = 80;
const WARM_ORDERS = 10;
/** The exchange takes a hundred orders in ten seconds. */
const SPACING_MS = 150;
const WIRE = 'undici:request:bodySent';
const LOOK_MS = 2;
const SYMBOL = 'BTC/USDT';

function optionsFor(exchange: BenchExchange): RunOptions {
  const { credentials } = exchange;
  return demoOptions({
    mode: 'testnet',
    symbols: [SYMBOL],
    strategies: [],
    risk: WIDE,
    start: true,
    stateDirectory: makeDirectory(),
    secrets: [credentials.key, credentials.secret],
    exchange: {
      plan: { ...exchange.plan('testnet'), symbols: [SYMBOL] },
      ownEmulator: false,
      keyName: null,
      risk: {},
      source: 'the bench',
      credentials,
    },
  });
}

/** The journal's thread, and how long the newest batch waited for its disk. */
function timedDisk(): { readonly channel: DiskChannel; waited(): number; forget(): void } {
  const inner = createDiskThread();
  let posted = NaN;
  let durable = NaN;
  return {
    channel: {
      post(message) {
        if (message.kind === 'append' && Number.isNaN(posted)) posted = performance.now();
        inner.post(message);
      },
      listen: (onMessage, onDeath) =>
        inner.listen((message) => {
          if (message.kind === 'durable' && Number.isNaN(durable)) durable = performance.now();
          onMessage(message);
        }, onDeath),
    },
    waited: () => durable - posted,
    forget() {
      posted = NaN;
      durable = NaN;
    },
  };
}

export interface OrderTimes {
  /** Milliseconds from the command to the last byte of its request, without the journal's wait. */
  readonly wire: Float64Array;
  readonly journal: Float64Array;
}

export interface SessionTimes extends OrderTimes {
  /** Milliseconds from a cut to streams, account and books that stand as they should again. */
  readonly drops: Float64Array;
}

/** Opens a session, sends orders by hand, then loses every connection. */
export async function measureSession(exchange: BenchExchange): Promise<SessionTimes> {
  const disk = timedDisk();
  const session = await openSession(optionsFor(exchange), { channel: disk.channel });
  try {
    session.start();
    await until(() => isWhole(session) && session.view().account.tradingState === 'running');
    const times = await sendOrders(session, disk);
    const drops = new Float64Array(3);
    for (let i = 0; i < drops.length; i += 1) drops[i] = await timeOfDrop(session, exchange);
    return { ...times, drops };
  } finally {
    await session.close('the bench is over');
  }
}

async function sendOrders(
  session: RunningSession,
  disk: ReturnType<typeof timedDisk>,
): Promise<OrderTimes> {
  let left = NaN;
  const onBody = (message: unknown): void => {
    const { request } = message as { readonly request: { method: string; path: string } };
    if (request.method === 'POST' && request.path.endsWith('/api/v3/order')) {
      left = performance.now();
    }
  };
  subscribe(WIRE, onBody);
  const wire: number[] = [];
  const journal: number[] = [];
  for (let i = 0; i < ORDERS + WARM_ORDERS; i += 1) {
    left = NaN;
    disk.forget();
    const begun = performance.now();
    session.dispatch({
      kind: 'placeOrder',
      pressId: `bench ${i}`,
      ticket: ticket({
        symbol: SYMBOL,
        type: 'limit',
        quantity: decimal('0.001'),
        price: decimal(String(40_000 + i)),
      }),
    });
    await until(() => !Number.isNaN(left) && !Number.isNaN(disk.waited()));
    if (i >= WARM_ORDERS) {
      journal.push(disk.waited());
      wire.push(left - begun - disk.waited());
    }
    // No two orders meet the disk, or a collection, at the same distance.
    await pause(SPACING_MS + ((i * 7) % 23));
  }
  unsubscribe(WIRE, onBody);
  return { wire: Float64Array.from(wire), journal: Float64Array.from(journal) };
}

/** Do streams, account and books stand as they should? */
function isWhole(session: RunningSession): boolean {
  const { exchange, truth } = session.view();
  if (!exchange) return false;
  return exchange.link === 'stream' && exchange.data.by === 'stream' && truth.recovering === null;
}

async function timeOfDrop(session: RunningSession, exchange: BenchExchange): Promise<number> {
  await pause(2_000);
  const begun = performance.now();
  exchange.send({ kind: 'drop' });
  while (isWhole(session)) await pause(LOOK_MS);
  while (!isWhole(session)) await pause(LOOK_MS);
  return performance.now() - begun;
}
