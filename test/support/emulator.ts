import { createSimulatedClock, createWallClock } from '../../src/engine/clock.ts';
import type { AccountPlan } from '../../src/exchange/emulator/accounts.ts';
import type { CreateDialect, DialectName } from '../../src/exchange/emulator/dialect.ts';
import { type Emulator, startEmulator } from '../../src/exchange/emulator/emulator.ts';
import { wallScheduler } from '../../src/exchange/emulator/wall-scheduler.ts';

/** Where simulated time begins: a Friday in the middle of a minute. */
export const EMULATOR_START = Date.UTC(2026, 10, 20, 12, 0, 0);

export interface TestEmulator extends Emulator {
  /** Moves simulated time, with everything that is due; not with the machine's own time. */
  advance(ms: number): void;
  /** Key and secret of an account. */
  credentials(account?: string): { readonly apiKey: string; readonly secret: string };
}

/**
 * A local exchange in this process on a free port. Its market's time is simulated and stands still
 * until `advance`, unless `time` is `real` (which requests signed with the machine's time need).
 */
export async function openEmulator(of: {
  readonly dialect: DialectName;
  readonly seed?: number;
  readonly time?: 'simulated' | 'real';
  readonly start?: number;
  readonly accounts?: readonly AccountPlan[];
  readonly create?: CreateDialect;
}): Promise<TestEmulator> {
  const { dialect, seed = 7, time = 'simulated', start = EMULATOR_START, accounts, create } = of;
  const simulated = createSimulatedClock(start);
  const isReal = time === 'real';
  const emulator = await startEmulator({
    dialect,
    seed,
    port: 0,
    clock: isReal ? createWallClock() : simulated,
    scheduler: isReal ? wallScheduler : simulated,
    accounts,
    create,
  });
  return {
    ...emulator,
    advance(ms) {
      const until = simulated.now() + ms;
      while (simulated.nextDue() <= until) simulated.fireNext();
      simulated.observe(until);
    },
    credentials(id = 'main') {
      const account = emulator.core.accounts.find((one) => one.id === id);
      if (!account) throw new Error(`no account ${id}`);
      return { apiKey: account.key, secret: account.secret };
    },
  };
}
