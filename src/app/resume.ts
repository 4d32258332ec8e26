/** `tapedeck resume`: loosening from outside, over the control socket of a console that turns. */
import { InputError } from '../domain/errors.ts';
import { askConsole } from './emergency/control-client.ts';

const STATUS_MS = 10_000;
const RESUME_MS = 10_000;
const UNREACHED = 1;
const REFUSED = 3;

/** The account of the console that runs on a directory. Throws InputError where none answers. */
export async function accountOfConsole(directory: string): Promise<string> {
  const times = { firstMs: STATUS_MS, finalMs: STATUS_MS };
  const { answers, problem } = await askConsole(directory, { ask: 'status' }, times);
  const last = answers.at(-1);
  if (last?.ok === true && 'status' in last) return last.status.account;
  const fix = 'start the console, or name it with --state, --profile or --mode';
  const why = problem ?? 'no answer';
  throw new InputError(`no console answers in ${directory} (${why}): ${fix}`, UNREACHED);
}

/** Lets it trade again. Throws InputError with the console's reason where it refuses (exit 3). */
export async function resumeConsole(directory: string, phrase: string): Promise<void> {
  const times = { firstMs: RESUME_MS, finalMs: RESUME_MS };
  const { answers, problem } = await askConsole(directory, { ask: 'resume', phrase }, times);
  const last = answers.at(-1);
  if (last?.ok === true && 'resumed' in last) return;
  if (last?.final === true && !last.ok)
    throw new InputError(`not resumed: ${last.problem}`, REFUSED);
  throw new InputError(`not resumed: ${problem ?? 'no answer'}`, UNREACHED);
}
