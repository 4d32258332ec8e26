import { findCredentials, PASSPHRASE_FLAG } from '../app/account-keys.ts';
import { EXIT } from '../app/failure.ts';
import { type KeysOf, panic, type PanicReport } from '../app/panic.ts';
import { keysDirectory } from '../config/files.ts';
import { readEnvironment, type Started } from '../config/secrets.ts';
import { createCommand, runCommand } from './command.ts';
import { passphrasesOf } from './exchange-keys.ts';
import { print, printJson, toPairs } from './output.ts';
import { addIdentity, addPlaces, type Values } from './run-flags.ts';
import { stateOf } from './status.ts';

/**
 * `panic`: stops what trades on a state, also where the console hangs or none runs. `started`: keys
 * that the environment brought.
 */
export async function execute(args: readonly string[], started?: Started): Promise<number> {
  const command = createCommand({
    name: 'panic',
    summary: 'Halt a console from outside, also one that hangs; exit 0 only when that is proven.',
    examples: ['tapedeck panic', 'tapedeck panic --flatten', 'tapedeck panic --profile main'],
  });
  addIdentity(command);
  addPlaces(command);
  let exitCode: number = EXIT.done;
  command
    .option('--flatten', 'also close every position at the market')
    .option(`${PASSPHRASE_FLAG} <N>`, "read the keystore's passphrase from an open descriptor")
    .option('--json', 'one JSON document')
    .action(async (values: Values) => {
      const stop = values['flatten'] === true ? 'flatten' : 'halt';
      const report = await panic(stateOf(values).directory, stop, keysFor(values, started));
      await (values['json'] === true ? printJson(report) : print(toText(report)));
      exitCode = report.done ? EXIT.done : EXIT.failed;
    });
  await runCommand(command, args);
  return exitCode;
}

/** Keys are looked for only once no console has answered; then who is at the terminal is asked. */
function keysFor(values: Values, started: Started | undefined): KeysOf {
  return ({ plan, keyName }) =>
    findCredentials({
      exchange: plan.id,
      keyName,
      secrets: started?.secrets ?? new Map(),
      keysDirectory: keysDirectory(readEnvironment()),
      passphrases: passphrasesOf(values),
    });
}

function toText(report: PanicReport): string {
  const { gateClosed, canceled, open, kept, unknown, holdings, done, lines } = report;
  const pairs = toPairs([
    ['result', done ? 'stopped, and proven' : 'NOT PROVEN: look at the venue'],
    ['gate', gateClosed ? 'closed: no order leaves' : 'not known to be closed'],
    ['canceled', String(canceled)],
    ['open', String(open)],
    ['kept', `${kept} protective`],
    ['unknown', String(unknown)],
    ['held', holdings.length === 0 ? 'nothing known' : holdings.join(', ')],
  ]);
  return [pairs, '', ...lines].join('\n');
}
