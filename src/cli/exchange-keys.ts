/** The keys of a run's account, asked for before anything opens. */
import {
  findCredentials,
  noCredentials,
  PASSPHRASE_FLAG,
  Passphrases,
} from '../app/account-keys.ts';
import type { AssembledRun } from '../app/assemble.ts';
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
  const { exchange = null } = run.options;
  if (exchange === null || exchange.plan.venue === 'data' || exchange.ownEmulator) return run;
  const { id } = exchange.plan;
  const passphrases = passphrasesOf(values);
  const credentials = await findCredentials({
    exchange: id,
    keyName: exchange.keyName,
    secrets: started?.secrets ?? new Map(),
    keysDirectory: keysDirectory(readEnvironment()),
    passphrases,
  });
  passphrases.wipe();
  if (credentials === null) throw noCredentials(id);
  const { key, secret, passphrase } = credentials;
  const secrets = [key, secret, ...(passphrase === null ? [] : [passphrase])];
  const options = {
    ...run.options,
    exchange: { ...exchange, credentials },
    secrets: [...(run.options.secrets ?? []), ...secrets],
  };
  return { ...run, options };
}
