/** Finds the practice exchange of a session, or starts it. */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { encodeJson } from '../../domain/codec.ts';
import type { Decimal } from '../../domain/decimal.ts';
import type { Market } from '../../domain/market.ts';
import type { Position } from '../../domain/position.ts';
import type { EpochMs } from '../../domain/time.ts';
import { type PracticeClient, connectPractice } from '../../exchange/practice/socket-client.ts';
import type { SimModel } from '../../exchange/sim/models.ts';
import { startCompanion } from '../companion.ts';

/** Everything the process is told; JSON on its command line, no secrets in it. */
export interface ExchangePlan {
  readonly socket: string;
  readonly drill: string;
  readonly seed: number;
  readonly accountId: string;
  readonly markets: readonly Market[];
  /** Not a list of pairs: decimals are told by their names when JSON is read back. */
  readonly balances: readonly { readonly asset: string; readonly total: Decimal }[];
  readonly positions: readonly Position[];
  readonly model: SimModel;
  readonly startTime: EpochMs;
}

export const exchangeSocket = (directory: string): string => join(directory, 'exchange.sock');

/** What it has to say when it fails; among the log files. */
const EXCHANGE_LOG = 'exchange.log';

/** Connects to the exchange that still runs from the session before; null when none does. */
export async function findExchange(directory: string): Promise<PracticeClient | null> {
  try {
    return await connectPractice(exchangeSocket(directory));
  } catch {
    return null; // nobody listens there
  }
}

/** Starts the exchange and connects. Throws InputError when it does not come up. */
export async function startExchange(plan: ExchangePlan): Promise<PracticeClient> {
  rmSync(plan.socket, { force: true });
  return startCompanion({
    what: 'the practice exchange',
    script: new URL('./process.ts', import.meta.url),
    plan: encodeJson(plan),
    directory: dirname(plan.socket),
    log: EXCHANGE_LOG,
    connect: () => connectPractice(plan.socket),
  });
}
