/** `keys add|list|remove|check`: the encrypted keystore. */
import type { Command } from 'commander';
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
import { readCredential, readSecretFd } from '../keys/secret-source.ts';
import { MAX_WRONG, Unlocker } from '../keys/unlock.ts';
import { askSecret } from './ask-secret.ts';
import { addSubcommand, createCommand, runCommand, UsageError } from './command.ts';
import { note, print, printJson, toPairs, toTable } from './output.ts';
import { textOf, type Values } from './run-flags.ts';

const PASSPHRASE_FLAG = '--passphrase-fd';
const SECRETS_FLAG = '--secrets-fd';

/** Runs a `keys` command. `started`: what the environment brought. */
export async function execute(args: readonly string[], started?: Started): Promise<number> {
  const command = createCommand({
    name: 'keys',
    summary: 'Keep the keys of exchanges in encrypted files. Secrets are typed, never arguments.',
    examples: [
      'tapedeck keys add main --exchange kraken',
      'tapedeck keys check main --passphrase-fd 3 3<passphrase.txt',
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
  const check = named(command, 'check', 'unlock a key and say what is known of it');
  check.option(`${PASSPHRASE_FLAG} <N>`, "read the file's passphrase from an open descriptor");
  check.option('--json', 'one JSON document');
  check.action((name: string, values: Values) => checkKey(name, values, check));
  await runCommand(command, args);
  return 0;
}

/** Further operands may be secrets: they are refused by us, without being repeated. */
function named(command: Command, name: string, summary: string): Command {
  return addSubcommand(command, `${name} <name>`, summary).allowExcessArguments(true);
}

function checkOperands(name: string, command: Command): void {
  checkKeyName(name);
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
  const given = handedPassphrase(values);
  if (given !== null) return checkPassphrase(given);
  const first = await askSecret('passphrase for the file (12 characters or more)', PASSPHRASE_FLAG);
  checkPassphrase(first);
  const again = await askSecret('the same passphrase again', PASSPHRASE_FLAG);
  const same = first.reveal() === again.reveal();
  again.wipe();
  if (!same) throw new UsageError('the two passphrases differ; nothing was kept');
  return first;
}

/** From the descriptor, else from systemd; null: it has to be asked for. */
function handedPassphrase(values: Values): Secret | null {
  const fd = textOf(values, 'passphraseFd');
  if (fd !== null) return readSecretFd(PASSPHRASE_FLAG, fd);
  return readCredential(readEnvironment()['CREDENTIALS_DIRECTORY']);
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
      problem: missingPart(exchange, parts),
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

function missingPart(
  exchange: string,
  parts: EnvironmentSecrets extends ReadonlyMap<string, infer Parts> ? Parts : never,
): string | null {
  const missing = (['key', 'secret'] as const).find((part) => !parts.has(part));
  if (missing === undefined) return null;
  return `TAPEDECK_${exchange.toUpperCase()}_${missing.toUpperCase()} is missing`;
}

async function removeNamed(name: string, command: Command): Promise<void> {
  checkOperands(name, command);
  removeKey(ownDirectory(), name);
  await print(`key ${name} is removed; revoke it at the exchange if anybody else may have it`);
}

const PERMISSIONS = 'not known: they are asked of the exchange, which this version cannot do yet';

async function checkKey(name: string, values: Values, command: Command): Promise<void> {
  checkOperands(name, command);
  const { label, content } = await unlock(name, values);
  const hasPassphrase = content.passphrase !== null;
  wipeApiKey(content);
  const { exchange, created } = label;
  if (values['json'] === true) {
    const known = { name, exchange, created, unlocks: true, hasPassphrase };
    return printJson({ ...known, permissions: null });
  }
  await print(
    toPairs([
      ['key', name],
      ['exchange', exchange],
      ['created', dateText(created)],
      ['unlocks', 'yes'],
      ["exchange's passphrase", hasPassphrase ? 'yes' : 'no'],
      ['permissions', PERMISSIONS],
    ]),
  );
}

/** A passphrase that was handed over has one try; who types it has several, ever slower. */
async function unlock(name: string, values: Values) {
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const unlocker = new Unlocker({ directory: ownDirectory(), wait });
  unlocker.look(name);
  const handed = handedPassphrase(values);
  for (let attempt = 1; ; attempt += 1) {
    const passphrase = handed ?? (await askSecret(`passphrase of ${name}`, PASSPHRASE_FLAG));
    try {
      return await unlocker.unlock(name, passphrase);
    } catch (error) {
      if (handed !== null || attempt === MAX_WRONG) throw error;
      const { toFailure } = await import('../app/failure.ts');
      note(`tapedeck: ${toFailure(error).line}`);
    } finally {
      passphrase.wipe();
    }
  }
}

const ownDirectory = (): string => keysDirectory(readEnvironment());

const dateText = (time: number | null): string =>
  time === null ? '-' : new Date(time).toISOString().slice(0, 10);
