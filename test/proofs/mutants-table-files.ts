/** Guards of files that people and other programs touch: backups, locks, directories, stops. */
import { guardsOf, type Mutant } from './guard.ts';

export const FILES_GUARDS: readonly Mutant[] = [
  ...guardsOf(
    'store/backup-file.ts',
    ['store/guards', 'app/backup'],
    [
      [
        'checksum',
        'of a file in a backup',
        'if (listed?.name !== name || listed.sha256 !== sha256(bytes)) {',
        'if (listed?.name !== name) {',
      ],
      [
        'checksum',
        'a backup holds all of its list',
        'if (entries.length !== list.files.length)',
        'if (entries.length < 0)',
      ],
      [
        'gate',
        'nothing but files of a state comes out of a backup',
        'else throw unusable(path, `${name} belongs in no backup`);',
        '',
      ],
      [
        'gate',
        'a backup replaces no file',
        "if (existsSync(path)) throw failed(path, 'it exists already; name another file');",
        '',
        'never overwrites',
      ],
    ],
  ),
  ...guardsOf(
    'store/tar.ts',
    ['store/guards'],
    [
      [
        'checksum',
        'of the head of a packed file',
        'if (Number.parseInt(text(block, 148, 8), 8) !== checksum(block)) {',
        'if (block.length < 0) {',
      ],
    ],
  ),
  ...guardsOf(
    'store/migrate.ts',
    ['store/guards'],
    [
      [
        'dedupe',
        'a copy that is there already is not made again',
        'if (known !== undefined) return known;',
        '',
      ],
    ],
  ),
  ...guardsOf(
    'store/lock.ts',
    ['store/lock', 'store/guards'],
    [
      [
        'lock',
        'by the socket of the key',
        "process.platform === 'linux' ? await bind(name, self, options.dir) : null",
        'null',
      ],
      [
        'lock',
        'by the file where the socket cannot be seen',
        'if (other !== null && other.pid !== self.pid && isRunning(other)) throw taken(other.pid);',
        '',
      ],
      [
        'lock',
        'of a process that ended is free, whoever has its number now',
        'return holder.boot === bootId() && startOf(holder.pid) === holder.started;',
        'return startOf(holder.pid) !== null;',
      ],
      ['lock', 'the holder writes down who it is', 'writeLock(options.dir, self);', ''],
    ],
  ),
  ...guardsOf(
    'store/state-dir.ts',
    ['store/state-dir', 'store/guards'],
    [
      [
        'gate',
        'a link is no state directory',
        'if (stats.isSymbolicLink())',
        'if (stats.size < 0)',
      ],
      [
        'gate',
        'a directory others may write is refused',
        'if ((stats.mode & GROUP_OR_WORLD_WRITE) !== 0) {',
        'if (stats.size < 0) {',
      ],
      [
        'gate',
        'a hard link is refused',
        'if (!folder && stats.nlink > 1) {',
        'if (!folder && stats.size < 0) {',
      ],
      [
        'gate',
        'a link in the place of a folder is refused',
        'if (folder && !stats.isDirectory()) {',
        'if (folder && stats.size < 0) {',
      ],
      [
        'gate',
        'a directory with files of others is refused',
        'if (names.includes(LOCK_FILE) || known + own.length === names.length) return;',
        'return;',
      ],
    ],
  ),
  ...guardsOf(
    'store/stop-file.ts',
    ['store/stop-file'],
    [
      [
        'gate',
        'a stop that cannot be understood halts',
        "return errnoOf(error) === 'ENOENT' ? null : misunderstood(error);",
        'return null;',
      ],
      [
        'gate',
        'a stop that names no state halts',
        "if (found === null || state === undefined) throw new Error('it names no state');",
        "if (found === null || state === undefined) return { state: 'paused', reason: '', time: 0, by: '' };",
      ],
      [
        'gate',
        'a full disk gives the reserve to a stop',
        'return NO_ROOM.has(errnoOf(error)) && releaseReserve(dir, files);',
        'return false;',
      ],
    ],
  ),
  ...guardsOf(
    'app/state/restore.ts',
    ['app/backup'],
    [
      [
        'lock',
        'a restore beside a console that runs is refused',
        'const lock = await acquireLock({ dir: directory, key: directory });\n  try {\n    return await restoreLocked',
        'const lock = { release: () => Promise.resolve() };\n  try {\n    return await restoreLocked',
        'running console',
      ],
      [
        'gate',
        'a state is replaced only when that is asked for',
        'if (from !== null && holdsState(directory) && !request.replace) {',
        'if (from === null && holdsState(directory) && directory.length < 0) {',
        'running console',
      ],
      [
        'gate',
        'a backup of another mode is refused',
        'if (mode === null || found === null || mode === found) return;',
        'return;',
        'another mode',
      ],
      [
        'dedupe',
        'numbers jump beyond all that were ever used',
        'Math.max(records, newestKnown(directory)) + LEAST_JUMP + randomInt(JUMP_SPAN)',
        'records',
        'never used|jumps',
      ],
      [
        'dedupe',
        'two restores of one backup use other numbers',
        '+ LEAST_JUMP + randomInt(JUMP_SPAN)',
        '+ LEAST_JUMP',
        'F61',
      ],
      [
        'gate',
        'a restore does not lift a stop',
        'const stop = source.stop ?? readStopFile(directory);',
        'const stop = source.stop;',
        'does not lift',
      ],
      [
        'gate',
        'a rebuilt state starts halted',
        'stop, losses };\n}\n\nfunction checkMode',
        'stop: null, losses };\n}\n\nfunction checkMode',
        'damaged middle',
      ],
    ],
  ),
];
