// What is not certain or not ours: shown where one looks, and decided by a key.
import { describe, expect, it } from 'vitest';

import type { Command } from '../../src/domain/command.ts';
import { decimal } from '../../src/domain/decimal.ts';
import type { StateScope } from '../../src/domain/record.ts';
import type { TradingState } from '../../src/domain/verdict.ts';
import { headerLine, statusLine } from '../../src/ui/panes/header.ts';
import { withPane } from '../../src/ui/model.ts';
import { rowText } from '../../src/ui/text/rows.ts';
import { aModel, drawn, textOf } from './panes/pane-kit.ts';
import { letters, pressKeys } from './press-kit.ts';
import { NOW, truth } from './account-fixture.ts';
import { aView } from './session-fixture.ts';
import { aDrift, anExternal, doubtful } from './truth-fixture.ts';

const orders = { focus: 'orders' } as const;
const onExternal = { ...withPane(aModel(), 'orders', { selected: 'not ours 77' }), ...orders };

describe('an order that is not ours', () => {
  it('F21: stands among the orders, behind those that work, until somebody decides', () => {
    const text = textOf(
      drawn('orders', { width: 110, height: 12 }, { model: aModel(), view: doubtful() }),
    ).join('\n');
    expect(text).toMatch(/ETH\/USDT +sell +limit +0\.5\d* +3,600\.\d+ .*not ours/);
    const known = doubtful({ externalOrders: [anExternal({ ignored: true })] });
    const after = textOf(
      drawn('orders', { width: 110, height: 12 }, { model: aModel(), view: known }),
    ).join('\n');
    expect(after).toContain('left alone');
  });

  it('is not touched by the keys of ours', () => {
    const pressed = pressKeys(['c', 'a'], { model: onExternal, view: doubtful() });
    expect(pressed.commands).toEqual([]);
    expect(pressed.model.dialog).toBeNull();
    expect(pressed.model.note).toContain('d decides about it');
  });

  it.each<[string, Extract<Command, { kind: 'decideExternal' }>['decision']]>([
    ['c', 'cancel'],
    ['i', 'ignore'],
    ['m', { ledger: 'manual' }],
  ])('is decided with d and %s', (key, decision) => {
    const { commands, model } = pressKeys(['d', key], { model: onExternal, view: doubtful() });
    expect(commands).toEqual([{ kind: 'decideExternal', venueOrderId: '77', decision }]);
    expect(model.dialog).toBeNull();
  });

  it('goes to a strategy of its market by its digit, and to none of another', () => {
    const view = doubtful();
    const able = view.strategies.filter((one) => one.symbols.includes('ETH/USDT'));
    const { commands } = pressKeys(['d', '1'], { model: onExternal, view });
    expect(commands).toMatchObject([{ decision: { ledger: able[0]?.id } }]);
    const beyond = pressKeys(['d', String(able.length + 1)], { model: onExternal, view });
    expect(beyond.commands).toEqual([]);
  });

  it('is found by d from any other row, as long as nobody decided', () => {
    const { commands } = pressKeys(['d', 'c'], { model: orders, view: doubtful() });
    expect(commands).toMatchObject([{ kind: 'decideExternal', decision: 'cancel' }]);
    const known = doubtful({ externalOrders: [anExternal({ ignored: true })] });
    const { model } = pressKeys(['d'], { model: orders, view: known });
    expect(model.note).toContain('every order of the account is ours');
  });

  it('is left for later by esc', () => {
    expect(pressKeys(['d', 'escape'], { model: onExternal, view: doubtful() }).commands).toEqual(
      [],
    );
  });
});

describe('a holding that our fills do not explain', () => {
  it('F22: stands above the positions with both figures and what may have happened', () => {
    const rows = textOf(
      drawn('positions', { width: 110, height: 12 }, { model: aModel(), view: doubtful() }),
    );
    expect(rows[0]).toContain('SOL/USDT 12 here, 7.5 at the venue: closed elsewhere');
  });

  it.each<[string, Extract<Command, { kind: 'decideDrift' }>['decision']]>([
    ['c', 'close'],
    ['i', 'ignore'],
    ['m', { ledger: 'manual' }],
  ])('is decided with d and %s, wherever the cursor is', (key, decision) => {
    const model = { focus: 'positions' } as const;
    const view = doubtful({ drifts: [aDrift({ theirs: decimal('20') })] });
    const { commands } = pressKeys(['d', key], { model, view });
    expect(commands).toEqual([{ kind: 'decideDrift', symbol: 'SOL/USDT', decision }]);
  });

  it('cannot be closed where the venue holds less than our books', () => {
    const model = { focus: 'positions' } as const;
    expect(pressKeys(['d', 'c'], { model, view: doubtful() }).commands).toEqual([]);
  });

  it('asks nothing where books and venue agree', () => {
    const { model } = pressKeys(['d'], { model: { focus: 'positions' } });
    expect(model.dialog).toBeNull();
    expect(model.note).toContain('books and venue agree');
  });
});

