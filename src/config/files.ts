/** Where configuration and state lie, and how a configuration file is read. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { InputError, errnoOf, messageOf } from '../domain/errors.ts';
import { isLoopbackHost } from '../domain/loopback.ts';
import { MAX_CONFIG_BYTES, parseJson } from './json.ts';

export type Environment = Readonly<Record<string, string>>;

export const MAIN_FILE = 'tapedeck.json';
export const STRATEGIES_FOLDER = 'strategies';
export const EXCHANGES_FOLDER = 'exchanges';
const MAX_INSTANCES = 100;
const MAX_ACCOUNTS = 16;
const INSTANCE_ID = /^[a-z0-9][a-z0-9-]{0,39}$/;

interface Place {
  /** From `--config` or `--state`. */
  readonly flag: string | null;
  readonly environment: Environment;
  readonly cwd: string;
}

/** The configuration directory (DECISIONS 23); null when there is none and defaults are used. */
export function findConfigDirectory(place: Place): string | null {
  const { flag, environment, cwd } = place;
  const named = flag ?? environment['TAPEDECK_CONFIG'] ?? null;
  if (named !== null) {
    const directory = resolve(cwd, named);
    if (isConfigDirectory(directory)) return directory;
    const by = flag === null ? 'TAPEDECK_CONFIG' : '--config';
    throw new InputError(
      `${by}: ${named} holds no ${MAIN_FILE}; name a directory that does, e.g. a copy of config/`,
    );
  }
  const local = join(cwd, 'config');
  if (isConfigDirectory(local)) return local;
  const own = join(base(environment, 'XDG_CONFIG_HOME', '.config'), 'tapedeck');
  return isConfigDirectory(own) ? own : null;
}

/** Accounts of exchanges may be all there is: overlooked, an emulator's would be the real one's. */
function isConfigDirectory(directory: string): boolean {
  return [MAIN_FILE, EXCHANGES_FOLDER].some((name) => existsSync(join(directory, name)));
}

/** Where encrypted keys lie: never in a configuration directory, which may be shared or public. */
export function keysDirectory(environment: Environment): string {
  return join(base(environment, 'XDG_CONFIG_HOME', '.config'), 'tapedeck', 'keys');
}

/** Where candles of exchanges are kept: shared by all profiles, and nothing but a cache. */
export function dataDirectory(environment: Environment): string {
  const share = base(environment, 'XDG_DATA_HOME', join('.local', 'share'));
  return join(share, 'tapedeck', 'candles');
}

/** Seed whose demo market needs no mark in the directory's name. */
export const DEFAULT_SEED = 1;

/**
 * The state directory of a profile and mode; it may not exist yet. A demo market of another seed
 * is another world, with a place of its own; what is practiced never mixes with what is not.
 */
export function stateDirectory(
  place: Place & {
    readonly profile: string;
    readonly mode: string;
    readonly seed: number;
    readonly drill: string;
    /** The exchange is a local one: what is practiced there has books of its own. */
    readonly emulator?: boolean;
  },
): string {
  const named = place.flag ?? place.environment['TAPEDECK_STATE'] ?? null;
  if (named === '') throw new InputError('--state is empty; name a directory');
  if (named !== null) return resolve(place.cwd, named);
  const root = base(place.environment, 'XDG_STATE_HOME', join('.local', 'state'));
  const world = place.mode === 'demo' && place.seed !== DEFAULT_SEED ? `-seed${place.seed}` : '';
  const practice = place.drill === 'none' ? '' : '-drill';
  const emulator = place.emulator === true ? '-emulator' : '';
  return join(root, 'tapedeck', `${place.profile}-${place.mode}${practice}${emulator}${world}`);
}

/** Is it an address of this machine, and nothing but scheme, host and port? */
export function isLoopback(address: string): boolean {
  const url = URL.parse(address);
  if (url === null || url.protocol !== 'http:' || url.username !== '' || url.search !== '') {
    return false;
  }
  if (url.pathname !== '/' || url.hash !== '') return false;
  return isLoopbackHost(url.hostname);
}

