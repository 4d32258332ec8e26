/**
 * The emulator of a session, in a process of its own: it outlives the console, so that what a crash
 * leaves behind at an exchange can be seen. Ends when nobody was connected for a while.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';

import { decodeJson } from '../../domain/codec.ts';
import { errnoOf, required } from '../../domain/errors.ts';
import { createWallClock } from '../../engine/clock.ts';
import { USUAL_ACCOUNTS } from '../../exchange/emulator/accounts.ts';
import { type Emulator, startEmulator } from '../../exchange/emulator/emulator.ts';
import { wallScheduler } from '../../exchange/emulator/wall-scheduler.ts';
import { untilLonely } from '../companion.ts';
import type { EmulatorPlan } from './launch.ts';
import { keepMoney, notePath, withMoneyLeft, writeNote } from './note.ts';

const LOOK_MS = 1_000;

await serve(decodeJson(process.argv[2] ?? '') as EmulatorPlan);

async function serve(plan: EmulatorPlan): Promise<void> {
  const { dialect, directory } = plan;
  const accounts = withMoneyLeft(directory, USUAL_ACCOUNTS);
  const instance = randomUUID();
  const emulator = await onItsPort(plan, (port) =>
    startEmulator({
      dialect,
      seed: plan.seed,
      port,
      accounts,
      instance,
      clock: createWallClock(),
      scheduler: wallScheduler,
    }),
  );
  const keep = (): void => keepMoney(directory, emulator.core.accounts, accounts);
  const end = (): void => {
    if (existsSync(directory)) keep();
    process.exit(0);
  };
  const { key, secret } = required(emulator.core.accounts[0], 'account');
  keep();
  writeNote(directory, { dialect, port: emulator.port, pid: process.pid, instance, key, secret });
  process.on('SIGTERM', end);
  watch({ emulator, directory, keep, end });
}

/** The port of before, so that whoever knows it finds the same exchange; else any other. */
async function onItsPort(
  { port }: EmulatorPlan,
  start: (port: number) => Promise<Emulator>,
): Promise<Emulator> {
  try {
    return await start(port);
  } catch (error) {
    if (errnoOf(error) !== 'EADDRINUSE') throw error;
    return start(0);
  }
}

function watch(of: {
  readonly emulator: Emulator;
  readonly directory: string;
  readonly keep: () => void;
  readonly end: () => void;
}): void {
  const { emulator, directory, keep, end } = of;
  let isChanged = false;
  for (const { exchange } of emulator.core.accounts) {
    const note = (): void => void (isChanged = true);
    exchange.listen({ onOrder: note, onFill: note, onAccount: note, onLink: () => undefined });
  }
  const onConnections = untilLonely(end);
  let asked = -1;
  let wasUsed = true;
  setInterval(() => {
    // Whoever removes the state of a session is done with its exchange, too.
    if (!existsSync(notePath(directory))) process.exit(0);
    if (isChanged) keep();
    isChanged = false;
    // Whoever polls instead of listening is there, too.
    const { requests } = emulator.control.counts();
    const isUsed = emulator.connections() > 0 || requests !== asked;
    asked = requests;
    if (isUsed !== wasUsed) onConnections(isUsed ? 1 : 0);
    wasUsed = isUsed;
  }, LOOK_MS);
}
