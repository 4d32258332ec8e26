import { programVersion } from '../app/assemble.ts';
import { makeBackup } from '../app/state/backup.ts';
import { createCommand, runCommand } from './command.ts';
import { print, printJson, toPairs } from './output.ts';
import { addIdentity, addPlaces, type Values } from './run-flags.ts';
import { stateOf } from './status.ts';

/** `backup [FILE|DIR]`: the state of a console in one file; works while it runs. */
export async function execute(args: readonly string[]): Promise<number> {
  const command = createCommand({
    name: 'backup',
    summary:
      'Write the state of a console (snapshots, journal, archive, stop) to one new file. ' +
      'Works while it runs and after; what is written was read back first. ' +
      'Logs, recordings, keys and configuration are not part of it.',
    examples: [
      'tapedeck backup',
      'tapedeck backup --mode demo --seed 7 /mnt/usb',
      'tapedeck backup before-update.tar.gz',
    ],
  });
  command.argument('[to]', 'new file, or a directory for one with a name of its own (default .)');
  addIdentity(command);
  addPlaces(command);
  command.option('--json', 'one JSON document').action(backup);
  await runCommand(command, args);
  return 0;
}

async function backup(to: string | undefined, values: Values): Promise<void> {
  const of = { cwd: process.cwd(), version: programVersion(), now: Date.now() };
  const made = makeBackup(stateOf(values), to ?? null, of);
  if (values['json'] === true) return printJson(made);
  return print(
    toPairs([
      ['file', made.file],
      ['of', made.directory],
      ['mode', made.mode],
      ['last record', String(made.records)],
      ['files', String(made.files)],
      ['size', `${(made.bytes / 1024).toFixed(1)} kB`],
      ['to check it', `tapedeck verify ${made.file}`],
    ]),
  );
}
