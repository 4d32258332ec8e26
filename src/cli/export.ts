import { toCsv } from '../app/csv.ts';
import { COLUMNS, type ExportKind, EXPORTS, exportRows } from '../app/export.ts';
import { didYouMean, quoted } from '../config/nearest.ts';
import { createCommand, runCommand, UsageError } from './command.ts';
import { print, printJson } from './output.ts';
import { addIdentity, addPlaces, type Values } from './run-flags.ts';
import { stateOf } from './status.ts';

const FORMATS = ['csv', 'json'] as const;

/** `export fills|orders|equity|journal --format csv|json`. */
export async function execute(args: readonly string[]): Promise<number> {
  const command = createCommand({
    name: 'export',
    summary: 'Write fills, orders, equity or the journal to stdout.',
    examples: [
      'tapedeck export fills --format csv > fills.csv',
      'tapedeck export journal --mode replay --format json',
    ],
  });
  command.argument('<what>', `one of ${EXPORTS.join(', ')}`);
  command.option('--format <FORMAT>', 'csv or json', 'csv').option('--json', 'as --format json');
  addIdentity(command);
  addPlaces(command);
  command.action(exportAll);
  await runCommand(command, args);
  return 0;
}

async function exportAll(what: string, values: Values): Promise<void> {
  const kind = oneOf<ExportKind>('export', what, EXPORTS);
  const format = oneOf('--format', values['json'] === true ? 'json' : values['format'], FORMATS);
  const rows = exportRows(kind, stateOf(values).directory);
  return format === 'json' ? printJson(rows) : print(toCsv(rows, COLUMNS[kind]));
}

function oneOf<T extends string>(place: string, given: unknown, known: readonly T[]): T {
  const found = known.find((name) => name === given);
  if (found !== undefined) return found;
  const near = didYouMean(String(given), known);
  throw new UsageError(`${place} ${quoted(given)}: allowed: ${known.join(', ')}${near}`);
}
