import { checkConfig } from '../app/assemble.ts';
import { checkTheme } from '../app/themes.ts';
import { jsonSchemas } from '../config/json-schema.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { nearOrKnown, quoted } from '../config/nearest.ts';
import { readEnvironment } from '../config/secrets.ts';
import { settingAt } from '../config/watch.ts';
import { configuredKeys } from './configured-keys.ts';
import { addSubcommand, createCommand, runCommand, UsageError } from './command.ts';
import { print, printJson, toTable } from './output.ts';
import { textOf, type Values } from './run-flags.ts';

/** `config check`, `config show`, `config schema`. */
export async function execute(args: readonly string[]): Promise<number> {
  const command = createCommand({
    name: 'config',
    summary: 'Check the configuration, show where values come from, print schemas.',
    examples: [
      'tapedeck config check --config DIR',
      'tapedeck config show --json',
      'tapedeck config schema strategy > config/schema/strategy.schema.json',
    ],
  });
  addSubcommand(command, 'check', 'read every file; say the first thing that is wrong')
    .option('--config <DIR>', 'configuration directory')
    .option('--json', 'one JSON document')
    .action(check);
  addSubcommand(command, 'show', 'every value and where it comes from')
    .option('--config <DIR>', 'configuration directory')
    .option('--json', 'one JSON document')
    .action(show);
  addSubcommand(command, 'schema', 'JSON schema of a configuration file')
    .argument('[file]', 'tapedeck or strategy', 'tapedeck')
    .action(schema);
  await runCommand(command, args);
  return 0;
}

function load(values: Values): LoadedConfig {
  const environment = readEnvironment();
  const directory = textOf(values, 'config');
  return loadConfig({ directory, environment, flags: [], cwd: process.cwd() });
}

async function check(values: Values): Promise<void> {
  const config = load(values);
  checkTheme(config);
  configuredKeys(config);
  const strategies = checkConfig(config).length;
  const place = config.directory ?? 'built-in defaults';
  if (values['json'] === true) {
    return printJson({ ok: true, directory: config.directory, strategies, hash: config.hash });
  }
  return print(`ok: ${place}, ${strategies} strategies`);
}

interface Row {
  readonly path: string;
  readonly value: unknown;
  readonly source: string;
}

async function show(values: Values): Promise<void> {
  const config = load(values);
  const settings: Row[] = [...config.sources].map(([path, source]) => ({
    path,
    value: settingAt(config, path),
    source,
  }));
  const instances: Row[] = config.instances.map(({ id, source, ...value }) => ({
    path: `strategies.${id}`,
    value,
    source,
  }));
  if (values['json'] === true) return printJson([...settings, ...instances]);
  const columns = [
    { title: 'setting', cell: (row: Row) => row.path },
    { title: 'value', cell: (row: Row) => shown(row.value) },
    { title: 'source', cell: (row: Row) => row.source },
  ];
  const short = instances.map((row) => ({ ...row, value: inShort(row.value) }));
  return print(toTable([...settings, ...short], columns));
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function inShort(value: unknown): string {
  const of = value as Omit<LoadedConfig['instances'][number], 'id' | 'source'>;
  const state = of.enabled ? 'on' : 'off';
  return `${state} ${of.strategy} ${of.symbols.join(',')} ${of.timeframe} ${of.sizing}`;
}

async function schema(file: string): Promise<void> {
  const schemas = jsonSchemas();
  const names = Object.keys(schemas).map((name) => name.split('.')[0] ?? name);
  const text = schemas[`${file}.schema.json`];
  if (text !== undefined) return print(text);
  throw new UsageError(`config schema ${quoted(file)} is unknown${nearOrKnown(file, names)}`);
}
