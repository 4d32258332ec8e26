import { createInterface } from 'node:readline/promises';

import { askConsole } from '../app/emergency/control-client.ts';
import { InputError } from '../domain/errors.ts';
import { createCommand, runCommand } from './command.ts';
import { print } from './output.ts';
import { addIdentity, addPlaces, type Values } from './run-flags.ts';
import { stateOf } from './status.ts';

const FIRST_MS = 3_000;
const FINAL_MS = 10_000;
const PROBLEM = 1;

/** `resume`: the way back where no screen is left; the account's name is typed, as on the screen. */
export async function execute(args: readonly string[]): Promise<number> {
  const command = createCommand({
    name: 'resume',
    summary: 'Let a halted or paused console trade again; asks for the account name on stdin.',
    examples: ['tapedeck resume', 'tapedeck resume --profile main'],
  });
  addIdentity(command);
  addPlaces(command);
  command.action(async (values: Values) => resume(stateOf(values).directory));
  await runCommand(command, args);
  return 0;
}

/** Throws InputError (exit 1 or 3) where no console answers, or where it refuses. */
async function resume(directory: string): Promise<void> {
  const account = await accountOf(directory);
  const phrase = await typedPhrase(account);
  const times = { firstMs: FINAL_MS, finalMs: FINAL_MS };
  const { answers, problem } = await askConsole(directory, { ask: 'resume', phrase }, times);
  const last = answers.at(-1);
  if (last?.final === true && last.ok) return print('running again');
  if (last?.final === true) throw new InputError(`not resumed: ${last.problem}`, 3);
  throw new InputError(`not resumed: ${problem ?? 'no answer'}`, PROBLEM);
}

async function accountOf(directory: string): Promise<string> {
  const times = { firstMs: FIRST_MS, finalMs: FIRST_MS };
  const { answers, problem } = await askConsole(directory, { ask: 'status' }, times);
  const last = answers.at(-1);
  if (last?.final === true && last.ok && 'status' in last) return last.status.account;
  const fix = 'start the console, or name it with --state, --profile or --mode';
  throw new InputError(
    `no console answers in ${directory} (${problem ?? 'no answer'}): ${fix}`,
    PROBLEM,
  );
}

/** One line of stdin; the question is asked where somebody can read it. */
async function typedPhrase(account: string): Promise<string> {
  const { stdin, stderr } = process;
  if (stdin.isTTY) stderr.write(`type the account name (${account}) to resume trading: `);
  const lines = createInterface({ input: stdin, terminal: false });
  try {
    for await (const line of lines) return line.trim();
    return '';
  } finally {
    lines.close();
  }
}
