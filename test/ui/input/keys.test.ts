import { describe, expect, it, test } from 'vitest';

import type { SessionView } from '../../../src/app/session-types.ts';
import { decimal } from '../../../src/domain/decimal.ts';
import { KEYMAP } from '../../../src/ui/input/keymap.ts';
import { PANES } from '../../../src/ui/layout/panes.ts';
import { PASTE } from '../../../src/ui/input/action.ts';
import { type Dialog, createModel } from '../../../src/ui/model.ts';
import { emptyTicket } from '../../../src/ui/edit/ticket.ts';
import { selectedRow } from '../../../src/ui/input/actions/rows.ts';
import { anOrder } from '../account-fixture.ts';
import { aPreview, aScene, aView } from '../session-fixture.ts';
import { letters, pressKeys } from '../press-kit.ts';

const account = (change: Partial<SessionView['account']>): SessionView =>
  aView({ account: { ...aView().account, ...change } });

const OPEN_DIALOGS: readonly Dialog[] = [
  { kind: 'help', scroll: 0 },
  { kind: 'quit' },
  { kind: 'close', symbol: 'BTC/USDT', pressId: 'x' },
  { kind: 'phrase', purpose: 'flatten', expects: 'FLATTEN', typed: '', wrong: false },
  {
    kind: 'ticket',
    fields: emptyTicket('BTC/USDT'),
    active: 'quantity',
    pressId: 'x',
    refused: false,
  },
];

describe('the keymap', () => {
  it('gives every key to one action only, in every pane', () => {
    for (const pane of PANES) {
      const here = KEYMAP.filter(
        ({ scope }) => scope === pane || !PANES.some((id) => id === scope),
      );
      const keys = here.flatMap((binding) => binding.keys);
      expect(new Set(keys).size, pane).toBe(keys.length);
    }
  });

  it('answers every key of the table with a deed or a reason', () => {
    const start = pressKeys(['f12'], { model: { focus: 'pnl' } }).model;
    for (const binding of KEYMAP.filter(({ keys }) => keys.length > 0)) {
      const name = binding.keys[0] ?? '';
      const { model, commands, effects } = pressKeys([name], { model: start });
      const moved = JSON.stringify(model) !== JSON.stringify(start);
      const did = commands.length > 0 || effects.some((one) => one !== 'none') || moved;
      const quiet = ['pnl', 'up', 'top', 'pageUp'].includes(binding.id) || name === 'escape';
      expect(did || quiet, binding.id).toBe(true);
    }
  });
});

describe('halt', () => {
  it('halts at once without a question', () => {
    expect(pressKeys(['H']).commands).toEqual([{ kind: 'halt', reason: 'halted by the operator' }]);
  });

  test.each(OPEN_DIALOGS)('halts by Ctrl+X inside $kind', (dialog) => {
    expect(pressKeys(['ctrl+x'], { model: { dialog } }).commands).toMatchObject([{ kind: 'halt' }]);
  });

  it('halts by H in a ticket while no text field has the cursor', () => {
    expect(pressKeys(['o', 'up', 'H']).commands).toMatchObject([{ kind: 'halt' }]);
    expect(pressKeys(['o', 'H']).commands).toEqual([]);
  });
});

describe('pasted and coalesced text', () => {
  test.each(['H', 'HH', 'oFHq', 'p\r', 'y'])('fires no key: %s', (text) => {
    for (const dialog of [null, ...OPEN_DIALOGS]) {
      const keys = [
        { name: '', text },
        { name: PASTE, text },
      ];
      const { commands, effects } = pressKeys(keys, { model: { dialog } });
      expect(commands).toEqual([]);
      expect(effects).toEqual(['none', 'none']);
    }
  });

  it('fills a number field; a phrase is typed, not pasted', () => {
    const { model } = pressKeys(['o', { name: '', text: '0.031' }]);
    expect(model.dialog).toMatchObject({ fields: { quantity: '0.031' } });
    expect(pressKeys(['F', { name: PASTE, text: 'FLATTEN' }, 'enter']).commands).toEqual([]);
    expect(pressKeys(['F', { name: '', text: 'FLATTEN' }, 'enter']).commands).toHaveLength(1);
  });
});

