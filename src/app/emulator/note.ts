/** What a session's own emulator leaves in the state directory: where it is, and its accounts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

import { toText } from '../../domain/decimal.ts';
import { errnoOf } from '../../domain/errors.ts';
import type { AccountPlan } from '../../exchange/emulator/accounts.ts';
import type { EmulatorAccount } from '../../exchange/emulator/dialect.ts';
import { replaceFile } from '../../store/whole-file.ts';

const NOTE_FILE = 'emulator.json';
const ACCOUNTS_FILE = 'emulator-accounts.json';

/** Where it listens and what signs there. Practice keys, still for nobody else's eyes (0600). */
const NOTE = z.object({
  dialect: z.string(),
  port: z.number().int(),
  pid: z.number().int(),
  /** Drawn by the process: another one on the same port says another. */
  instance: z.string(),
  key: z.string(),
  secret: z.string(),
});
export type EmulatorNote = z.infer<typeof NOTE>;

const ACCOUNTS = z.record(
  z.string(),
  z.object({ balances: z.record(z.string(), z.string()), numbered: z.number().int().min(0) }),
);

export const notePath = (directory: string): string => join(directory, NOTE_FILE);

/** The note of the newest process; null where none was left, or one that is not one. */
export function readNote(directory: string): EmulatorNote | null {
  return NOTE.safeParse(readJson(notePath(directory))).data ?? null;
}

/** Replaces the note. */
export function writeNote(directory: string, note: EmulatorNote): void {
  replaceFile(notePath(directory), `${JSON.stringify(note)}\n`);
}

/** The plans with the money that a process before this one left, and numbers above its own. */
export function withMoneyLeft(
  directory: string,
  plans: readonly AccountPlan[],
): readonly AccountPlan[] {
  const left = ACCOUNTS.safeParse(readJson(join(directory, ACCOUNTS_FILE))).data ?? {};
  return plans.map((plan) => (Object.hasOwn(left, plan.id) ? { ...plan, ...left[plan.id] } : plan));
}

/** Keeps the money of every account for the next process. `before`: numbers given earlier. */
export function keepMoney(
  directory: string,
  accounts: readonly EmulatorAccount[],
  before: readonly AccountPlan[],
): void {
  const rows = accounts.map(({ id, exchange }) => {
    const balances = exchange.balances().map(({ asset, total }) => {
      return [asset, toText(total)] as const;
    });
    const earlier = before.find((plan) => plan.id === id)?.numbered ?? 0;
    const row = { balances: Object.fromEntries(balances), numbered: earlier + exchange.numbered };
    return [id, row] as const;
  });
  replaceFile(join(directory, ACCOUNTS_FILE), `${JSON.stringify(Object.fromEntries(rows))}\n`);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}
