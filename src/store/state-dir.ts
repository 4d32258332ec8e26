/** The state directory itself: created private, refused when it is not ours. */
import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  rmSync,
  type Stats,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { errnoOf, messageOf } from '../domain/errors.ts';
import { ARCHIVE_DIRECTORY } from './archive.ts';
import { journalName, snapshotName, sortFiles, StoreError } from './schema.ts';
import { STOP_FILE } from './stop-file.ts';

export const LOCK_FILE = 'LOCK';

/** Where log exports of the operator go. */
export const EXPORTS_DIRECTORY = 'exports';

/** Where files go that a restore replaced. */
export const QUARANTINE_DIRECTORY = 'quarantine';

/** Where the console keeps its looks. */
export const CONSOLE_FILE = 'console.json';

/** Which strategy files ran here, by their hashes. */
export const STRATEGY_PINS_FILE = 'user-strategies.json';

/** Which process runs on without a terminal. */
export const DETACHED_FILE = 'detached.json';

/** Which account of which exchange is traded, for whoever has to stop it from outside. */
export const EXCHANGE_FILE = 'exchange.json';

/** Names besides those of generations that Tapedeck itself puts into a state directory. */
const OWN_NAMES = new RegExp(
  '^(LOCK|control\\.sock|archive|quarantine|halt\\.json|reserve|' +
    'record(ing)?s?|logs?|exports|detached\\.json(\\.new)?|exchange\\.(sock|json(\\.new)?)|' +
    'backup-\\d+-\\d+(\\.new)?|restoring(\\.new|\\.ready)?|' +
    'console\\.json(\\.new)?|user-strategies\\.json(\\.new)?|tapedeck\\.log(\\.\\d+)?)$',
);

/** Where `--record` keeps market events. */
export const RECORDING_DIRECTORY = 'recording';
/** Where log files lie. */
export const LOG_DIRECTORY = 'logs';
/** Written into without looking at each file: a link would lead the writing elsewhere. */
const FOLDERS: ReadonlySet<string> = new Set([
  ARCHIVE_DIRECTORY,
  LOG_DIRECTORY,
  RECORDING_DIRECTORY,
  EXPORTS_DIRECTORY,
]);

const GROUP_OR_WORLD_WRITE = 0o022;

/**
 * Creates the directory (0700) or makes sure that it is ours: our user, not a link, not writable
 * by others, nothing foreign in it unless we worked here before. Returns its real path. Throws
 * StoreError `directoryNotOurs` and changes nothing then.
 */
export function prepareStateDirectory(path: string): string {
  const dir = resolve(path);
  if (statOf(dir) === null) create(dir);
  checkStateDirectory(dir);
  return realpathSync(dir);
}

/** The checks alone, for readers; a missing directory passes. */
export function checkStateDirectory(path: string): void {
  const dir = resolve(path);
  const stats = statOf(dir);
  if (stats === null) return;
  if (stats.isSymbolicLink())
    throw notOurs(dir, 'is a symbolic link', 'Name the directory itself.');
  if (!stats.isDirectory()) throw notOurs(dir, 'is not a directory');
  if (!isOurs(stats)) throw notOurs(dir, 'belongs to another user');
  if ((stats.mode & GROUP_OR_WORLD_WRITE) !== 0) {
    throw notOurs(dir, 'can be written by other users', `Run chmod 700 ${dir} if it is yours.`);
  }
  checkEntries(dir);
}

function checkEntries(dir: string): void {
  const names = listOf(dir);
  const files = sortFiles(names);
  const known = files.journals.length + files.snapshots.length + files.temporary.length;
  const own = names.filter((name) => OWN_NAMES.test(name));
  for (const name of names) {
    const { journals, snapshots, temporary } = sortFiles([name]);
    const store = journals.length + snapshots.length + temporary.length > 0;
    const folder = FOLDERS.has(name);
    if (!store && !folder && name !== LOCK_FILE) continue;
    const stats = statOf(join(dir, name));
    if (stats === null) continue;
    if (folder && !stats.isDirectory()) {
      throw notOurs(dir, `holds ${name}, which is not a directory of its own`);
    }
    if (!folder && !stats.isFile()) throw notOurs(dir, `holds ${name}, which is not a plain file`);
    if (!isOurs(stats)) throw notOurs(dir, `holds ${name}, which belongs to another user`);
    if (!folder && stats.nlink > 1) {
      throw notOurs(dir, `holds ${name}, which has a second name elsewhere (hard link)`);
    }
  }
  if (names.includes(LOCK_FILE) || known + own.length === names.length) return;
  const foreign = names
    .filter((name) => !OWN_NAMES.test(name))
    .slice(0, 3)
    .join(', ');
  throw notOurs(dir, `holds files that are not Tapedeck's (${foreign})`);
}

function create(dir: string): void {
  try {
    mkdirSync(dirname(dir), { recursive: true });
    mkdirSync(dir, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return;
    const details = { file: dir, errno: errnoOf(error) };
    const message = `State directory ${dir} cannot be created: ${messageOf(error)}.`;
    throw new StoreError('directoryNotOurs', message, { ...details, advice: OTHER });
  }
  syncParent(dir);
}

function syncParent(dir: string): void {
  const fd = openSync(dirname(dir), 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function isOurs(stats: Stats): boolean {
  const uid = process.getuid?.();
  return uid === undefined || stats.uid === uid;
}

function statOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw notOurs(path, `cannot be examined: ${messageOf(error)}`);
  }
}

function listOf(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    throw notOurs(dir, `cannot be read: ${messageOf(error)}`);
  }
}

const OTHER = 'Choose another directory with --state.';

function notOurs(dir: string, why: string, advice = OTHER): StoreError {
  return new StoreError('directoryNotOurs', `State directory ${dir} ${why}.`, {
    file: dir,
    advice,
  });
}

/**
 * Removes the session a directory holds: journals, snapshots, archive. The lock and the logs
 * stay. For simulated sessions that begin anew; the caller holds the lock.
 */
export function removeSession(dir: string): void {
  const files = sortFiles(listOf(dir));
  // Snapshots first: without one the rest reads as a start that was cut short.
  for (const generation of files.snapshots) rmSync(join(dir, snapshotName(generation)));
  for (const generation of files.journals) rmSync(join(dir, journalName(generation)));
  for (const name of files.temporary) rmSync(join(dir, name));
  rmSync(join(dir, STOP_FILE), { force: true });
  for (const name of [ARCHIVE_DIRECTORY, RECORDING_DIRECTORY]) {
    rmSync(join(dir, name), { recursive: true, force: true });
  }
}
