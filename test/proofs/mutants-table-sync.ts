/** Every fsync and directory sync of `src`: a power cut is the only thing that sees them. */
import { guardsOf, type Mutant } from './guard.ts';

const CRASH = ['store/crash-small', 'store/snapshot', 'store/durable-order'];

export const SYNC_GUARDS: readonly Mutant[] = [
  ...guardsOf('store/journal-disk.ts', CRASH, [
    ['fsync', 'a batch is on the disk before it counts', 'this.files.fdatasyncSync(this.fd);', ''],
    ['fsync', 'a start syncs the journal it goes on with', 'this.files.fsyncSync(this.fd);', ''],
    [
      'directory sync',
      'a start syncs the last rename',
      'syncDirectory(this.files, this.dir);\n  }\n\n  /** Another process may have',
      '}\n\n  /** Another process may have',
    ],
    [
      'fsync',
      'a torn tail is cut for good',
      'this.files.ftruncateSync(fd, length);\n    this.files.fsyncSync(fd);',
      'this.files.ftruncateSync(fd, length);',
    ],
    [
      'fsync',
      'the header of a journal is on the disk',
      'toLine(headerText(generation, firstN))));\n      this.files.fsyncSync(fd);',
      'toLine(headerText(generation, firstN))));',
    ],
    [
      'directory sync',
      'a new journal has its name before a record is in it',
      'syncDirectory(this.files, this.dir);\n    } catch (error) {\n      this.files.closeSync(fd);',
      '} catch (error) {\n      this.files.closeSync(fd);',
    ],
    [
      'directory sync',
      'a half-made journal is gone for good',
      'journalName(generation)));\n    syncDirectory(this.files, this.dir);',
      'journalName(generation)));',
    ],
    [
      'fsync',
      'a snapshot is whole before it has its name',
      'Buffer.from(text));\n        this.files.fsyncSync(fd);',
      'Buffer.from(text));',
    ],
    [
      'directory sync',
      'a snapshot has its name before older files go',
      'syncDirectory(this.files, this.dir);\n    this.snapshotGeneration = this.generation;',
      'this.snapshotGeneration = this.generation;',
    ],
  ]),
  ...guardsOf(
    'store/candle-pages.ts',
    ['store/durable-order'],
    [['fsync', 'a downloaded page is on the disk before it counts', 'fdatasyncSync(fd);', '']],
  ),
  ...guardsOf('store/store-fs.ts', CRASH, [
    ['directory sync', 'of the store', 'files.fsyncSync(fd);', ''],
  ]),
  ...guardsOf(
    'store/stop-file.ts',
    ['store/stop-file', 'store/durable-order'],
    [
      ['fsync', 'a stop is whole before it has its name', 'files.fsyncSync(fd);', ''],
      [
        'directory sync',
        'a stop outlives a power cut',
        'syncDirectory(files, dir);\n}\n\n/** A new private file',
        '}\n\n/** A new private file',
      ],
      [
        'directory sync',
        'a stop that was lifted stays lifted',
        'files.unlinkSync(join(dir, STOP_FILE));\n    syncDirectory(files, dir);',
        'files.unlinkSync(join(dir, STOP_FILE));',
      ],
      ['fsync', 'the reserve has blocks before it counts', 'await handle.sync();', ''],
      [
        'directory sync',
        'the room of the reserve is given back',
        'if (released) syncDirectory(files, dir);',
        '',
      ],
    ],
  ),
  ...guardsOf(
    'store/archive.ts',
    ['store/archive'],
    [
      [
        'directory sync',
        'rows have their name before they count',
        'await syncDirectory(openFile, dir);\n  // Only now does the member count.',
        '',
      ],
      [
        'directory sync',
        'the index has its name before rows leave the state',
        'index, entry);\n  await syncDirectory(openFile, dir);',
        'index, entry);',
      ],
      [
        'fsync',
        'rows and index are on the disk',
        'await handle.sync();\n  } finally {\n    await handle.close();\n  }\n}\n\nasync function syncDirectory',
        '} finally {\n    await handle.close();\n  }\n}\n\nasync function syncDirectory',
      ],
      [
        'directory sync',
        'of the archive',
        'O_DIRECTORY);\n  try {\n    await handle.sync();',
        'O_DIRECTORY);\n  try {',
      ],
    ],
  ),
  ...guardsOf(
    'store/migrate.ts',
    ['store/durable-order'],
    [
      [
        'directory sync',
        'the archive of a copy has its names',
        'syncDirectory(files, join(unfinished, ARCHIVE_DIRECTORY));',
        '',
      ],
      [
        'directory sync',
        'the files of a copy have their names before it has its own',
        'syncDirectory(files, unfinished);',
        '',
      ],
      [
        'directory sync',
        'a copy is there before what it copies is written anew',
        'join(dir, name));\n  syncDirectory(files, dir);',
        'join(dir, name));',
      ],
    ],
  ),
  ...guardsOf(
    'store/backup-file.ts',
    ['store/durable-order'],
    [
      ['fsync', 'a backup is whole before it has its name', 'realFs.fsyncSync(fd);', ''],
      ['directory sync', 'a backup has its name', 'syncDirectory(realFs, dirname(path));', ''],
    ],
  ),
  ...guardsOf(
    'store/state-dir.ts',
    ['store/durable-order'],
    [['directory sync', 'a new state directory has its name', 'fsyncSync(fd);', '']],
  ),
  ...guardsOf(
    'app/state/restore.ts',
    ['app/restore-order'],
    [
      [
        'directory sync',
        'a restore is begun for good before an old file leaves',
        'RESTORING.leaving));\n  syncDirectory(realFs, directory);',
        'RESTORING.leaving));',
      ],
      [
        'directory sync',
        'the archive of a restored state has its names',
        'syncDirectory(realFs, join(place, ARCHIVE_DIRECTORY));',
        ';',
      ],
      [
        'directory sync',
        'a restored state has all its names before it counts',
        'syncDirectory(realFs, place);',
        '',
      ],
      [
        'directory sync',
        'the new files come only when the old ones have left',
        'coming);\n    syncDirectory(realFs, directory);',
        'coming);',
      ],
      [
        'directory sync',
        'the new files are there before the restore ends',
        'join(directory, name));\n  syncDirectory(realFs, directory);\n  rmdirSync',
        'join(directory, name));\n  rmdirSync',
      ],
      [
        'directory sync',
        'the end of a restore is for good',
        'rmdirSync(coming);\n  syncDirectory(realFs, directory);',
        'rmdirSync(coming);',
      ],
      [
        'directory sync',
        'old files have their names in quarantine',
        'for (const folder of folders) syncDirectory(realFs, folder);',
        '',
      ],
      [
        'directory sync',
        'the place of old files has its name in quarantine',
        'syncDirectory(realFs, dirname(aside));',
        '',
      ],
      [
        'directory sync',
        'old files have left for good',
        'syncDirectory(realFs, directory);\n  return true;',
        'return true;',
      ],
    ],
  ),
  ...guardsOf(
    'keys/key-store.ts',
    ['keys/key-order'],
    [
      [
        'fsync',
        'a key is whole before it has its name',
        'bytes);\n      fsyncSync(fd);',
        'bytes);',
      ],
      [
        'directory sync',
        'a key has its name when it is said to be kept',
        'path);\n    syncDirectory(directory);',
        'path);',
      ],
      [
        'directory sync',
        'a removed key stays away',
        'name));\n    syncDirectory(directory);',
        'name));',
      ],
      [
        'directory sync',
        'of the keys',
        'O_DIRECTORY);\n  try {\n    fsyncSync(fd);',
        'O_DIRECTORY);\n  try {',
      ],
    ],
  ),
];
