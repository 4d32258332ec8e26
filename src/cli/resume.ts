import { createInterface } from 'node:readline/promises';

import { EXIT } from '../app/failure.ts';
import { accountOfConsole, resumeConsole } from '../app/resume.ts';
import { createCommand, runCommand } from './command.ts';
import { print } from './output.ts';
import { addIdentity, addPlaces, type Values } from './run-flags.ts';
import { stateOf } from './status.ts';

/** `resume`: the way back where no screen is left; the account's name is typed, as on the screen. */
export async function execute(args: readonly string[]): Promise<number> {
  const command = createCommand({
    name: 'resume',
    summary: 'Let a halted or paused console trade again; asks for the account name on stdin.',
    examples: ['tapedeck resume', 'tapedeck resume --profile main'],
  });
  addIdentity(command);
  addPlaces(command);
  command.action(async (values: Values) => {
    const { directory } = stateOf(values);
    const account = await accountOfConsole(directory);
    await resumeConsole(directory, await typedPhrase(account));
    await print('running again');
  });
  await runCommand(command, args);
  return EXIT.done;
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
