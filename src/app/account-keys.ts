/**
 * Where the keys of an account come from: the environment first (containers), else the keystore.
 * They are held as secrets, and nothing here writes or says one. Who runs with them adds them to
 * `RunOptions.secrets`, so that whatever is logged or said is without them.
 */
import type { EnvironmentSecrets, SecretPart } from '../config/secrets.ts';
import { InputError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import type { Credentials } from '../exchange/ccxt/plan.ts';
import { toApiKey } from '../keys/api-key.ts';
import type { ApiKey, Derive, KeyLabel } from '../keys/key-file.ts';
import { listKeys } from '../keys/key-store.ts';
import { readCredential, readSecretFd } from '../keys/secret-source.ts';
import { MAX_WRONG, Unlocker } from '../keys/unlock.ts';
import { toFailure } from './failure.ts';

/** Flag of every command that may have to open a key file. */
export const PASSPHRASE_FLAG = '--passphrase-fd';

export interface PassphraseWays {
  /** Number of an open descriptor, as typed; null: none was named. */
  readonly fd: string | null;
  /** `CREDENTIALS_DIRECTORY` of systemd. */
  readonly credentials: string | undefined;
  /** Asks at the terminal, before a screen opens; null where nobody can be asked. */
  readonly ask: ((question: string) => Promise<Secret>) | null;
  /** Says one line beside the question. */
  readonly note: (line: string) => void;
}

/** The passphrase of the keystore, however many keys are opened with it. */
export class Passphrases {
  private readonly ways: PassphraseWays;
  private taken: Secret | null | undefined;

  constructor(ways: PassphraseWays) {
    this.ways = ways;
  }

  /** Handed over by a descriptor, else by systemd; null: it has to be asked for. */
  handed(): Secret | null {
    const { fd, credentials } = this.ways;
    this.taken ??= fd === null ? readCredential(credentials) : readSecretFd(PASSPHRASE_FLAG, fd);
    return this.taken;
  }

  /** Asks for the one of a key. Throws InputError where nobody can be asked. */
  ask(name: string): Promise<Secret> {
    const { ask } = this.ways;
    if (ask !== null) return ask(`passphrase of ${name}`);
    throw new InputError(
      `key ${name} needs its passphrase, and there is no terminal to ask at: ` +
        `hand it over with ${PASSPHRASE_FLAG} 3 3<FILE, or as the systemd credential tapedeck-passphrase`,
    );
  }

  note(line: string): void {
    this.ways.note(line);
  }

  wipe(): void {
    this.taken?.wipe();
    this.taken = null;
  }
}

/**
 * Opens one key of the keystore. A passphrase that was handed over has one try; who types it has
 * several, ever slower. Throws InputError.
 */
export async function unlockKey(
  name: string,
  of: {
    readonly directory: string;
    readonly passphrases: Passphrases;
    readonly derive?: Derive | undefined;
  },
): Promise<{ readonly label: KeyLabel; readonly content: ApiKey }> {
  const { directory, passphrases, derive } = of;
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const unlocker = new Unlocker({ directory, wait, ...(derive && { derive }) });
  unlocker.look(name);
  const handed = passphrases.handed();
  if (handed !== null) return unlocker.unlock(name, handed);
  for (let attempt = 1; ; attempt += 1) {
    const typed = await passphrases.ask(name);
    try {
      return await unlocker.unlock(name, typed);
    } catch (error) {
      if (attempt === MAX_WRONG) throw error;
      passphrases.note(`tapedeck: ${toFailure(error).line}`);
    } finally {
      typed.wipe();
    }
  }
}

export interface CredentialSearch {
  /** The exchange's id. */
  readonly exchange: string;
  /** Name in the keystore, as its configuration says; null: the only one of the exchange. */
  readonly keyName: string | null;
  /** What the environment brought. */
  readonly secrets: EnvironmentSecrets;
  readonly keysDirectory: string;
  readonly passphrases: Passphrases;
  /** Left out: the slow one that key files are sealed with. */
  readonly derive?: Derive;
}

/**
 * The credentials of an account; null where there is no key for its exchange. Throws InputError,
 * one line: half of a key, one of another exchange, several to choose from, a wrong passphrase.
 */
export async function findCredentials(of: CredentialSearch): Promise<Credentials | null> {
  const parts = of.secrets.get(of.exchange);
  if (parts !== undefined) return fromEnvironment(of.exchange, parts);
  const name = nameInStore(of);
  if (name === null) return null;
  const { keysDirectory: directory, passphrases, derive } = of;
  const { label, content } = await unlockKey(name, { directory, passphrases, derive });
  // The label was read before the seal was opened; only now it is proven.
  if (label.exchange !== of.exchange) throw ofAnother(name, label.exchange, of.exchange);
  return content;
}

/** What to do where `findCredentials` found nothing, in one line. */
export function noCredentials(exchange: string): InputError {
  const id = exchange.toUpperCase();
  return new InputError(
    `no key for ${exchange}: tapedeck keys add main --exchange ${exchange}, ` +
      `or TAPEDECK_${id}_KEY and TAPEDECK_${id}_SECRET in the environment`,
  );
}

/** Which variable of the environment is missing beside the others; null: none. */
export function missingVariable(
  exchange: string,
  parts: ReadonlyMap<SecretPart, Secret>,
): string | null {
  const missing = (['key', 'secret'] as const).find((part) => !parts.has(part));
  return missing === undefined
    ? null
    : `TAPEDECK_${exchange.toUpperCase()}_${missing.toUpperCase()}`;
}

function fromEnvironment(exchange: string, parts: ReadonlyMap<SecretPart, Secret>): Credentials {
  const missing = missingVariable(exchange, parts);
  const [key, secret] = [parts.get('key'), parts.get('secret')];
  if (key === undefined || secret === undefined) {
    throw new InputError(`${missing ?? exchange} is missing: a key has two halves, set both`);
  }
  return toApiKey({ key, secret, passphrase: parts.get('passphrase') ?? null });
}

/** The key of the keystore that is meant; null: there is none. Throws InputError. */
function nameInStore({ exchange, keyName, keysDirectory }: CredentialSearch): string | null {
  const labels = listKeys(keysDirectory);
  if (keyName !== null) {
    const label = labels.get(keyName);
    if (label === undefined) {
      throw new InputError(`key ${keyName} is unknown; see tapedeck keys list`);
    }
    // A damaged file says so when it is opened.
    if (label !== null && label.exchange !== exchange) {
      throw ofAnother(keyName, label.exchange, exchange);
    }
    return keyName;
  }
  const names = [...labels].filter(([, label]) => label?.exchange === exchange).map(([one]) => one);
  if (names.length > 1) {
    throw new InputError(
      `${exchange} has several keys (${names.join(', ')}): ` +
        `say which with "key" in config/exchanges/${exchange}.json`,
    );
  }
  return names[0] ?? null;
}

const ofAnother = (name: string, is: string, wanted: string): InputError =>
  new InputError(`key ${name} is of ${is}, not of ${wanted}; see tapedeck keys list`);