describe('the order ticket', () => {
  it('sends what was typed, exactly', () => {
    const { commands, model } = pressKeys([
      'o',
      ...letters('0.031'),
      'up',
      'right',
      'tab',
      'tab',
      ...letters('67400'),
      'tab',
      ...letters('66980'),
      'enter',
    ]);
    expect(model.dialog).toBeNull();
    expect(commands).toHaveLength(1);
    expect(commands[0]).toMatchObject({
      kind: 'placeOrder',
      pressId: 'run-1',
      ticket: { symbol: 'BTC/USDT', side: 'buy', type: 'limit', postOnly: false },
    });
    const [order] = commands;
    expect(order?.kind === 'placeOrder' && order.ticket.price).toBe(decimal('67400'));
  });

  it('submits once, however often Enter is pressed', () => {
    for (const enters of [['enter'], ['enter', 'enter'], ['enter', 'enter', 'enter']]) {
      const { commands, model } = pressKeys(['o', '1', ...enters]);
      expect(commands).toHaveLength(1);
      expect(model.dialog).toBeNull();
    }
  });

  it('gives each ticket its own press id', () => {
    const { commands } = pressKeys(['o', '1', 'enter', 'o', '1', 'enter']);
    expect(commands).toMatchObject([{ pressId: 'run-1' }, { pressId: 'run-2' }]);
  });

  it('does not submit what the rules deny, and says so', () => {
    const preview = aPreview({ wouldSend: false });
    const { commands, model } = pressKeys(['o', '1', 'enter'], { preview });
    expect(commands).toEqual([]);
    expect(model.dialog).toMatchObject({ kind: 'ticket', refused: true });
  });

  test.each(['', '0', '.', '..'])('does not submit the quantity "%s"', (text) => {
    expect(pressKeys(['o', ...letters(text), 'enter']).commands).toEqual([]);
  });

  it('takes numbers only, erases, and leaves by Esc without an order', () => {
    const { model } = pressKeys(['o', ...letters('1a.5b.2'), 'backspace']);
    expect(model.dialog).toMatchObject({ fields: { quantity: '1.5' } });
    expect(pressKeys(['o', '1', 'escape', 'enter']).commands).toEqual([]);
  });

  it('starts with the market the cursor is on', () => {
    expect(pressKeys(['j', 'o']).model.dialog).toMatchObject({ fields: { symbol: 'ETH/USDT' } });
    expect(pressKeys(['5', 'j', 'o']).model.dialog).toMatchObject({
      fields: { symbol: 'ETH/USDT' },
    });
  });

  it('turns choices with the arrows', () => {
    const { model } = pressKeys(['o', 'up', 'up', 'right', 'up', 'left']);
    expect(model.dialog).toMatchObject({ fields: { side: 'sell', symbol: 'BTC/USDT:USDT' } });
  });
});

describe('trading states', () => {
  it('pauses and resumes a pause with one key', () => {
    expect(pressKeys(['p']).commands).toMatchObject([{ kind: 'pause' }]);
    const view = account({ tradingState: 'paused' });
    expect(pressKeys(['r'], { view }).commands).toEqual([{ kind: 'resume', phrase: null }]);
  });

  test.each(['halted', 'reducing'] as const)('asks for the account id when %s', (tradingState) => {
    const view = account({ tradingState });
    expect(pressKeys(['r', ...letters('nope'), 'enter'], { view })).toMatchObject({
      commands: [],
      model: { dialog: { kind: 'phrase', wrong: true } },
    });
    expect(pressKeys(['r', ...letters('paper'), 'enter'], { view }).commands).toEqual([
      { kind: 'resume', phrase: 'paper' },
    ]);
  });

  it('says why a key does nothing', () => {
    expect(pressKeys(['r']).model.note).toBe('already running');
    expect(pressKeys(['p'], { view: account({ tradingState: 'halted' }) }).model.note).toContain(
      'halted',
    );
    expect(pressKeys(['x']).model.note).toContain('positions: 5 goes there');
    expect(pressKeys(['r', 'tab']).model.note).toBeNull();
  });

  it('flattens only after the typed word', () => {
    expect(pressKeys(['F', 'enter']).commands).toEqual([]);
    expect(pressKeys(['F', ...letters('FLATTEN'), 'enter']).commands).toMatchObject([
      { kind: 'flatten' },
    ]);
    expect(pressKeys(['F', ...letters('flatten'), 'enter']).commands).toHaveLength(1);
    expect(pressKeys(['F', ...letters('FLATTE'), 'enter']).commands).toEqual([]);
  });
});

