/** Guards of files and of who may use them: checksums, locks, and what may be read or opened. */
import { guardsOf, type Mutant } from './guard.ts';

export const STORE_GUARDS: readonly Mutant[] = [
  ...guardsOf(
    'store/schema.ts',
    ['store/schema', 'store/guards'],
    [
      [
        'checksum',
        'of a line of the journal',
        "return line.toString('latin1', 0, 8) === hexCrc(body) ? body.toString() : null;",
        'return body.toString();',
      ],
      ['checksum', 'of a snapshot', 'if (envelopeCrc(envelope) !== match[5]) return null;', ''],
      [
        'checksum',
        'of a snapshot covers its number',
        'hexCrc(`${schema},${gen},${seq},${digest},${data}`)',
        'hexCrc(`${schema},${gen},${digest},${data}`)',
      ],
      [
        'checksum',
        'of a snapshot covers its digest',
        'hexCrc(`${schema},${gen},${seq},${digest},${data}`)',
        'hexCrc(`${schema},${gen},${seq},${data}`)',
      ],
      [
        'gate',
        'a snapshot of a newer version is not read',
        "return envelope.schema > STORE_SCHEMA ? 'newer' : envelope;",
        'return envelope;',
      ],
      [
        'gate',
        'a journal of a newer version is not read',
        "if (schema > STORE_SCHEMA) return 'newer';",
        '',
      ],
    ],
  ),
  ...guardsOf(
    'store/replay.ts',
    ['store/recover', 'store/guards'],
    [
      [
        'checksum',
        'damage that records follow is refused, not cut',
        'if (wholeAfter || !place.last) {',
        'if (!place.last) {',
      ],
      [
        'checksum',
        'damage before the newest journal is refused',
        'if (wholeAfter || !place.last) {',
        'if (wholeAfter) {',
      ],
      [
        'checksum',
        'a journal stands under its own name',
        'if (header?.gen !== generation) {',
        'if (header === null) {',
      ],
      [
        'dedupe',
        'journals follow each other without a gap or an overlap',
        'if (header.firstN === this.lastN + 1) return header;',
        'return header;',
      ],
      [
        'dedupe',
        'no record is read twice or left out',
        'if (record.n !== this.lastN + 1) {',
        'if (record.n < 0) {',
      ],
      [
        'checksum',
        'a journal without its header is empty only where nothing whole follows',
        '(firstBad === 0 || lines.length === 0) && !wholeAfter',
        '(firstBad === 0 || lines.length === 0)',
      ],
    ],
  ),
  ...guardsOf(
    'store/recover.ts',
    ['store/recover', 'store/guards'],
    [
      [
        'checksum',
        'a snapshot stands under its own name',
        'envelope !== null && envelope.gen === generation',
        'envelope !== null',
      ],
      [
        'gate',
        'a journal without a snapshot is no new start',
        'if (!empty || archived) {',
        'if (archived) {',
      ],
      [
        'gate',
        'an archive without a snapshot is no new start',
        'if (!empty || archived) {',
        'if (!empty) {',
      ],
      [
        'gate',
        'a snapshot without its journal is refused',
        'if (journals[0] !== base.envelope.gen) {',
        'if (journals.length < 0) {',
      ],
    ],
  ),
  ...guardsOf(
    'store/recover.ts',
    ['app/backup'],
    [
      [
        'gate',
        'a restore that was interrupted is finished first',
        'if (names.includes(RESTORING.leaving) || names.includes(RESTORING.coming)) {',
        'if (names.length < 0) {',
        'interrupted restore',
      ],
    ],
  ),
  ...guardsOf(
    'store/journal-disk.ts',
    ['store/snapshot', 'store/journal', 'store/fs-faults'],
    [
      [
        'gate',
        'nothing is written after the first error',
        'failed = true;\n        reply(',
        'reply(',
      ],
      [
        'gate',
        'only what may be cleared up leaves the old journal in use',
        'if (!NO_ROOM.has(errnoOf(cause))) throw cause;',
        '',
      ],
      [
        'dedupe',
        'a new journal never replaces one',
        'createSegment(next, seq + 1)',
        'createSegment(this.generation, seq + 1)',
      ],
    ],
  ),
  ...guardsOf(
    'store/journal.ts',
    ['store/journal', 'store/guards'],
    [
      [
        'gate',
        'a journal that failed acknowledges nothing',
        'private acknowledge(lastN: number): void {\n    if (this.error !== null) return;',
        'private acknowledge(lastN: number): void {',
      ],
      [
        'gate',
        'records that wait are bounded',
        'if (n - this.durableN > MAX_QUEUED_RECORDS) {',
        'if (n < 0) {',
      ],
      [
        'dedupe',
        'one batch is in flight',
        'if (this.inFlight) this.wanted = true;\n    else this.send();',
        'this.send();',
      ],
    ],
  ),
  ...guardsOf(
    'store/store-fs.ts',
    ['store/journal', 'store/stop-file'],
    [
      [
        'gate',
        'a short write is continued',
        'while (written < bytes.length) {',
        'if (bytes.length > 0) {',
      ],
      [
        'gate',
        'a write of nothing is an error',
        'if (count <= 0) throw',
        'if (count < 0) throw',
        'writes nothing',
      ],
    ],
  ),
  ...guardsOf(
    'store/snapshot.ts',
    ['store/guards', 'store/snapshot', 'app/migration'],
    [
      [
        'gate',
        'an older state is copied before it is written anew',
        'if (isOlder) this.copy = keepCopy(dir, recovery.schema, this.options.files ?? realFs);',
        '',
        'copied whole|twice',
      ],
      [
        'lock',
        'a directory is read once',
        "if (this.opened !== null) throw new StoreError('closed', 'The state was read already.');",
        '',
      ],
      [
        'gate',
        'only a state of one line is written',
        "if (!text.startsWith('{') || text.includes('\\n')) {",
        "if (text === '') {",
      ],
    ],
  ),
  ...guardsOf(
    'store/archive.ts',
    ['store/archive'],
    [
      [
        'dedupe',
        'rows of one append count once',
        'if ((members.at(-1)?.atN ?? -1) >= atN) return { rows: 0, dropped: [] };',
        '',
      ],
      [
        'checksum',
        'of a line of the index',
        'if (text === null) break;',
        'if (text === null) { offset = end + 1; continue; }',
      ],
      [
        'checksum',
        'a damaged index is refused by readers',
        "if (!sound) throw damagedPart(this.dir, indexName(part), 'its lines do not fit');\n      const end = members.at(-1)?.end ?? 0;\n      if (end === 0)",
        'const end = members.at(-1)?.end ?? 0;\n      if (end === 0)',
      ],
      [
        'checksum',
        'a part shorter than its index says is refused',
        'if (bytes.length < end) throw damagedPart(dir, name, `it ends before byte ${end}`);',
        '',
      ],
      [
        'checksum',
        'a damaged part is not written on',
        'const goesOn = sound && (members.length > 0 || newest === undefined);',
        'const goesOn = true;',
      ],
    ],
  ),
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
        'stop, losses };\n}\n\nconst wholeFile',
        'stop: null, losses };\n}\n\nconst wholeFile',
        'damaged middle',
      ],
    ],
  ),
];
