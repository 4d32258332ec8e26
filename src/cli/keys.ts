/** `keys add|list|remove|check`: the encrypted keystore. */
import type { Command } from 'commander';
import { missingVariable, PASSPHRASE_FLAG } from '../app/account-keys.ts';
import { EXIT } from '../app/failure.ts';
import { keysDirectory } from '../config/files.ts';
import {
  type EnvironmentSecrets,
  readEnvironment,
  type SecretPart,
  type Started,
} from '../config/secrets.ts';
import type { Secret } from '../domain/secret.ts';
import { checkPassphrase, parseApiKey, toApiKey, wipeApiKey } from '../keys/api-key.ts';
import { type ApiKey, EXCHANGE_ID, type KeyLabel, sealKey } from '../keys/key-file.ts';
import { checkKeyName, listKeys, removeKey, writeKey } from '../keys/key-store.ts';
import { readSecretFd } from '../keys/secret-source.ts';
import { askSecret } from './ask-secret.ts';
import { addSubcommand, createCommand, runCommand, UsageError } from './command.ts';
import { passphrasesOf } from './exchange-keys.ts';
import { checkNamed, dateText } from './key-check.ts';
import { print, printJson, toTable } from './output.ts';
import { textOf, type Values } from './run-flags.ts';

const CHECK_SUMMARY = 'unlock a key and ask its exchange what it may do; exit 3: live refuses it';
const SECRETS_FLAG = '--secrets-fd';

/** Runs a `keys` command. `started`: what the environment brought. */
export async function execute(args: readonly string[], started?: Started): Promise<number> {
  const command = createCommand({
    name: 'keys',
    summary: 'Keep the keys of exchanges in encrypted files. Secrets are typed, never arguments.',
    examples: [
      'tapedeck keys add main --exchange kraken',
      'tapedeck keys check main --passphrase-fd 3 3<passphrase.txt',
      'tapedeck keys check --exchange binance --emulator',
      'tapedeck keys list --json',
    ],
  });
  const add = named(command, 'add', 'ask for a key and keep it under a name');
  add.requiredOption('--exchange <ID>', 'the exchange it belongs to');
  add.option(`${SECRETS_FLAG} <N>`, 'read key, secret and passphrase as JSON from a descriptor');
  add.option(`${PASSPHRASE_FLAG} <N>`, "read the file's passphrase from an open descriptor");
  add.action((name: string, values: Values) => addKey(name, values, add));
  addSubcommand(command, 'list', 'names, exchanges and ages; no secret is read')
    .option('--json', 'one JSON document')
    .action((values: Values) =>
      list(values, started?.secrets ?? new Map<string, ReadonlyMap<SecretPart, Secret>>()),
    );
  const remove = named(command, 'remove', 'delete a key; revoke it at the exchange, too');
  remove.action((name: string) => removeNamed(name, remove));
  let exitCode: number = EXIT.done;
  const check = addSubcommand(command, 'check [name]', CHECK_SUMMARY).allowExcessArguments(true);
  check
    .option('--exchange <ID>', 'the key of an exchange, of the environment too')
    .option('--emulator', 'ask the local exchange that tapedeck emulator runs')
    .option('--offline', 'unlock it, and ask nobody')
    .option('--config <DIR>', 'configuration directory')
    .option(`${PASSPHRASE_FLAG} <N>`, "read the file's passphrase from an open descriptor")
    .option('--json', 'one JSON document')
    .action(async (name: string | undefined, values: Values) => {
      checkOperands(name, check);
      exitCode = await checkNamed(name, values, started);
    });
  await runCommand(command, args);
  return exitCode;
}

/** Further operands may be secrets: they are refused by us, without being repeated. */
function named(command: Command, name: string, summary: string): Command {
  return addSubcommand(command, `${name} <name>`, summary).allowExcessArguments(true);
}

function checkOperands(name: string | undefined, command: Command): void {
  if (name !== undefined) checkKeyName(name);
  if (command.args.length > 1) {
    throw new UsageError('one name and nothing else; secrets are asked for, never arguments');
  }
}

