/** Work that runs a user's code, engine and all, in a process of its own that can be ended. */
import type { PlayedBacktest } from '../../backtest/run.ts';
import { InputError } from '../../domain/errors.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { UserSource } from '../../strategies/host/evaluate.ts';
import { startProcess } from '../../strategies/host/sandbox.ts';
import type { UserFile } from '../../strategies/host/user-file.ts';
import type { BacktestPlan } from '../backtest-command.ts';
import type { CheckLine } from './check.ts';

export type UserWork =
  { readonly kind: 'backtest'; readonly plan: BacktestPlan } | { readonly kind: 'check' };

export interface ToUserProcess {
  readonly source: UserSource;
  readonly work: UserWork;
}

export type FromUserProcess =
  | { readonly kind: 'progress'; readonly events: number }
  | { readonly kind: 'backtest'; readonly result: PlayedBacktest }
  | { readonly kind: 'check'; readonly result: readonly CheckLine[] }
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly exitCode: InputError['exitCode'];
    };

/** How often the process says how far it is. */
export const PROGRESS_MS = 250;
/** Without a word for so long it is ended; a recording of gigabytes loads faster. */
const LONGEST_SILENCE_MS = 30_000;

/** The backtest of a plan. Throws InputError: what the strategy or the recording said, or silence. */
export async function playUserBacktest(
  file: UserFile,
  plan: BacktestPlan,
  longestSilenceMs = LONGEST_SILENCE_MS,
): Promise<PlayedBacktest> {
  const answer = await runUserWork(file, { kind: 'backtest', plan }, longestSilenceMs);
  if (answer.kind === 'backtest') return answer.result;
  throw new InputError(`${safeText(file.path)}: it answers wrongly`, 1);
}

/** What a strategy keeps of the promises of one. Throws InputError where it cannot be run. */
export async function checkUserFile(file: UserFile): Promise<readonly CheckLine[]> {
  const answer = await runUserWork(file, { kind: 'check' }, LONGEST_SILENCE_MS);
  if (answer.kind === 'check') return answer.result;
  throw new InputError(`${safeText(file.path)}: it answers wrongly`, 1);
}

async function runUserWork(
  file: UserFile,
  work: UserWork,
  longestSilenceMs: number,
): Promise<FromUserProcess> {
  const entry = new URL('./process-child.ts', import.meta.url);
  const child = startProcess(entry, work.kind === 'backtest' ? [work.plan.data] : [], 'ipc');
  let timer: NodeJS.Timeout | undefined;
  let events = 0;
  try {
    return await new Promise<FromUserProcess>((done, fail) => {
      const stop = (why: string, exitCode: InputError['exitCode'] = 1): void => {
        fail(new InputError(safeText(`${file.path}: ${why}`), exitCode));
      };
      const rest = (): void => {
        clearTimeout(timer);
        const silence = `no progress for ${longestSilenceMs / 1000} s after ${events} candles`;
        timer = setTimeout(() => stop(silence), longestSilenceMs);
      };
      rest();
      child.stderr?.resume();
      child.on('message', (message: FromUserProcess) => {
        rest();
        if (message.kind === 'progress') events = Number(message.events);
        else if (message.kind === 'failed') stop(message.message, message.exitCode);
        else done(message);
      });
      child.on('error', (error) => stop(`its process cannot be started: ${error.message}`));
      child.on('exit', (code, signal) => stop(`its process ended (${signal ?? String(code)})`));
      child.send({ source: file.source, work } satisfies ToUserProcess);
    });
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
}
