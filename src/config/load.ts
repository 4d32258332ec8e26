/** The whole configuration, checked, with the source of every value. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../domain/errors.ts';
import { DEFAULT_INSTANCES } from './default-instances.ts';
import {
  type Environment,
  findConfigDirectory,
  listExchangeFiles,
  listInstanceFiles,
  MAIN_FILE,
  readConfigFile,
} from './files.ts';
import { explainIssue } from './issues.ts';
import {
  addEnvironment,
  addFile,
  addFlags,
  type FlagValue,
  type Layers,
  mergeLayers,
  settingPaths,
  type Source,
} from './layers.ts';
import { type ExchangeFile, exchangeSchema } from './exchange-schema.ts';
import { type InstanceFile, instanceSchema, type Settings } from './schema.ts';

export interface LoadedInstance extends InstanceFile {
  readonly id: string;
  /** The file it came from, or `default`. */
  readonly source: Source;
}

/** One account as `config/exchanges/<name>.json` says. */
export interface LoadedExchange extends ExchangeFile {
  readonly source: Source;
}

export interface LoadedConfig {
  readonly settings: Settings;
  readonly sources: ReadonlyMap<string, Source>;
  /** null: no directory was found, everything is a default. */
  readonly directory: string | null;
  readonly instances: readonly LoadedInstance[];
  /** Accounts of exchanges, by file name. */
  readonly exchanges: readonly LoadedExchange[];
  /** Of settings and instances: journaled with a run. */
  readonly hash: string;
}

export interface LoadOptions {
  /** From `--config`. */
  readonly directory: string | null;
  readonly environment: Environment;
  readonly flags: readonly FlagValue[];
  readonly cwd: string;
}

/** Reads and merges every layer. Throws InputError about the first thing wrong. */
export function loadConfig(options: LoadOptions): LoadedConfig {
  const { environment, flags, cwd } = options;
  const directory = findConfigDirectory({ flag: options.directory, environment, cwd });
  const layers: Layers = new Map();
  const main = directory === null ? null : join(directory, MAIN_FILE);
  if (main !== null && existsSync(main)) addFile(layers, readConfigFile(main, cwd));
  addEnvironment(layers, environment);
  addFlags(layers, flags);
  const settings = mergeLayers(layers);
  const instances = loadInstances(directory, cwd);
  const sources = settingPaths().map((path): [string, Source] => [
    path,
    layers.get(path)?.source ?? 'default',
  ]);
  const exchanges = directory === null ? [] : loadExchanges(directory, cwd);
  const content = JSON.stringify({ settings, instances, exchanges });
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  return { settings, sources: new Map(sources), directory, instances, exchanges, hash };
}

/** Every account file; two of the same exchange and account name would share books. */
function loadExchanges(directory: string, cwd: string): LoadedExchange[] {
  const byAccount = new Map<string, string>();
  return [...listExchangeFiles(directory, cwd).values()].map((path) => {
    const file = readConfigFile(path, cwd);
    const problem = explainIssue(exchangeSchema, file.value);
    if (problem !== null) throw new InputError(`${file.name}: ${problem}`);
    const { $schema: _schema, ...account } = exchangeSchema.parse(file.value);
    const name = `${account.id}:${account.account}`;
    const other = byAccount.get(name);
    if (other !== undefined) {
      throw new InputError(`${file.name}: ${name} is ${other} already; give it another account`);
    }
    byAccount.set(name, file.name);
    return { source: file.name, ...account };
  });
}

function loadInstances(directory: string | null, cwd: string): LoadedInstance[] {
  const files = directory === null ? null : listInstanceFiles(directory, cwd);
  if (files === null) {
    return Object.entries(DEFAULT_INSTANCES).map(([id, input]) => toInstance(id, 'default', input));
  }
  return [...files].map(([id, path]) => {
    const file = readConfigFile(path, cwd);
    return toInstance(id, file.name, file.value);
  });
}

function toInstance(id: string, source: Source, value: unknown): LoadedInstance {
  const problem = explainIssue(instanceSchema, value);
  if (problem !== null) throw new InputError(`${source}: ${problem}`);
  const { $schema: _schema, ...instance } = instanceSchema.parse(value);
  return { id, source, ...instance };
}