describe('the header', () => {
  const status = (view: ReturnType<typeof aView>): string => rowText(statusLine(view, 100, 200));

  it('says what waits for whose word', () => {
    const text = status(
      doubtful({
        recovering: { since: NOW, reason: 'the link came back', blocked: null },
        stopUnproven: true,
      }),
    );
    expect(text).toContain('recovering: the link came back');
    expect(text).toContain('2 orders unknown');
    expect(text).toContain('SOL/USDT differs at the venue');
    expect(text).toContain('1 order not ours');
    expect(text).toContain('the venue has not shown the end of the stop');
  });

  it('is silent about what is decided, and about nothing', () => {
    const known = doubtful({
      unknownOrders: 0,
      externalOrders: [anExternal({ ignored: true })],
      drifts: [aDrift({ ignored: true })],
    });
    for (const view of [known, aView({ truth: truth() })]) {
      expect(status(view)).not.toMatch(/unknown|not ours|differs|recovering/);
      expect(rowText(headerLine(view, 100, 80))).not.toContain('?');
    }
    expect(rowText(headerLine(doubtful(), 100, 80))).toContain('? 3');
  });
});

describe('a strategy or market that is stopped by itself', () => {
  const stopped = (kind: 'strategy' | 'symbol', name: string, state: TradingState) =>
    aView({ scopes: [{ kind, name, state, since: NOW, reason: 'by hand', by: 'operator' }] });
  const cases = [
    ['strategies', 'sma-cross', { strategyId: 'sma-cross' }, 'strategy'],
    ['markets', 'BTC/USDT', { symbol: 'BTC/USDT' }, 'symbol'],
  ] as const satisfies readonly (readonly [string, string, StateScope, string])[];

  it.each(cases)('in the %s: s tightens step by step', (focus, name, scope, kind) => {
    const model = { ...withPane(aModel(), focus, { selected: name }), focus };
    const press = (view = aView()) => pressKeys(['s'], { model, view }).commands;
    expect(press()).toMatchObject([{ kind: 'tightenScope', scope, state: 'paused' }]);
    expect(press(stopped(kind, name, 'paused'))).toMatchObject([{ scope, state: 'reducing' }]);
    expect(press(stopped(kind, name, 'reducing'))).toMatchObject([{ scope, state: 'halted' }]);
    expect(press(stopped(kind, name, 'halted'))).toEqual([]);
  });

  it.each(cases)('in the %s: R releases, after a halt with its typed name', (...of) => {
    const [focus, name, scope, kind] = of;
    const model = { ...withPane(aModel(), focus, { selected: name }), focus };
    const paused = pressKeys(['R'], { model, view: stopped(kind, name, 'paused') });
    expect(paused.commands).toEqual([{ kind: 'resumeScope', scope, phrase: null }]);
    const view = stopped(kind, name, 'halted');
    expect(pressKeys(['R', 'enter'], { model, view }).commands).toEqual([]);
    const typed = pressKeys(['R', ...letters(name), 'enter'], { model, view });
    expect(typed.commands).toEqual([{ kind: 'resumeScope', scope, phrase: name }]);
    expect(pressKeys(['R'], { model }).commands).toEqual([]);
  });

  it('shows its own state and reason', () => {
    const size = { width: 46, height: 14 };
    const strategies = stopped('strategy', 'sma-cross', 'halted');
    const text = textOf(drawn('strategies', size, { model: aModel(), view: strategies }));
    expect(text.join('\n')).toMatch(/■ sma-cross[^]*halted: by hand/);
    const markets = stopped('symbol', 'ETH/USDT', 'reducing');
    const shown = textOf(drawn('markets', size, { model: aModel(), view: markets }));
    expect(shown.join('\n')).toContain('■ reducing: by hand');
  });
});
