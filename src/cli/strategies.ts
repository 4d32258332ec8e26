import { listStrategies, showStrategy } from '../app/catalog.ts';
import { EXIT } from '../app/failure.ts';
import { checkFile } from '../app/user-strategies/user-strategies.ts';
import { addSubcommand, createCommand, runCommand } from './command.ts';
import { print, printJson, toPairs, toTable } from './output.ts';
import type { Values } from './run-flags.ts';

/** `strategies list`, `strategies show NAME|FILE` and `strategies check FILE`. */
export async function execute(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  const command = createCommand({
    name: 'strategies',
    summary: 'List the strategies, show one with its parameters, check one of your own.',
    examples: [
      'tapedeck strategies list',
      'tapedeck strategies show sma-cross',
      'tapedeck strategies check ./my-cross.ts',
    ],
  });
  addSubcommand(command, 'list', 'name and summary of each strategy')
    .option('--json', 'one JSON document')
    .action(list);
  addSubcommand(command, 'show <name>', 'parameters of one strategy, built in or a file')
    .option('--json', 'one JSON document')
    .action(show);
  addSubcommand(command, 'check <file>', 'whether a file of your own keeps what strategies promise')
    .option('--json', 'one JSON document')
    .action(async (file: string, values: Values) => {
      exitCode = await check(file, values);
    });
  await runCommand(command, args);
  return exitCode;
}

async function check(file: string, values: Values): Promise<number> {
  const lines = await checkFile(file, process.cwd());
  const isGood = lines.every(({ ok }) => ok);
  if (values['json'] === true) await printJson(lines);
  else {
    await print(
      toTable(lines, [
        { title: 'check', cell: (one) => one.check },
        { title: 'result', cell: ({ ok }) => (ok ? 'ok' : 'FAILED') },
        { title: 'detail', cell: ({ detail }) => detail },
      ]),
    );
  }
  return isGood ? EXIT.done : EXIT.failed;
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
  const { paramList, warmup, ...entry } = await showStrategy(name, process.cwd());
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
  return print(`${head}\n\n${table}\n\nUse: tapedeck --strategy ${name}${example}`);
}
