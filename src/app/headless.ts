/** A run without a screen: until the recording ends, the time is up, or somebody stops it. */
import { required } from '../domain/errors.ts';
import { RECORDING_ENDED } from '../engine/start.ts';
import { type DiskSeams, openSession } from './build.ts';
import { tradesCsv, writeWhole } from './csv.ts';
import type { Emergency } from './emergency/emergency.ts';
import { failedSession } from './failure.ts';
import type { RunOptions } from './run-options.ts';
import type { RunningSession } from './session.ts';
import { hearSignals } from './signals.ts';
import type { RunSummary } from './summary.ts';

export interface HeadlessResult {
  readonly summary: RunSummary;
  readonly interrupted: boolean;
}

/** Throws InputError (exit 1) when the engine or its state failed on the way. */
export async function runHeadless(
  options: RunOptions,
  extras: {
    readonly seams?: DiskSeams;
    /** Called once the session is open; what it returns is called before it closes. */
    readonly onOpen?: (session: RunningSession) => () => void;
    /** Why the exchange cannot be reached yet, once per attempt. */
    readonly onProblem?: (problem: string) => void;
    /** Ends with the run. */
    readonly emergency?: Emergency;
  } = {},
): Promise<HeadlessResult> {
  const { emergency } = extras;
  try {
    const open = (of: RunOptions) => openSession(of, extras.seams, 0, emergency ?? null);
    const isPatient = options.exchange && options.durationMs === null;
    const session = await (isPatient ? openTrying(options, open, extras) : open(options));
    emergency?.serve(options.stateDirectory, session);
    return await runOpened(session, options, extras);
  } finally {
    await emergency?.close();
  }
}

/** Nobody waits at a screen: an exchange that does not answer is asked again until it does. */
async function openTrying(
  options: RunOptions,
  open: (options: RunOptions) => Promise<RunningSession>,
  { onProblem }: NonNullable<Parameters<typeof runHeadless>[1]>,
): Promise<RunningSession> {
  const { Connecting } = await import('./exchange/connecting.ts');
  const connecting = new Connecting(options, required(options.exchange, 'exchange'));
  connecting.subscribe(() => {
    const { problem } = connecting.view();
    if (problem !== null) onProblem?.(problem);
  });
  return connecting.open(open);
}

async function runOpened(
  session: RunningSession,
  options: RunOptions,
  extras: NonNullable<Parameters<typeof runHeadless>[1]>,
): Promise<HeadlessResult> {
  const release = extras.onOpen?.(session);
  const signals = hearSignals();
  let cancelTimer = (): void => undefined;
  const isTimeUp = new Promise<string>((resolve) => {
    cancelTimer = after(options.durationMs, () => resolve('the time given with --for is up'));
  });
  const isDone = session.done.then((end) => (end === 'failed' ? end : RECORDING_ENDED));
  session.start();
  extras.emergency?.start();
  const reason = await Promise.race([signals.first, isTimeUp, isDone]);
  cancelTimer();
  release?.();
  // Its socket goes before the lock does: the next console's would be taken away with it.
  await extras.emergency?.close();
  await session.close(reason);
  signals.release();
  if (options.tradesFile !== null) writeWhole(options.tradesFile, tradesCsv(session.trades));
  if (session.failed !== null) throw failedSession(session.failed);
  return { summary: session.summary(), interrupted: signals.heard() !== null };
}

/** Longest wait a timer of the platform takes; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Calls `act` once after `ms` of wall time, however long that is; null = never. */
function after(ms: number | null, act: () => void): () => void {
  if (ms === null) return () => undefined;
  let timer: NodeJS.Timeout | null = null;
  const wait = (left: number): void => {
    const part = Math.min(left, LONGEST_TIMER_MS);
    timer = setTimeout(() => (left > part ? wait(left - part) : act()), part);
  };
  wait(ms);
  return () => {
    if (timer) clearTimeout(timer);
  };
}
