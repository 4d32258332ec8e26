/**
 * The process of a backtest of a user's strategy: the engine moves to the strategy (ENGINE 5), so
 * that a recording plays as fast as with a built-in, and ending the process is the time limit.
 */
import process from 'node:process';
import { InputError, messageOf } from '../domain/errors.ts';
import { monotonicMs } from '../engine/clock.ts';
import type { PullFeed } from '../ports.ts';
import { evaluate } from '../strategies/host/evaluate.ts';
import { playBacktest } from './play-backtest.ts';
import { type FromBacktest, type ToBacktest, PROGRESS_MS } from './user-backtest.ts';

process.once('message', (message) => void play(message as ToBacktest));

async function play({ source, plan }: ToBacktest): Promise<void> {
  try {
    const definition = await evaluate(source);
    tell({ kind: 'result', result: playBacktest(plan, definition, watched) });
  } catch (error) {
    const exitCode = error instanceof InputError ? error.exitCode : 1;
    tell({ kind: 'failed', message: messageOf(error), exitCode });
  }
}

function tell(message: FromBacktest): void {
  process.send?.(message, () => {
    if (message.kind !== 'progress') process.disconnect();
  });
}

/** The feed, saying now and then how far it is. */
function watched(feed: PullFeed): PullFeed {
  let events = 0;
  let said = monotonicMs();
  return {
    next() {
      const now = monotonicMs();
      if (now - said > PROGRESS_MS) {
        said = now;
        tell({ kind: 'progress', events });
      }
      events += 1;
      return feed.next();
    },
    history: (perSymbol) => feed.history(perSymbol),
    unfinished: () => feed.unfinished(),
    length: feed.length,
  };
}
