import { resolve } from 'node:path';
import { computeIndicator } from '../app/catalog.ts';
import { splitParams } from '../app/params.ts';
import { addSubcommand, collect, createCommand, runCommand } from './command.ts';
import { print, printJson, toTable } from './output.ts';
import type { Values } from './run-flags.ts';

/** `indicators compute NAME`. */
export async function execute(args: readonly string[]): Promise<number> {
  const command = createCommand({
    name: 'indicators',
    summary: 'Compute an indicator over a recorded file.',
    examples: ['tapedeck indicators compute rsi --data FILE.csv --param period=14 --json'],
  });
  addSubcommand(command, 'compute <name>', 'one value for every candle of the file')
    .requiredOption('--data <FILE>', 'candles or trades (CSV, JSONL, gzip)')
    .option('--param <k=v>', 'parameter; repeatable', collect)
    .option('--json', '{name, params, values: [[open time, value], ...]}')
    .action(compute);
  await runCommand(command, args);
  return 0;
}

async function compute(name: string, values: Values): Promise<void> {
  const params = Array.isArray(values['param']) ? values['param'].map(String) : [];
  const file = resolve(String(values['data']));
  const run = computeIndicator({ name, file, params: splitParams(params, '--param') });
  if (values['json'] === true) return printJson(run);
  const sample = run.values.at(-1)?.[1];
  const fields = typeof sample === 'object' && sample !== null ? Object.keys(sample) : [];
  const valueOf = (value: (typeof run.values)[number][1], field: string): string => {
    const one = typeof value === 'object' && value !== null ? value[field] : value;
    return one === null || one === undefined ? '-' : String(one);
  };
  return print(
    toTable(run.values, [
      { title: 'open time', cell: ([time]) => new Date(time).toISOString() },
      ...(fields.length === 0 ? [run.name] : fields).map((field) => ({
        title: field,
        align: 'right' as const,
        cell: ([, value]: (typeof run.values)[number]) => valueOf(value, field),
      })),
    ]),
  );
}
