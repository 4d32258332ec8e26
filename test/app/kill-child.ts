/** Child of kill.ts and kill.test.ts: a demo session with busy strategies, telling what became durable. */
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';

import { openSession } from '../../src/app/build.ts';
import { demoOptions, instance } from '../support/session-kit.ts';

// Nobody who is killed keeps at its end what was compiled; the next one starts sooner with it.
flushCompileCache();
const [stateDirectory = '', compactAt = '1e9'] = process.argv.slice(2);
const symbols = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'];
const session = await openSession(
  demoOptions({
    stateDirectory,
    // An hour of the market in about a second.
    speed: 3_600,
    strategies: [
      instance(
        'sma-cross',
        { fast: 2, slow: 3 },
        { symbols, stopFraction: 0.001, sizing: { kind: 'percent', value: 5 } },
      ),
      instance(
        'grid',
        { spacing: 0.0005, levels: 5 },
        { symbols, sizing: { kind: 'percent', value: 5 } },
      ),
      instance(
        'breakout',
        { direction: 'both' },
        { symbols: ['BTC/USDT:USDT'], trailFraction: 0.001 },
      ),
    ],
  }),
  { compactAt: { records: Number(compactAt), bytes: 1e9 } },
);
const { feed, recovered, account } = session.view();
writeSync(1, `recovered ${feed.events} ${recovered?.fills ?? 0} ${account.tradingState}\n`);
let told = 0;
setInterval(() => {
  const { records, store } = session.view();
  if (records - store.waiting <= told) return;
  told = records - store.waiting;
  writeSync(1, `ack ${told}\n`);
}, 5);
session.start();
