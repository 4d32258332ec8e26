/** How a session ends: what can still be saved is saved, each part even where another one failed. */
import { messageOf } from '../domain/errors.ts';
import type { Run } from '../engine/run.ts';
import { finishRun } from '../engine/start.ts';
import type { Compactor } from './state/compactor.ts';
import type { SessionPorts } from './session-ports.ts';

export interface Ending {
  readonly ports: Pick<SessionPorts, 'store' | 'logFile' | 'recorder'>;
  readonly run: Run;
  readonly compactor: Compactor;
  /** The engine threw: its memory is not written over what the journal says. */
  readonly crashed: boolean;
  /** End what talks to the outside; the journal is still open. */
  readonly stoppers: readonly (() => Promise<void>)[];
  readonly closers: readonly (() => Promise<void>)[];
  readonly reason: string;
}

/** Writes the last records and the snapshot, frees the directory. The first failure, or null. */
export async function endSession(of: Ending): Promise<string | null> {
  const { run, compactor, crashed } = of;
  const { store, logFile, recorder } = of.ports;
  const failures: string[] = [];
  const attempt = async (part: () => Promise<void> | undefined): Promise<void> => {
    try {
      await part();
    } catch (error) {
      failures.push(messageOf(error));
    }
  };
  // What lies outside may speak until it is left; nothing is recorded after the last record.
  for (const stop of of.stoppers) await attempt(stop);
  if (!crashed) finishRun(run, of.reason);
  run.commit();
  // Two writers of one archive would overwrite each other's rows.
  await compactor.settled;
  await attempt(async () => {
    if (store.journal.failure !== null || crashed) return;
    await compactor.emptyIntoArchive();
    await store.db.write();
  });
  await attempt(() => recorder?.close());
  await store.journal.close();
  if (store.journal.failure !== null) failures.push(store.journal.failure.message);
  await logFile.close();
  // The lock, which was there first, goes last.
  for (const closer of of.closers.toReversed()) await closer();
  return failures[0] ?? null;
}
