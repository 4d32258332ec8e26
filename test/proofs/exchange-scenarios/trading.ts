/** How somebody at the console gets a live session to trade: agreed, gate passed, resumed. */
import type { RunningSession } from '../../../src/app/session.ts';
import { InputError } from '../../../src/domain/errors.ts';
import type { DialectName } from '../../../src/exchange/emulator/dialect.ts';
import { SPEED, sleep } from './fast-time.ts';

/** Finds a hang; a machine with much to do is not faster. */
const LONGEST_MS = 120_000 * SPEED;
const LOOK_MS = 50;
/** A resume in a moment of doubt about the books is refused, and said again. */
const AGAIN_MS = 5_000;

/** Opens a session as an operator does: whom a busy machine keeps from it tries again. */
export async function openPatiently(open: () => Promise<RunningSession>): Promise<RunningSession> {
  for (let tries = 1; ; tries++) {
    try {
      return await open();
    } catch (error) {
      const isSlow = error instanceof InputError && error.exitCode === NO_ANSWER;
      if (!isSlow || tries === MOST_TRIES) throw error;
    }
  }
}

const MOST_TRIES = 5;
/** Exit code of an exchange that does not answer. */
const NO_ANSWER = 4;

/** Waits until books and exchange agree, prices are there and the gate has its answers. */
export async function agreed(session: RunningSession): Promise<void> {
  await reach(() => {
    const { truth, gate, markets } = session.view();
    const isPriced = markets.every(({ bid }) => bid !== null);
    return truth.recovering === null && gate?.asking === false && isPriced;
  }, LONGEST_MS);
}

/** Passes the gate and resumes. Throws when it does not run in the end. */
export async function letTrade(session: RunningSession, dialect: DialectName): Promise<void> {
  const end = performance.now() + LONGEST_MS;
  const isRunning = (): boolean => session.view().account.tradingState === 'running';
  while (!isRunning()) {
    await agreed(session);
    // A machine with much to do has measured a clock that is off: asked anew.
    if (session.view().gate?.shut !== null) session.dispatch({ kind: 'checkGate' });
    session.dispatch({ kind: 'passGate', phrase: `trade live on ${dialect} main` });
    session.dispatch({ kind: 'resume', phrase: null });
    await reach(isRunning, AGAIN_MS).catch(() => undefined);
    if (performance.now() <= end) continue;
    const { gate, account } = session.view();
    throw new Error(`it is ${account.tradingState}; gate: ${gate?.shut ?? 'open'}`);
  }
}

async function reach(isSo: () => boolean, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (!isSo()) {
    if (performance.now() > end) throw new Error('it never agreed with the exchange');
    await sleep(LOOK_MS);
  }
}
