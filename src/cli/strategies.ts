import { listStrategies, showStrategy } from '../app/catalog.ts';
import { addSubcommand, createCommand, runCommand } from './command.ts';
import { print, printJson, toPairs, toTable } from './output.ts';
import type { Values } from './run-flags.ts';

/** `strategies list` and `strategies show NAME`. */
export async function execute(args: readonly string[]): Promise<number> {
  const command = createCommand({
    name: 'strategies',
    summary: 'List the strategies, or show one with its parameters.',
    examples: ['tapedeck strategies list', 'tapedeck strategies show sma-cross'],
  });
  addSubcommand(command, 'list', 'name and summary of each strategy')
    .option('--json', 'one JSON document')
    .action(list);
  addSubcommand(command, 'show <name>', 'parameters of one strategy')
    .option('--json', 'one JSON document')
    .action(show);
  await runCommand(command, args);
  return 0;
}

async function list(values: Values): Promise<void> {
  const entries = listStrategies();
  if (values['json'] === true) return printJson(entries);
  return print(
    toTable(entries, [
      { title: 'strategy', cell: ({ name }) => name },
      { title: 'short', cell: ({ canShort }) => (canShort ? 'yes' : 'no') },
      { title: 'summary', cell: ({ summary }) => summary },
    ]),
  );
}

async function show(name: string, values: Values): Promise<void> {
  const { paramList, warmup, ...entry } = showStrategy(name);
  if (values['json'] === true) return printJson({ ...entry, warmup });
  const head = toPairs([
    ['strategy', entry.name],
    ['summary', entry.summary],
    ['timeframes', entry.timeframes.join(' ')],
    ['may short', entry.canShort ? 'yes (perpetuals)' : 'no'],
    ['warm-up', `${warmup} candles with default parameters`],
  ]);
  const table = toTable(paramList, [
    { title: 'parameter', cell: (one) => one.name },
    { title: 'default', cell: (one) => one.byDefault },
    { title: 'allowed', cell: (one) => one.allowed },
    { title: 'meaning', cell: (one) => one.text },
  ]);
  const [first] = paramList;
  const example = first === undefined ? '' : `:${first.name}=${first.byDefault}`;
  return print(`${head}\n\n${table}\n\nUse: tapedeck --strategy ${entry.name}${example}`);
}
