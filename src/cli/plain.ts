/** The session without a screen of its own: a line now and then, or one text screen. */
import type { AssembledRun } from '../app/assemble.ts';
import { EXIT, failedSession } from '../app/failure.ts';
import { followConfig } from '../app/hot-reload.ts';
import { screenText, statusLine } from '../app/plain-text.ts';
import type { Session } from '../app/session-types.ts';
import { hearSignals } from '../app/signals.ts';
import { print } from './output.ts';

const LINE_EVERY_MS = 5000;
/** Long enough for the first prices of every market. */
const FIRST_VIEW_MS = 3000;
const LOOK_MS = 50;

export async function runPlain(run: AssembledRun, surface: 'plain' | 'once'): Promise<number> {
  const { openSession } = await import('../app/build.ts');
  const session = await openSession(run.options);
  session.start();
  if (surface === 'once') {
    await firstPrices(session);
    await print(screenText(session.view()));
    await session.close('one screen was asked for');
    return EXIT.done;
  }
  const signals = hearSignals();
  const stopFollowing = followConfig(run, session);
  const say = (): void => void print(statusLine(session.view()));
  await firstPrices(session);
  say();
  const timer = setInterval(say, LINE_EVERY_MS);
  await Promise.race([session.done, signals.first]);
  clearInterval(timer);
  stopFollowing();
  say();
  const signal = signals.heard();
  await session.close(signal === null ? 'the run ended' : `ended by ${signal}`);
  signals.release();
  if (session.failed !== null) throw failedSession(session.failed);
  return signal === null ? EXIT.done : EXIT.interrupted;
}

function firstPrices(session: Session): Promise<void> {
  const started = performance.now();
  return new Promise((resolve) => {
    const look = (): void => {
      const known = session.view().markets.every(({ lastPrice }) => lastPrice !== null);
      if (known || performance.now() - started > FIRST_VIEW_MS) resolve();
      else setTimeout(look, LOOK_MS);
    };
    look();
  });
}
