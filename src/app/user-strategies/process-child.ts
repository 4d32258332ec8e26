/**
 * The process of a user's backtest: the engine moves to the strategy (ENGINE 5), so that a
 * recording plays as fast as with a built-in, and ending the process is the time limit.
 */
import process from 'node:process';
import { InputError, messageOf } from '../../domain/errors.ts';
import { monotonicMs } from '../../engine/clock.ts';
import type { PullFeed } from '../../ports.ts';
import { evaluate } from '../../strategies/host/evaluate.ts';
import { playBacktest } from '../play-backtest.ts';
import { checkStrategy } from './check.ts';
import { type FromUserProcess, PROGRESS_MS, type ToUserProcess } from './process.ts';

process.once('message', (message) => void work(message as ToUserProcess));

async function work({ source, work: asked }: ToUserProcess): Promise<void> {
  try {
    const definition = await evaluate(source);
    if (asked.kind === 'check') tell({ kind: 'check', result: checkStrategy(definition) });
    else tell({ kind: 'backtest', result: playBacktest(asked.plan, definition, watched) });
  } catch (error) {
    const exitCode = error instanceof InputError ? error.exitCode : 1;
    tell({ kind: 'failed', message: messageOf(error), exitCode });
  }
}

function tell(message: FromUserProcess): void {
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
