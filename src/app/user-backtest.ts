/** A backtest of a user's strategy, in a process of its own that can be ended. */
import type { PlayedBacktest } from '../backtest/run.ts';
import { InputError } from '../domain/errors.ts';
import { safeText } from '../domain/safe-text.ts';
import type { UserSource } from '../strategies/host/evaluate.ts';
import { startProcess } from '../strategies/host/sandbox.ts';
import type { UserFile } from '../strategies/host/user-file.ts';
import type { BacktestPlan } from './backtest-command.ts';

export interface ToBacktest {
  readonly source: UserSource;
  readonly plan: BacktestPlan;
}

export type FromBacktest =
  | { readonly kind: 'progress'; readonly events: number }
  | { readonly kind: 'result'; readonly result: PlayedBacktest }
  | { readonly kind: 'failed'; readonly message: string; readonly exitCode: 1 | 2 | 3 };

/** How often the process says how far it is. */
export const PROGRESS_MS = 250;
/** Without a word for so long it is ended; a recording of gigabytes loads faster. */
const LONGEST_SILENCE_MS = 30_000;

/** Throws InputError: what the strategy or the recording said, or that it made no progress. */
export async function playUserBacktest(
  plan: BacktestPlan,
  file: UserFile,
  longestSilenceMs = LONGEST_SILENCE_MS,
): Promise<PlayedBacktest> {
  const entry = new URL('./user-backtest-child.ts', import.meta.url);
  const child = startProcess(entry, [plan.data], 'ipc');
  let timer: NodeJS.Timeout | undefined;
  let events = 0;
  try {
    return await new Promise<PlayedBacktest>((done, fail) => {
      const stop = (why: string, exitCode: 1 | 2 | 3 = 1): void => {
        fail(new InputError(safeText(`${file.path}: ${why}`), exitCode));
      };
      const rest = (): void => {
        clearTimeout(timer);
        const silence = `no progress for ${longestSilenceMs / 1000} s after ${events} candles`;
        timer = setTimeout(() => stop(silence), longestSilenceMs);
      };
      rest();
      child.stderr?.resume();
      child.on('message', (message: FromBacktest) => {
        rest();
        if (message.kind === 'result') return done(message.result);
        if (message.kind === 'failed') return stop(message.message, message.exitCode);
        events = Number(message.events);
      });
      child.on('error', (error) => stop(`its process cannot be started: ${error.message}`));
      child.on('exit', (code, signal) => stop(`its process ended (${signal ?? String(code)})`));
      child.send({ source: file.source, plan } satisfies ToBacktest);
    });
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
}
