/** The local exchange of the bench in a process of its own, and how it is spoken to. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { Secret } from '../../src/domain/secret.ts';
import type { Credentials, ExchangePlan } from '../../src/exchange/ccxt/plan.ts';
import type { FloodKind } from '../../src/exchange/emulator/market.ts';

export type ToEmulator =
  | { readonly kind: 'flood'; readonly perSecond: number; readonly what: FloodKind }
  | { readonly kind: 'note' | 'notes' | 'counts' | 'drop' };

export type FromEmulator =
  | {
      readonly kind: 'ready';
      readonly endpoint: string;
      readonly key: string;
      readonly secret: string;
      readonly symbols: readonly string[];
    }
  | {
      readonly kind: 'notes';
      readonly sent: readonly { readonly at: string; readonly text: string }[];
    }
  | { readonly kind: 'counts'; readonly messages: number };

type Answer<K extends FromEmulator['kind']> = Extract<FromEmulator, { kind: K }>;

export interface BenchExchange extends Omit<Answer<'ready'>, 'kind'> {
  readonly credentials: Credentials;
  readonly plan: (venue: ExchangePlan['venue']) => ExchangePlan;
  send(message: ToEmulator): void;
  ask<K extends 'notes' | 'counts'>(kind: K): Promise<Answer<K>>;
  close(): void;
}

/** Starts it. Rejects when it ends before it answers. */
export async function startExchange(): Promise<BenchExchange> {
  const child = fork(join(import.meta.dirname, 'exchange-emulator.ts'));
  const ready = await next(child, 'ready');
  const { endpoint, key, secret, symbols } = ready;
  return {
    ...ready,
    credentials: { key: Secret.of(key), secret: Secret.of(secret), passphrase: null },
    plan: (venue) => ({ id: 'binance', account: 'main', venue, endpoint, symbols }),
    send: (message) => void child.send(message),
    ask: (kind) => {
      const answer = next(child, kind);
      child.send({ kind } satisfies ToEmulator);
      return answer;
    },
    close: () => void child.kill('SIGKILL'),
  };
}

function next<K extends FromEmulator['kind']>(child: ChildProcess, kind: K): Promise<Answer<K>> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error('the local exchange has ended'));
    const onMessage = (message: FromEmulator): void => {
      if (message.kind !== kind) return;
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(message as Answer<K>);
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** Megabytes of the heap that are in use after everything unused has gone. */
export async function usedHeap(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What ends in a callback of the first collection goes with the second.
  collect();
  await pause(50);
  collect();
  return process.memoryUsage().heapUsed / 1e6;
}
