import { existsSync } from 'node:fs';
import { EXIT } from '../app/failure.ts';
import { type VerifyReport, verifyState } from '../app/state/verify.ts';
import { createCommand, runCommand, UsageError } from './command.ts';
import { print, printJson, toPairs, toTable } from './output.ts';
import { addIdentity, addPlaces, type Values } from './run-flags.ts';
import { stateOf } from './status.ts';

/** `verify [DIR]`: exit code 1 when something cannot be read. */
export async function execute(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  const command = createCommand({
    name: 'verify',
    summary:
      'Say what of a state or of a backup can be read, file by file, and what a rebuild would ' +
      'lose. Changes nothing. Exit code 1 when something is damaged.',
    examples: ['tapedeck verify', 'tapedeck verify backup.tar.gz', 'tapedeck verify --json'],
  });
  command.argument('[place]', 'state directory or backup file');
  addIdentity(command);
  addPlaces(command);
  command.option('--json', 'one JSON document');
  command.action(async (place: string | undefined, values: Values) => {
    if (place !== undefined && !existsSync(place)) {
      throw new UsageError(`${place} does not exist; see verify --help`);
    }
    const report = verifyState(place ?? stateOf(values).directory);
    exitCode = report.ok ? EXIT.done : EXIT.failed;
    await (values['json'] === true ? printJson(report) : print(toText(report)));
  });
  await runCommand(command, args);
  return exitCode;
}

function toText(report: VerifyReport): string {
  const { files, state, pid, stop, place } = report;
  const table = toTable(files, [
    { title: 'file', cell: ({ name }) => name },
    { title: 'state', cell: ({ ok }) => (ok ? 'good' : 'BAD') },
    { title: 'what is in it', cell: ({ detail }) => detail },
  ]);
  const pairs: [string, string][] = [['place', place]];
  if (pid !== null) pairs.push(['process', `running, pid ${pid}`]);
  if (stop !== null) pairs.push(['halt.json', stop]);
  if (state !== null) {
    pairs.push(
      ['last record', `${state.lastRecord} (${state.replayed} behind the snapshot)`],
      ['mode', state.mode ?? '-'],
      ['state', state.tradingState],
      ['open orders', String(state.openOrders)],
      ['fills', String(state.fills)],
    );
    for (const repair of state.repairs) pairs.push(['a start', repair]);
  }
  const parts = files.length === 0 ? [] : [table];
  return [...parts, toPairs(pairs), ...verdictLines(report)].join('\n\n');
}

function verdictLines({ ok, files, state, refusal, rebuild }: VerifyReport): string[] {
  if (ok) return [files.length === 0 ? 'Nothing is stored here.' : 'All of it can be read.'];
  const lines: string[] = [];
  if (refusal !== null) lines.push(`A start is refused: ${refusal}`);
  if (rebuild === null && state !== null) {
    lines.push('A start does not need what is bad: a newer snapshot holds the same and more.');
  }
  if (rebuild === null) return lines;
  const losses = rebuild.losses.map(({ text }) => `  ${text}`);
  const head = `"tapedeck restore --rebuild" keeps everything up to record ${rebuild.lastRecord}`;
  return [...lines, [`${head} and leaves out:`, ...losses].join('\n')];
}
