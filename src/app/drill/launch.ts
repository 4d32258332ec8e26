/** Finds the practice exchange of a session, or starts it. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { encodeJson } from '../../domain/codec.ts';
import type { Decimal } from '../../domain/decimal.ts';
import { InputError, messageOf } from '../../domain/errors.ts';
import type { Market } from '../../domain/market.ts';
import type { Position } from '../../domain/position.ts';
import type { EpochMs } from '../../domain/time.ts';
import { type PracticeClient, connectPractice } from '../../exchange/practice/socket-client.ts';
import type { SimModel } from '../../exchange/sim/models.ts';
import { LOG_DIRECTORY } from '../../store/state-dir.ts';

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

/** A busy machine may take its time to start a process. */
const START_MS = 30_000;
const LOOK_MS = 50;

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
  const script = new URL('./process.ts', import.meta.url);
  const logs = join(dirname(plan.socket), LOG_DIRECTORY);
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const log = openSync(join(logs, EXCHANGE_LOG), 'a', 0o600);
  const child = spawn(process.execPath, [fileURLToPath(script), encodeJson(plan)], {
    detached: true,
    stdio: ['ignore', 'ignore', log],
    env: {},
  });
  closeSync(log);
  child.unref();
  let problem = 'it did not start';
  for (let waited = 0; waited < START_MS; waited += LOOK_MS) {
    try {
      return await connectPractice(plan.socket);
    } catch (error) {
      problem = messageOf(error);
    }
    await sleep(LOOK_MS);
  }
  throw new InputError(`the practice exchange cannot be reached: ${problem}`, 1);
}
