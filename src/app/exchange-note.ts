/**
 * `exchange.json` of a state directory: which account of which exchange a session trades, and at
 * which address. It is what `tapedeck panic` goes by when no console answers. No secrets.
 */
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { errnoOf, InputError, messageOf } from '../domain/errors.ts';
import type { ExchangePlan } from '../exchange/ccxt/plan.ts';
import { EXCHANGE_FILE } from '../store/state-dir.ts';
import { READ_EXISTING } from '../store/store-fs.ts';
import { replaceFile } from '../store/whole-file.ts';

export interface ExchangeNote {
  readonly plan: ExchangePlan;
  /** Key in the keystore; null: of the environment, or the only one of the exchange. */
  readonly keyName: string | null;
  /** The library's own markets of the plan's symbols: a panic need not ask for them first. */
  readonly markets?: readonly unknown[];
}

const noteSchema = z.object({
  plan: z.object({
    id: z.string().min(1).max(32),
    account: z.string().min(1).max(64),
    venue: z.enum(['live', 'testnet', 'data']),
    endpoint: z.string().max(200).nullable(),
    symbols: z.array(z.string().max(64)).max(100),
  }),
  keyName: z.string().max(64).nullable(),
  markets: z.array(z.unknown()).max(100).optional(),
});

/** Leaves the note for a panic without a console. Throws what the file system says. */
export function writeExchangeNote(directory: string, note: ExchangeNote): void {
  const { plan, keyName, markets } = note;
  const { id, account, venue, endpoint, symbols } = plan;
  const kept = { plan: { id, account, venue, endpoint, symbols }, keyName, markets };
  replaceFile(join(directory, EXCHANGE_FILE), `${JSON.stringify(kept)}\n`);
}

/** The note of a state directory; null where none was left. Throws InputError for a damaged one. */
export function readExchangeNote(directory: string): ExchangeNote | null {
  const path = join(directory, EXCHANGE_FILE);
  try {
    const fd = openSync(path, READ_EXISTING);
    try {
      const { plan, keyName, markets } = noteSchema.parse(JSON.parse(readFileSync(fd, 'utf8')));
      return { plan, keyName, ...(markets === undefined ? {} : { markets }) };
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    const why = error instanceof z.ZodError ? 'it is not as it was written' : messageOf(error);
    throw new InputError(`${path} cannot be used: ${why}; start the console once`, 1);
  }
}