describe('rows', () => {
  it('toggles the selected strategy', () => {
    expect(pressKeys(['2', 'j', 'space']).commands).toEqual([
      { kind: 'toggleStrategy', strategyId: 'rsi-reversion', enabled: false },
    ]);
    expect(pressKeys(['2', 'G', 'k', 'space']).commands).toMatchObject([
      { strategyId: 'macd', enabled: true },
    ]);
  });

  it('cancels the selected order at once, but no order that has ended', () => {
    const view = aView({ orders: [anOrder(), anOrder({ status: 'filled' })] });
    const id = view.orders[0]?.id;
    expect(pressKeys(['6', 'c'], { view }).commands).toEqual([
      { kind: 'cancelOrder', orderId: id },
    ]);
    const ended = pressKeys(['6', 'j', 'c'], { view });
    expect(ended.commands).toEqual([]);
    expect(ended.model.note).toBe('this order is already filled');
  });

  it('closes the selected position after one question', () => {
    expect(pressKeys(['5', 'x', 'enter']).commands).toEqual([]);
    expect(pressKeys(['5', 'x', 'y']).commands).toEqual([
      { kind: 'closePosition', symbol: 'BTC/USDT', pressId: 'run-1' },
    ]);
  });

  it('keeps the selected row selected while rows move', () => {
    const { model } = pressKeys(['6', 'j'], { view: aView({ orders: [anOrder(), anOrder()] }) });
    const chosen = model.panes.orders.selected;
    const grown = aView({ orders: [anOrder(), anOrder(), anOrder()] });
    expect(pressKeys(['8'], { model, view: grown }).model.panes.orders.selected).toBe(chosen);
  });

  it('tells the story of the selected row', () => {
    for (const pane of PANES) {
      const scene = aScene({ model: { ...createModel(), focus: pane } });
      const down = pressKeys(['down'], { model: { focus: pane } }).model;
      const hasRows = selectedRow({ ...scene, model: down }) !== null;
      const { model, commands } = pressKeys(['down', 'enter'], { model: { focus: pane } });
      if (hasRows) expect(model.dialog).toMatchObject({ kind: 'why', pane });
      else expect(model.note).toBe('no row to explain here');
      expect(commands).toEqual([]);
      expect(pressKeys(['j', 'k', 'q'], { model }).model.dialog?.kind).toBe(
        hasRows ? undefined : 'quit',
      );
    }
  });

  it('goes around the panes and to each by its number', () => {
    expect(pressKeys(['shift+tab']).model.focus).toBe('alerts');
    expect(pressKeys(['tab', 'tab']).model.focus).toBe('chart');
    for (const id of PANES) {
      const key = KEYMAP.find((binding) => binding.id === id)?.keys[0];
      if (key !== undefined) expect(pressKeys([key]).model.focus).toBe(id);
    }
  });

  it('stays at a line of the log while newer lines arrive, until it is back at the top', () => {
    const { model } = pressKeys(['7', 'j']);
    const line = model.panes.log.selected;
    expect(line).toContain('grid order accepted');
    expect(pressKeys(['k'], { model }).model.panes.log.selected).toBeNull();
  });
});

describe('the market clock', () => {
  it('holds, steps and changes the pace of simulated time', () => {
    expect(pressKeys([',', '+', '-']).commands).toEqual([
      { kind: 'holdFeed', held: true },
      { kind: 'setSpeed', speed: 120 },
      { kind: 'setSpeed', speed: 30 },
    ]);
    expect(pressKeys(['.']).model.note).toContain('hold the market first');
    const held = aView({ feed: { ...aView().feed, held: true, speed: 'max' } });
    expect(pressKeys(['.', ',', '-', '+'], { view: held })).toMatchObject({
      commands: [
        { kind: 'stepFeed' },
        { kind: 'holdFeed', held: false },
        { kind: 'setSpeed', speed: 1000 },
      ],
      model: { note: 'no faster than max' },
    });
  });

  it('leaves real time alone', () => {
    expect(pressKeys([','], { view: aView({ mode: 'paper' }) })).toMatchObject({
      commands: [],
      model: { note: 'the market of paper mode runs in real time' },
    });
  });
});

describe('quitting', () => {
  it('asks, and quits on y or a second Ctrl+C only', () => {
    expect(pressKeys(['q', 'y']).effects).toEqual(['none', 'quit']);
    expect(pressKeys(['q', 'enter']).effects).toEqual(['none', 'none']);
    expect(pressKeys(['q', 'escape']).model.dialog).toBeNull();
    expect(pressKeys(['ctrl+c', 'ctrl+c']).effects).toEqual(['none', 'quit']);
  });
});
