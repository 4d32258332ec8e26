// The account's keys on a real session: what is pressed happens in the engine.
import { readFileSync } from 'node:fs';

import { afterAll, afterEach, describe, expect, it } from 'vitest';

import { openSession } from '../../src/app/build.ts';
import type { RunningSession } from '../../src/app/session.ts';
import { settingsSchema } from '../../src/config/schema.ts';
import { decimal, toNumber } from '../../src/domain/decimal.ts';
import { settingOf } from '../../src/ui/edit/limit.ts';
import { type ConsoleStore, createConsoleStore } from '../../src/ui/store.ts';
import { isCode } from '../../src/ui/text/verdicts.ts';
import { limitMeaning } from '../../src/ui/why/limit.ts';
import { generatedCandles } from '../support/backtest-kit.ts';
import { ticket } from '../support/builders.ts';
import { instance, removeAll, replayOptions, until, writeCandles } from '../support/session-kit.ts';
import { keyOf, letters } from './press-kit.ts';

const path = writeCandles(generatedCandles(600, { seed: 3 }));
const opened: { session: RunningSession; store: ConsoleStore }[] = [];

afterEach(async () => {
  for (const { session, store } of opened.splice(0)) {
    store.close();
    await session.close('the test is over');
  }
});
afterAll(removeAll);

/** A console on a held market that has played some candles. */
async function open(events = 100) {
  const { risk } = settingsSchema.parse({});
  const session = await openSession(
    replayOptions(path, { risk, strategies: [instance('sma-cross', { fast: 5, slow: 20 })] }),
  );
  session.dispatch({ kind: 'holdFeed', held: true });
  session.start();
  for (let i = 0; i < events; i += 1) session.dispatch({ kind: 'stepFeed' });
  const store = createConsoleStore(session, {
    size: { width: 120, height: 40 },
    wallMs: () => 0,
    pressPrefix: 'test',
    fps: 10,
  });
  opened.push({ session, store });
  const press = (...keys: readonly string[]): void => {
    for (const key of keys) store.press(keyOf(key));
  };
  return { session, press, store };
}

const paramOf = (session: RunningSession, name: string): unknown =>
  session.view().strategies[0]?.paramInfo.find((one) => one.name === name)?.value;

describe('the account on a real session', () => {
  it('amends an order under its own id', async () => {
    const { session, press } = await open();
    const order = ticket({ type: 'limit', quantity: decimal('0.01'), price: decimal('15000') });
    session.dispatch({ kind: 'placeOrder', ticket: order, pressId: 'own' });
    const id = session.view().orders.find((one) => one.strategyId === 'manual')?.id;
    const price = (): number | null => {
      const found = session.view().orders.find((one) => one.id === id);
      return found?.price ? toNumber(found.price) : null;
    };
    await until(() => price() === 15_000);
    press('6', '/', ...letters('manual'), 'enter', 'a', 'ctrl+u', ...letters('14900'), 'enter');
    await until(() => price() === 14_900);
  });

  it('changes parameters and takes the change back', async () => {
    const { session, press } = await open();
    expect(paramOf(session, 'fast')).toBe(5);
    press('2', 'e', 'ctrl+u', '7', 'enter', 'y');
    expect(paramOf(session, 'fast')).toBe(7);
    press('u', 'y');
    expect(paramOf(session, 'fast')).toBe(5);
    expect(session.view().strategies[0]?.params).toMatchObject({ fast: 5, slow: 20 });
  });

  it('has every limit explained and open to change, and tightens one', async () => {
    const { session, press } = await open();
    const { limits, account } = session.view();
    expect(limits.length).toBeGreaterThan(10);
    for (const limit of limits) {
      // What nobody may choose has no setting: one holding that nobody explains is one too many.
      const isOpen = limit.code !== 'unexpectedPosition';
      expect(settingOf(limit, account.equity) !== null, limit.code).toBe(isOpen);
      expect(limitMeaning(limit.code), limit.code).not.toBe('a limit of this account');
      const isRule = limit.group !== 'breaker' && limit.group !== 'basis';
      expect(isCode(limit.code), limit.code).toBe(isRule);
    }
    const notional = (): number | undefined =>
      session.view().limits.find((one) => one.code === 'MAX_NOTIONAL')?.limit;
    press('9', '/', ...letters('max notional'), 'enter', 'e', ...letters('40'), 'enter');
    expect(notional()).toBeCloseTo(session.view().account.equity * 0.4, 6);
    press('e', ...letters('60'), 'enter', ...letters('LOOSEN'), 'enter');
    expect(notional()).toBeCloseTo(session.view().account.equity * 0.6, 6);
  });

  it('shows a P&L that leads from the first to the present equity', async () => {
    const { session } = await open(400);
    const { pnl, account } = session.view();
    expect(pnl.roundTrips).toBeGreaterThan(0);
    const parts =
      toNumber(pnl.realizedPnl) +
      pnl.unrealizedPnl -
      toNumber(pnl.feesPaid) -
      toNumber(pnl.fundingPaid);
    expect(pnl.netPnl).toBeCloseTo(parts, 6);
    expect(account.equityStart + pnl.netPnl).toBeCloseTo(account.equity, 6);
  });

  it('tells what the strategy saw, what every rule said, and the order that came of it', async () => {
    const { session, press, store } = await open(400);
    const decision = session.view().strategies[0]?.lastDecision;
    expect(decision?.verdicts.length).toBeGreaterThan(0);
    expect(Object.keys(decision?.inputs ?? {})).not.toEqual([]);
    press('2', 'enter');
    expect(store.scene().model.dialog).toMatchObject({ kind: 'why', pane: 'strategies' });
    expect(store.scene().story.length).toBeGreaterThan(0);
  });

  it('writes the shown lines of the log to a file and names it', async () => {
    const { session, press } = await open(400);
    press('7', 'E');
    const said = (): string => session.view().notices.at(-1)?.text ?? '';
    await until(() => said().startsWith('log written to '));
    const text = readFileSync(said().replace('log written to ', ''), 'utf8');
    expect(text).toContain('sma-cross filled');
  });
});
