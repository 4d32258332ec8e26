import { UsageError } from './command.ts';

const NAMED = /^--?((?:api[-_]?|private[-_]?)?(?:key|secret|passphrase|password|token)s?)(?:=|$)/i;

/**
 * Refuses a secret among the arguments before anything repeats or reads it. Throws UsageError,
 * without the value.
 */
export function refuseSecretArguments(args: readonly string[]): void {
  const name = args.map((arg) => NAMED.exec(arg)?.[1]).find((found) => found !== undefined);
  if (name === undefined) return;
  throw new UsageError(
    `--${name} is refused: the command line is shown to every user of this machine and stays in ` +
      'the history of the shell; change that secret, and type the new one when asked ' +
      '(tapedeck keys add NAME --exchange ID) or hand it over with --secrets-fd',
  );
}
