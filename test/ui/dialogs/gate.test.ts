import { describe, expect, it } from 'vitest';

import type { GateView } from '../../../src/app/session-types.ts';
import { drawDialog } from '../../../src/ui/dialogs/registry.ts';
import { PASTE } from '../../../src/ui/input/action.ts';
import { shown } from '../../support/rows.ts';
import { TRADES_ONLY, anAskedGate } from '../../app/live/gate-kit.ts';
import { letters, pressKeys } from '../press-kit.ts';
import { account } from '../account-fixture.ts';
import { aScene, aView } from '../session-fixture.ts';

const PHRASE = 'trade live on binance main';
const paused = { ...account(), tradingState: 'paused' } as const;
const met = (await anAskedGate()).view();
const at = (gate: GateView) => aView({ mode: 'live', account: paused, gate });
const ask = { kind: 'checkGate' };

describe('r before the live gate', () => {
  it('opens the gate and has the exchange asked anew, instead of resuming', () => {
    const { model, commands } = pressKeys(['r'], { view: at(met) });
    expect(model.dialog).toMatchObject({ kind: 'gate' });
    expect(commands).toEqual([ask]);
  });

  it('resumes once the gate is passed', () => {
    const { commands } = pressKeys(['r'], { view: at({ ...met, passed: true }) });
    expect(commands).toEqual([{ kind: 'resume', phrase: null }]);
  });
});

describe('the phrase', () => {
  it('passes the gate and closes it, however often Enter comes', () => {
    const keys = ['r', ...letters(PHRASE), 'enter', 'enter', 'enter'];
    const { model, commands } = pressKeys(keys, { view: at(met) });
    expect(commands).toEqual([ask, { kind: 'passGate', phrase: PHRASE }]);
    expect(model.dialog).toBeNull();
  });

  it('goes on to the next one where it only vouches', () => {
    const view = at({ ...met, phrase: 'it cannot', opens: false });
    const keys = ['r', ...letters('it cannot'), 'enter', 'enter'];
    const { model, commands } = pressKeys(keys, { view });
    expect(commands).toEqual([ask, { kind: 'passGate', phrase: 'it cannot' }]);
    expect(model.dialog).toEqual({ kind: 'gate', typed: '', wrong: false });
  });

  it('is refused where it is another one', () => {
    const { model, commands } = pressKeys(['r', ...letters('yes'), 'enter'], { view: at(met) });
    expect(commands).toEqual([ask]);
    expect(model.dialog).toMatchObject({ kind: 'gate', wrong: true });
  });

  it('is never pasted', () => {
    const keys = ['r', { name: PASTE, text: PHRASE }, 'enter'];
    const { model, commands } = pressKeys(keys, { view: at(met) });
    expect(commands).toEqual([ask]);
    expect(model.dialog).toMatchObject({ typed: '' });
  });

  it('is not taken while something keeps the gate shut; Enter asks again', () => {
    const view = at({ ...met, shut: 'clock: 5.0 s ahead' });
    const { model, commands } = pressKeys(['r', ...letters(PHRASE), 'enter'], { view });
    expect(commands).toEqual([ask, ask]);
    expect(model.dialog).toMatchObject({ typed: '' });
    const asking = at({ ...met, shut: 'being asked', asking: true });
    expect(pressKeys(['r', 'enter'], { view: asking }).commands).toEqual([ask]);
  });

  it('does not keep the halt key from working', () => {
    const { commands } = pressKeys(['r', 'ctrl+x'], { view: at(met) });
    expect(commands).toContainEqual(expect.objectContaining({ kind: 'halt' }));
  });
});

describe('what the gate shows', () => {
  const draw = (gate: GateView, height = 20): string => {
    const dialog = { kind: 'gate', typed: 'tra', wrong: false } as const;
    const pane = drawDialog(dialog, aScene({ view: at(gate) }), { width: 70, maxHeight: height });
    expect(pane.rows.length).toBeLessThanOrEqual(height);
    return shown(pane.rows);
  };

  it('is account, every check, the limits in force and the phrase, on 24 rows', () => {
    const text = draw(met);
    for (const word of ['binance main', 'connection', 'clock', 'drawdown', PHRASE, 'tra▏']) {
      expect(text).toContain(word);
    }
    expect(text).toMatchInlineSnapshot(`
      "  binance main
        ok  connection, environment, key works, key cannot withdraw, key
            bound to addresses, clock, balances, books agree, no foreign
            run, risk rules

        limits: a trade risks up to 100000 % of equity to its stop; an
        order up to 100000 %, a position up to 100000 %; 1000 positions,
        10000 orders a minute; a day's loss of 100000 %: exits only; a
        drawdown of 100000 %: halt

        type this: trade live on binance main
        orders of this session are real from here on
        › tra▏

        enter confirm   esc back"
    `);
  });

  it('is what keeps it shut, and what to do, before anything that is met', async () => {
    const gate = await anAskedGate({
      permissions: () => Promise.resolve({ ...TRADES_ONLY, withdraw: true, ipRestricted: false }),
      skewMs: () => Promise.resolve(5_000),
    });
    const text = draw(gate.view());
    expect(text).toMatch(/NO +key cannot withdraw +may withdraw/);
    expect(text).toMatch(/NO +clock +5.0 s ahead/);
    expect(text).toMatch(/! +key bound to addresses/);
    expect(text).not.toContain('type this');
    expect(text).toMatchInlineSnapshot(`
      "  binance main
        NO  key cannot withdraw     may withdraw: take it off at the
                                    exchange; there is no override
        !   key bound to addresses  no: bind it to your address at the
                                    exchange
        NO  clock                   5.0 s ahead of the exchange: set the
                                    clock (NTP)
        ok  connection, environment, key works, balances, books agree, no
            foreign run, risk rules

        limits: a trade risks up to 100000 % of equity to its stop; an
        order up to 100000 %, a position up to 100000 %; 1000 positions,
        10000 orders a minute; a day's loss of 100000 %: exits only; a
        drawdown of 100000 %: halt

        key cannot withdraw: may withdraw; take it off at the exchange;
        there is no override
        enter ask again   esc back"
    `);
  });

  it('is one line once it is passed', () => {
    expect(draw({ ...met, passed: true })).toContain('passed');
  });
});
