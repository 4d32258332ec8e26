/**
 * The directory of encrypted keys: private files in a private directory, or refused. Nothing here
 * knows a passphrase; the bytes come from and go to `key-file.ts`.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf, InputError, messageOf } from '../domain/errors.ts';
import { KEY_NAME, type KeyLabel, readLabel } from './key-file.ts';

const ENDING = '.key';
const MAX_FILE_BYTES = 64 * 1024;
const MAX_KEYS = 100;
const GROUP_OR_WORLD = 0o077;
const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** A name that is a file name and nothing else. Throws InputError. */
export function checkKeyName(name: string): void {
  if (KEY_NAME.test(name)) return;
  // What was given may be a secret in the wrong place: it is not repeated.
  throw new InputError('name of a key: allowed: 1 to 32 of a-z, 0-9 and "-", such as main');
}

/** Labels of all keys by name; null where a file is none of ours. Throws InputError. */
export function listKeys(directory: string): ReadonlyMap<string, KeyLabel | null> {
  if (!exists(directory)) return new Map();
  checkDirectory(directory);
  const names = readdirSync(directory)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
    .filter((name) => KEY_NAME.test(name));
  if (names.length > MAX_KEYS) {
    throw refused(`${directory} holds ${names.length} keys; at most ${MAX_KEYS} are kept`);
  }
  return new Map(names.sort().map((name) => [name, labelOf(directory, name)]));
}

function labelOf(directory: string, name: string): KeyLabel | null {
  const label = readLabel(readKey(directory, name));
  return label?.name === name ? label : null;
}

/** Bytes of a key's file, examined after it was opened. Throws InputError. */
export function readKey(directory: string, name: string): Buffer {
  checkKeyName(name);
  const path = pathOf(directory, name);
  if (!exists(directory)) throw unknown(name);
  checkDirectory(directory);
  const fd = openExisting(path, name);
  try {
    checkFile(path, fstatSync(fd));
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

function openExisting(path: string, name: string): number {
  try {
    // A pipe without a writer would keep us waiting.
    return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT') throw unknown(name);
    if (code === 'ELOOP') throw refused(`${path} is a symbolic link, not a key file`);
    throw refused(`${path} cannot be read: ${messageOf(error)}`);
  }
}

function checkFile(path: string, stats: Stats): void {
  if (!stats.isFile()) throw refused(`${path} is not a plain file`);
  if (!isOurs(stats)) throw refused(`${path} belongs to another user`);
  if ((stats.mode & GROUP_OR_WORLD) !== 0) {
    throw refused(`${path} is open to other users; run chmod 600 ${path} if it is yours`);
  }
  if (stats.nlink !== 1) throw refused(`${path} has a second name (hard link); remove that one`);
  if (stats.size > MAX_FILE_BYTES) throw refused(`${path} is too large for a key file`);
}

/**
 * Writes a new key whole or not at all; it is on the disk when this returns. Throws InputError,
 * also where the name is taken: a key is replaced by removing it first.
 */
export function writeKey(directory: string, name: string, bytes: Buffer): void {
  checkKeyName(name);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  checkDirectory(directory);
  const path = pathOf(directory, name);
  if (exists(path)) {
    throw new InputError(`key ${name} exists; remove it first (tapedeck keys remove ${name})`, 3);
  }
  const draft = join(directory, `.${name}.${randomBytes(8).toString('hex')}.new`);
  try {
    const fd = openSync(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      writeFileSync(fd, bytes);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(draft, path);
    syncDirectory(directory);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new InputError(`${path}: cannot be written: ${messageOf(error)}`, 1);
  }
}

/** Removes a key's file, whatever is wrong with it. Throws InputError. */
export function removeKey(directory: string, name: string): void {
  checkKeyName(name);
  if (!exists(directory)) throw unknown(name);
  checkDirectory(directory);
  try {
    unlinkSync(pathOf(directory, name));
    syncDirectory(directory);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') throw unknown(name);
    throw new InputError(`key ${name} cannot be removed: ${messageOf(error)}`, 1);
  }
}

/** Private, ours, no link, and nowhere that `git add` reaches. Throws InputError (exit 3). */
export function checkDirectory(directory: string): void {
  const stats = lstatSync(directory);
  if (stats.isSymbolicLink()) throw refused(`${directory} is a symbolic link`);
  if (!stats.isDirectory()) throw refused(`${directory} is not a directory`);
  if (!isOurs(stats)) throw refused(`${directory} belongs to another user`);
  if ((stats.mode & GROUP_OR_WORLD) !== 0) {
    throw refused(`${directory} is open to other users; run chmod 700 ${directory} if it is yours`);
  }
  const tree = workTreeOf(realpathSync(directory));
  if (tree === null) return;
  const fix = 'set XDG_CONFIG_HOME to a place outside of it';
  throw refused(
    `${directory} lies in the git work tree ${tree}, from where keys get public; ${fix}`,
  );
}

function workTreeOf(directory: string): string | null {
  for (let at = directory; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (at === dirname(at)) return null;
  }
}

function syncDirectory(directory: string): void {
  const fd = openSync(directory, O_RDONLY | O_DIRECTORY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

const pathOf = (directory: string, name: string): string => join(directory, `${name}${ENDING}`);

/** Of anything, a link that leads nowhere too. */
const exists = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

function isOurs(stats: Stats): boolean {
  const uid = process.getuid?.();
  return uid === undefined || stats.uid === uid;
}

const refused = (why: string): InputError => new InputError(why, 3);

const unknown = (name: string): InputError =>
  new InputError(`key ${name} is unknown; see tapedeck keys list`);