async function addKey(name: string, values: Values, command: Command): Promise<void> {
  checkOperands(name, command);
  const exchange = textOf(values, 'exchange') ?? '';
  if (!EXCHANGE_ID.test(exchange)) {
    throw new UsageError('--exchange: allowed: an id such as binance or kraken');
  }
  const directory = ownDirectory();
  // Before anything is typed that would be lost.
  if (listKeys(directory).has(name)) {
    throw new UsageError(`key ${name} exists; remove it first (tapedeck keys remove ${name})`);
  }
  const content = await enteredKey(values);
  const passphrase = await newPassphrase(values);
  const label: KeyLabel = { name, exchange, created: Date.now() };
  try {
    writeKey(directory, name, await sealKey(label, { content, passphrase }));
  } finally {
    wipeApiKey(content);
    passphrase.wipe();
  }
  await print(`key ${name} for ${exchange} is kept in ${directory}`);
}

async function enteredKey(values: Values): Promise<ApiKey> {
  const fd = textOf(values, 'secretsFd');
  if (fd !== null) return parseApiKey(SECRETS_FLAG, readSecretFd(SECRETS_FLAG, fd));
  const ask = (question: string): Promise<Secret> => askSecret(question, SECRETS_FLAG);
  const key = await ask('API key');
  const secret = await ask('API secret');
  const passphrase = await ask("the exchange's own passphrase (Enter: none)");
  return toApiKey({ key, secret, passphrase: passphrase.length === 0 ? null : passphrase });
}

async function newPassphrase(values: Values): Promise<Secret> {
  const given = passphrasesOf(values).handed();
  if (given !== null) return checkPassphrase(given);
  const first = await askSecret('passphrase for the file (12 characters or more)', PASSPHRASE_FLAG);
  checkPassphrase(first);
  const again = await askSecret('the same passphrase again', PASSPHRASE_FLAG);
  const same = first.reveal() === again.reveal();
  again.wipe();
  if (!same) throw new UsageError('the two passphrases differ; nothing was kept');
  return first;
}

interface ListedKey {
  /** Null: of the environment. */
  readonly name: string | null;
  readonly exchange: string | null;
  readonly created: number | null;
  readonly source: 'file' | 'environment';
  /** What is wrong with it; null where nothing is. */
  readonly problem: string | null;
}

async function list(values: Values, secrets: EnvironmentSecrets): Promise<void> {
  const files: ListedKey[] = [...listKeys(ownDirectory())].map(([name, label]) => ({
    name,
    exchange: label?.exchange ?? null,
    created: label?.created ?? null,
    source: 'file',
    problem: label === null ? 'not a key file of this version, or changed' : null,
  }));
  const fromEnvironment: ListedKey[] = [...secrets]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([exchange, parts]) => ({
      name: null,
      exchange,
      created: null,
      source: 'environment',
      problem: missingWords(exchange, parts),
    }));
  const all = [...files, ...fromEnvironment];
  if (values['json'] === true) return printJson(all);
  if (all.length === 0) return print('no keys; tapedeck keys add NAME --exchange ID keeps one');
  await print(
    toTable(all, [
      { title: 'name', cell: ({ name }) => name ?? '-' },
      { title: 'exchange', cell: ({ exchange }) => exchange ?? '-' },
      { title: 'created', cell: ({ created }) => dateText(created) },
      { title: 'source', cell: ({ source }) => source },
      { title: 'problem', cell: ({ problem }) => problem ?? '' },
    ]),
  );
}

function missingWords(...of: Parameters<typeof missingVariable>): string | null {
  const missing = missingVariable(...of);
  return missing === null ? null : `${missing} is missing`;
}

async function removeNamed(name: string, command: Command): Promise<void> {
  checkOperands(name, command);
  removeKey(ownDirectory(), name);
  await print(`key ${name} is removed; revoke it at the exchange if anybody else may have it`);
}

const ownDirectory = (): string => keysDirectory(readEnvironment());
