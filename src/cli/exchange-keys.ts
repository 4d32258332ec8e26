/** The keys of a run's account, asked for before anything opens. */
import {
  findCredentials,
  noCredentials,
  PASSPHRASE_FLAG,
  Passphrases,
} from '../app/account-keys.ts';
import type { AssembledRun } from '../app/assemble.ts';
import type { RunOptions } from '../app/run-options.ts';
import { keysDirectory } from '../config/files.ts';
import { readEnvironment, type Started } from '../config/secrets.ts';
import { askSecret } from './ask-secret.ts';
import { note } from './output.ts';
import { textOf, type Values } from './run-flags.ts';

/** The ways to a passphrase that a command line offers. */
export function passphrasesOf(values: Values): Passphrases {
  return new Passphrases({
    fd: textOf(values, 'passphraseFd'),
    credentials: readEnvironment()['CREDENTIALS_DIRECTORY'],
    ask: process.stdin.isTTY ? (question) => askSecret(question, PASSPHRASE_FLAG) : null,
    note,
  });
}

/**
 * The run with what signs its orders; as it is where none leave for an exchange, and for a local
 * exchange of its own, which brings practice keys. Throws InputError.
 */
export async function withCredentials(
  run: AssembledRun,
  values: Values,
  started: Started | undefined,
): Promise<AssembledRun> {
  const passphrases = passphrasesOf(values);
  const options = await signed(run.options, passphrases, started);
  const others: RunOptions[] = [];
  for (const one of run.others) others.push(await signed(one, passphrases, started));
  passphrases.wipe();
  // Whatever is said or written, by whichever account, is without the secrets of all of them.
  const secrets = [options, ...others].flatMap((one) => one.secrets ?? []);
  return {
    ...run,
    options: { ...options, secrets },
    others: others.map((one) => ({ ...one, secrets })),
  };
}

async function signed(
  options: RunOptions,
  passphrases: Passphrases,
  started: Started | undefined,
): Promise<RunOptions> {
  const { exchange = null } = options;
  if (exchange === null || exchange.plan.venue === 'data' || exchange.ownEmulator) return options;
  const { id } = exchange.plan;
  const credentials = await findCredentials({
    exchange: id,
    keyName: exchange.keyName,
    secrets: started?.secrets ?? new Map(),
    keysDirectory: keysDirectory(readEnvironment()),
    passphrases,
  });
  if (credentials === null) throw noCredentials(id);
  const { key, secret, passphrase } = credentials;
  const secrets = [key, secret, ...(passphrase === null ? [] : [passphrase])];
  return {
    ...options,
    exchange: { ...exchange, credentials },
    secrets: [...(options.secrets ?? []), ...secrets],
  };
}
