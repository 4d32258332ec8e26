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
];
