/** A screen that fails is drawn anew: the engine behind it goes on. */
import { messageOf } from '../domain/errors.ts';
import type { ConsoleSession } from './console-session.ts';

/** Screens that may fail within a minute before there is none. */
const MOST_FAILURES = 3;
const FAILURES_MS = 60_000;

export type ScreenEnd = 'quit' | 'lost' | 'failed';

/**
 * A bug in the screen ends the screen, not the engine: the next one is drawn at once. One that
 * fails again and again is given up, and trading goes on as if the terminal were gone.
 */
export async function drawWhilePossible(
  session: Pick<ConsoleSession, 'failed' | 'lastWords' | 'notice'>,
  draw: () => Promise<'quit' | 'lost'>,
): Promise<ScreenEnd> {
  const failures: number[] = [];
  for (;;) {
    try {
      return await draw();
    } catch (error) {
      if (session.failed !== null) throw error;
      session.lastWords(error);
      const now = performance.now();
      failures.push(now);
      if (failures.filter((time) => time > now - FAILURES_MS).length > MOST_FAILURES)
        return 'failed';
      const text = `the screen failed and is drawn anew; the engine did not notice: ${messageOf(error)}`;
      session.notice('error', text);
    }
  }
}
