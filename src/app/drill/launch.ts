/** Finds the practice exchange of a session, or starts it. */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { encodeJson } from '../../domain/codec.ts';
import type { Decimal } from '../../domain/decimal.ts';
import { InputError, messageOf } from '../../domain/errors.ts';
import type { Market } from '../../domain/market.ts';
import type { Position } from '../../domain/position.ts';
import type { EpochMs } from '../../domain/time.ts';
import { type PracticeClient, connectPractice } from '../../exchange/practice/socket-client.ts';
import type { SimModel } from '../../exchange/sim/models.ts';

/** Everything the process is told; JSON on its command line, no secrets in it. */
export interface ExchangePlan {
  readonly socket: string;
  readonly drill: string;
  readonly seed: number;
  readonly accountId: string;
  readonly markets: readonly Market[];
  readonly balances: readonly (readonly [string, Decimal])[];
  readonly positions: readonly Position[];
  readonly model: SimModel;
  readonly startTime: EpochMs;
}

/** Of its socket in the state directory. */
export const EXCHANGE_SOCKET = 'exchange.sock';

export const exchangeSocket = (directory: string): string => join(directory, EXCHANGE_SOCKET);

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
  const child = spawn(process.execPath, [script.pathname, encodeJson(plan)], {
    detached: true,
    stdio: 'ignore',
    env: {},
  });
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
