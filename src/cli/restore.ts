import { EXIT } from '../app/failure.ts';
import { finishRestore, type RestoreResult, restoreState } from '../app/state/restore.ts';
import { createCommand, runCommand, UsageError } from './command.ts';
import { print, printJson, toPairs } from './output.ts';
import { addIdentity, addPlaces, textOf, type Values } from './run-flags.ts';
import { stateOf } from './status.ts';

/** `restore FROM`: a backup in the place of a state; `--rebuild`: what of a damaged one is good. */
export async function execute(args: readonly string[]): Promise<number> {
  const command = createCommand({
    name: 'restore',
    summary:
      'Put a backup in the place of a state, or rebuild a damaged state from what is provably ' +
      'good. Refused while a console runs on it. Old files go to quarantine/ in the state ' +
      'directory; record numbers jump ahead, so that no order id is used twice. A rebuilt state ' +
      'starts HALTED.',
    examples: [
      'tapedeck restore backup.tar.gz',
      'tapedeck restore backup.tar.gz --replace',
      'tapedeck verify; tapedeck restore --rebuild',
    ],
  });
  command
    .argument('[from]', 'backup file, or a copy of a state directory')
    .option('--replace', 'move a state that is there to quarantine')
    .option('--rebuild', 'keep what is provably good of the state that is there')
    .option('--finish', 'bring an interrupted restore to its end');
  addIdentity(command);
  addPlaces(command);
  command.option('--json', 'one JSON document').action(restore);
  await runCommand(command, args);
  return EXIT.done;
}

async function restore(from: string | undefined, values: Values): Promise<void> {
  const { directory, mode } = stateOf(values);
  const isRebuild = values['rebuild'] === true;
  const isFinish = values['finish'] === true;
  if ([from !== undefined, isRebuild, isFinish].filter(Boolean).length !== 1) {
    throw new UsageError('restore needs one of: a backup file, --rebuild, --finish');
  }
  const now = Date.now();
  if (isFinish) {
    const quarantine = await finishRestore(directory, now);
    const found = { directory, quarantine };
    if (values['json'] === true) return printJson(found);
    return print(`${directory} is restored${quarantine ? `; old files in ${quarantine}` : ''}`);
  }
  const result = await restoreState({
    directory,
    from: from ?? null,
    mode: textOf(values, 'state') === null ? mode : null,
    replace: values['replace'] === true,
    now,
  });
  return values['json'] === true ? printJson(result) : print(toText(result));
}

function toText(result: RestoreResult): string {
  const pairs: [string, string][] = [
    ['restored', result.directory],
    ['last record', String(result.records)],
    ['next record', String(result.nextRecord)],
    ['starts', result.tradingState === 'running' ? 'paused' : result.tradingState],
    ['old files', result.quarantine ?? 'there were none'],
  ];
  if (result.losses.length === 0) return toPairs(pairs);
  const losses = result.losses.map(({ text }) => `  ${text}`);
  return `${toPairs(pairs)}\n\nleft out:\n${losses.join('\n')}`;
}
