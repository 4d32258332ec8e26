import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';

import { openSession } from '../../../src/app/build.ts';
import type { RunOptions } from '../../../src/app/run-options.ts';
import type { RunningSession } from '../../../src/app/session.ts';
import { UserStrategies, askStrategy } from '../../../src/app/user-strategies/user-strategies.ts';
import type { UserFile } from '../../../src/strategies/host/user-file.ts';
import { generatedCandles } from '../../support/backtest-kit.ts';
import {
  instance,
  makeDirectory,
  readState,
  removeAll,
  replayOptions,
  until,
  writeCandles,
} from '../../support/session-kit.ts';
import { PATIENT, writeStrategy } from './host-kit.ts';

const open: RunningSession[] = [];

afterEach(async () => {
  for (const session of open.splice(0)) await session.close('the test is over');
  removeAll();
});

async function begin(
  file: UserFile,
  answerMs: number,
  change: Partial<RunOptions> = {},
  stopFraction: number | null = null,
) {
  const path = writeCandles(generatedCandles(2_000, { seed: 3 }));
  const userStrategies = new UserStrategies({
    isLockStep: false,
    limits: { ...PATIENT, answerMs },
  });
  const asked = await askStrategy({ name: file.path, params: {} }, '/');
  const definition = userStrategies.define('mine', asked);
  const own = { stopFraction, ...(definition !== null && { definition }) };
  const strategies = [instance('mine', { at: 0 }, own)];
  const session = await openSession(replayOptions(path, { strategies, userStrategies, ...change }));
  open.push(session);
  session.start();
  return session;
}

const mine = (session: RunningSession) => session.view().strategies[0];
const said = (session: RunningSession) => session.view().notices.map(({ text }) => text);

describe('F47 in a running session', () => {
  test('an endless loop holds up no command; the third time its strategy is off, and said', async () => {
    const file = writeStrategy('onCandle() { for (;;); }');
    const session = await begin(file, 500);
    await until(() => session.summary().events > 0);
    // The first candle is being thought about for ever: a key is obeyed in its own turn.
    session.dispatch({ kind: 'halt', reason: 'by hand' });
    expect(session.view().account.tradingState).toBe('halted');
    await until(() => mine(session)?.enabled === false);
    expect(said(session)).toContainEqual(
      expect.stringMatching(/^mine on BTC\/USDT failed: it gave no answer for 500 ms/),
    );
    expect(mine(session)?.thoughts[0]?.text).toMatch(/^stopped: it gave no answer/);
    // Without it the market goes on to its end.
    expect(await session.done).toBe('ended');
  });

  test('what it holds is still looked after when it is gone: its stop fires (F46)', async () => {
    const file = writeStrategy(`onCandle() {
      count += 1;
      if (count === 1) return hold('long', 'first');
      throw new Error('nothing works any more');
    }`);
    const session = await begin(file, 60_000, {}, 0.002);
    expect(await session.done).toBe('ended');
    expect(mine(session)?.enabled).toBe(false);
    const failures = said(session).filter((text) => text.includes('nothing works any more'));
    // Once for each of the three, once with the alert; then it is fed in silence.
    expect(failures.length).toBeLessThanOrEqual(4);
    expect(session.summary()).toMatchObject({ fills: 2, positions: [] });
  });
});

test('which file a strategy is stands among the notices, and in its pane its process', async () => {
  const file = writeStrategy("onCandle() { return hold('long', 'always'); }");
  const session = await begin(file, 60_000, { speed: 1 });
  const is = `mine is ${file.path}, sha256 ${file.hash.slice(0, 12)}`;
  expect(said(session)).toContain(is);
  expect(mine(session)?.thoughts[0]?.text).toMatch(/^child \d+/);
});

test('what a strategy says while its session is closing comes after the last record: unheard', async () => {
  const file = writeStrategy('onCandle() {}');
  const stateDirectory = join(makeDirectory(), 'state');
  const session = await begin(file, 60_000, { speed: 1, stateDirectory });
  await until(() => session.summary().events > 0);
  const closing = session.close('the operator quit');
  session.between((run) => {
    const { now } = run.state.market;
    const intent = {
      kind: 'target',
      symbol: 'BTC/USDT',
      positionSide: 'long',
      reason: 'late',
    } as const;
    const from = { strategyId: 'mine', symbol: 'BTC/USDT', time: now, basis: now } as const;
    run.post({ kind: 'intents', ...from, list: [intent] });
  });
  await closing;
  expect(session.failed).toBeNull();
  const { working, closed } = readState(stateDirectory).money;
  expect([working.size, closed.size]).toEqual([0, 0]);
});