/** Relative paths in XDG variables are invalid and to be ignored (XDG base directories). */
function base(environment: Environment, variable: string, fallback: string): string {
  const named = environment[variable] ?? '';
  if (isAbsolute(named)) return named;
  const home = environment['HOME'] ?? '';
  // An empty HOME would put the state into whatever directory the program was started in.
  return join(isAbsolute(home) ? home : userInfo().homedir, fallback);
}

export interface ConfigFile {
  /** As messages name it: relative to the working directory where that is shorter. */
  readonly name: string;
  readonly text: string;
  readonly value: unknown;
}

/** One file, size and encoding checked. Throws InputError. */
export function readConfigFile(path: string, cwd: string): ConfigFile {
  const name = shortName(path, cwd);
  const text = readConfigText(path, name);
  return { name, text, value: parseJson(text, name) };
}

/** Paths of the account files by name, sorted; empty when the directory has no such folder. */
export function listExchangeFiles(directory: string, cwd: string): Map<string, string> {
  const folder = join(directory, EXCHANGES_FOLDER);
  if (!existsSync(folder)) return new Map();
  const names = namesIn(folder, cwd).filter((name) => name.endsWith('.json') && name[0] !== '.');
  if (names.length > MAX_ACCOUNTS) {
    const found = `${names.length} files; at most ${MAX_ACCOUNTS} accounts fit into one console`;
    throw new InputError(`${shortName(folder, cwd)}: ${found}`);
  }
  return new Map(names.sort().map((name) => [name.slice(0, -'.json'.length), join(folder, name)]));
}

/** Paths of the instance files by id, sorted; null when the directory has no such folder. */
export function listInstanceFiles(directory: string, cwd: string): Map<string, string> | null {
  const folder = join(directory, STRATEGIES_FOLDER);
  if (!existsSync(folder)) return null;
  const names = namesIn(folder, cwd).filter((name) => name.endsWith('.json') && name[0] !== '.');
  if (names.length > MAX_INSTANCES) {
    const found = `${names.length} files; at most ${MAX_INSTANCES} strategies run at once`;
    throw new InputError(`${shortName(folder, cwd)}: ${found}`);
  }
  const found = new Map<string, string>();
  for (const name of names.sort()) {
    const id = name.slice(0, -'.json'.length);
    if (!INSTANCE_ID.test(id) || id === 'manual') {
      const file = shortName(join(folder, name), cwd);
      throw new InputError(
        `${file}: the name is the strategy's id; use 1 to 40 of a-z, 0-9, "-", and not "manual"`,
      );
    }
    found.set(id, join(folder, name));
  }
  return found;
}

function namesIn(folder: string, cwd: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new InputError(`${shortName(folder, cwd)} cannot be read: ${reason(error)}`);
  }
}

export function shortName(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short.startsWith('..') || short === '' ? path : short;
}

/** Its text alone: of a plain file of at most 1 MB, in UTF-8. Throws InputError. */
export function readConfigText(path: string, name: string): string {
  try {
    const found = statSync(path);
    if (!found.isFile()) throw new InputError(`${name} is not a file`);
    if (found.size > MAX_CONFIG_BYTES) {
      const size = `${Math.ceil(found.size / MAX_CONFIG_BYTES)} MB`;
      throw new InputError(`${name} has ${size}; a configuration file has at most 1 MB`);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof InputError) throw error;
    const why = error instanceof TypeError ? 'it is not UTF-8 text' : reason(error);
    throw new InputError(`${name} cannot be read: ${why}`);
  }
}

function reason(error: unknown): string {
  const code = errnoOf(error);
  if (code === 'EACCES') return 'permission denied';
  if (code === 'ENOENT') return 'it does not exist';
  return messageOf(error);
}
