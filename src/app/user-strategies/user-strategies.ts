/** Strategies of files on the command line: found, asked what they are, handed to the run. */
import { InputError } from '../../domain/errors.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { StrategyDefinition } from '../../ports.ts';
import { type HostOptions, StrategyHost, paramsSchema } from '../../strategies/host.ts';
import {
  type UserFile,
  type UserStrategy,
  askUserFile,
  isUserFile,
  readUserFile,
} from '../../strategies/host/user-file.ts';
import {
  type RawParams,
  type StrategySpec,
  checkParams,
  parseStrategySpec,
  requireStrategy,
} from '../params.ts';
import type { CheckLine } from './check.ts';
import { comparePins } from './pins.ts';
import type { RunningSession } from '../session.ts';

/** A strategy as it was asked for, name and parameters checked. */
export interface AskedStrategy {
  readonly name: string;
  readonly params: RawParams;
  /** Null: a built-in. */
  readonly user: { readonly file: UserFile; readonly known: UserStrategy } | null;
}

const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/|^(data|file|node|http|https):/i;

/** `sma-cross:fast=10` or `./my.ts:fast=10`. Throws InputError. */
export function parseSpec(text: string): StrategySpec {
  if (!ADDRESS.test(text)) return parseStrategySpec(text);
  const what = `--strategy ${safeText(text, 80)}`;
  throw new InputError(`${what} is an address; name a file of this machine, such as ./my.ts`);
}

/** Looks a strategy up, or asks its file what it is. Throws InputError. */
export async function askStrategy(spec: StrategySpec, cwd: string): Promise<AskedStrategy> {
  const { name, params } = spec;
  if (!isUserFile(name)) {
    checkParams(requireStrategy(name), params, '--strategy');
    return { name, params, user: null };
  }
  const file = readUserFile(name, cwd);
  const known = await askUserFile(file, (loaded) => {
    checkParams({ name: loaded.name, params: paramsSchema(loaded) }, params, '--strategy');
    return params;
  });
  return {
    name: known.loaded.name,
    params: known.configured.params as RawParams,
    user: { file, known },
  };
}

/** What a file holds, with default parameters. Throws InputError. */
export async function definitionOfFile(name: string, cwd: string): Promise<StrategyDefinition> {
  const file = readUserFile(name, cwd);
  const known = await askUserFile(file, () => ({}));
  return new StrategyHost({ isLockStep: true }).define(known.loaded.name, file, known);
}

/** Whether a file keeps what a strategy promises, line by line. Throws InputError. */
export async function checkFile(name: string, cwd: string): Promise<readonly CheckLine[]> {
  const { checkUserFile } = await import('./process.ts');
  return checkUserFile(readUserFile(name, cwd));
}

/** The user strategies of a run, from its start to its end. */
export class UserStrategies {
  readonly host: StrategyHost;
  readonly #files: { readonly strategyId: string; readonly file: UserFile }[] = [];

  constructor(of: HostOptions) {
    this.host = new StrategyHost(of);
  }

  /** The definition of one instance; null for a built-in. */
  define(strategyId: string, { user }: AskedStrategy): StrategyDefinition | null {
    if (user === null) return null;
    this.#files.push({ strategyId, file: user.file });
    return this.host.define(strategyId, user.file, user.known);
  }

  /** Lets them speak to a session, and says which files they are. */
  attach(session: RunningSession, directory: string): void {
    this.host.attach({
      post: (event) => session.between((run) => run.post(event)),
      notice: (level, text) => session.notice(level, text),
      wake: () => session.between(() => undefined),
    });
    session.onClose(() => Promise.resolve(this.host.close()));
    for (const { level, text } of comparePins(directory, this.#files)) session.notice(level, text);
  }
}
