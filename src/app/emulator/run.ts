/** A local exchange for whoever asks for one on the command line. */
import { errnoOf, InputError } from '../../domain/errors.ts';
import { createWallClock } from '../../engine/clock.ts';
import { USUAL_ACCOUNTS } from '../../exchange/emulator/accounts.ts';
import { DIALECTS, isDialect } from '../../exchange/emulator/dialects.ts';
import type { DialectName } from '../../exchange/emulator/dialect.ts';
import { startEmulator } from '../../exchange/emulator/emulator.ts';
import { wallScheduler } from '../../exchange/emulator/wall-scheduler.ts';

export const DEFAULT_EMULATOR_PORT = 8777;
export const EMULATOR_DIALECTS: readonly string[] = DIALECTS;

export interface EmulatorFacts {
  readonly dialect: DialectName;
  readonly seed: number;
  readonly endpoint: string;
  /** Where the control API answers. */
  readonly control: string;
  /** Practice keys: they follow from the seed and open nothing but this. */
  readonly accounts: readonly {
    readonly id: string;
    readonly summary: string;
    readonly key: string;
    readonly secret: string;
  }[];
}

/** Starts it on the loopback interface. Throws InputError when the port cannot be had. */
export async function openEmulator(of: {
  readonly dialect: string;
  readonly port: number;
  readonly seed: number;
}): Promise<{ readonly facts: EmulatorFacts; close(): Promise<void> }> {
  const { dialect, port, seed } = of;
  if (!isDialect(dialect)) throw new InputError(`there is no dialect ${dialect}`);
  const clock = createWallClock();
  const scheduler = wallScheduler;
  try {
    const emulator = await startEmulator({ dialect, port, seed, clock, scheduler });
    const accounts = emulator.core.accounts.map(({ id, key, secret }) => {
      const summary = USUAL_ACCOUNTS.find((plan) => plan.id === id)?.summary ?? '';
      return { id, summary, key, secret };
    });
    const { endpoint } = emulator;
    const facts = { dialect, seed, endpoint, control: `${endpoint}/_control`, accounts };
    return { facts, close: () => emulator.close() };
  } catch (error) {
    throw toInputError(error, port);
  }
}

function toInputError(error: unknown, port: number): unknown {
  const errno = errnoOf(error);
  const why =
    errno === 'EADDRINUSE' ? 'is in use' : errno === 'EACCES' ? 'needs more rights' : null;
  if (why === null) return error;
  return new InputError(`port ${port} ${why}: give another one with --port, or 0 for any`);
}
