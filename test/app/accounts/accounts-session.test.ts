import { expect, test } from 'vitest';

import { AccountsSession } from '../../../src/app/accounts/accounts-session.ts';
import type { ConsoleSession } from '../../../src/app/console-session.ts';
import type { SessionView, WatchRequest } from '../../../src/app/session-types.ts';
import { account } from '../../ui/account-fixture.ts';
import { aView } from '../../ui/session-fixture.ts';

function one(name: string, strategy: string) {
  const heard: unknown[] = [];
  const listeners = new Set<() => void>();
  const state = { closed: '', failed: null as string | null, breaks: false };
  const strategies = aView()
    .strategies.slice(0, 1)
    .map((first) => ({ ...first, id: strategy }));
  let view: SessionView = aView({ account: { ...account(), accountId: name }, strategies });
  const session = {
    view: () => view,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch: (command: unknown) => heard.push(command),
    watch: (request: WatchRequest) => heard.push({ watch: request.symbol }),
    start: () => heard.push('start'),
    recover: (what: string) => heard.push({ recover: what }),
    notice: (_level: string, text: string) => heard.push({ notice: text }),
    get failed() {
      return state.failed;
    },
    async close(reason: string) {
      if (state.breaks) throw new Error(`${name} cannot be closed`);
      state.closed = reason;
    },
  } as unknown as ConsoleSession;
  const change = (equity: number): void => {
    view = { ...view, account: { ...view.account, equity } };
    for (const listener of listeners) listener();
  };
  return { session, heard, state, change, listeners };
}

const two = () => {
  const [a, b] = [one('binance:main', 'grid'), one('kraken:main', 'dca')];
  return { a, b, all: new AccountsSession([a.session, b.session]) };
};

test('shows one account, and all of them beside it', () => {
  const { all, b } = two();
  expect(all.view().account.accountId).toBe('binance:main');
  expect(all.view().accounts?.lines.map(({ name }) => name)).toEqual([
    'binance:main',
    'kraken:main',
  ]);
  const before = all.view();
  expect(all.view()).toBe(before);
  b.change(77);
  expect(all.view().accounts?.lines[1]?.equity).toBe(77);
});

test('goes on with what is looked at when another account is shown', () => {
  const { all, a, b } = two();
  all.watch({ symbol: 'BTC/USDT' } as WatchRequest);
  all.dispatch({ kind: 'showAccount', index: 1 });
  all.dispatch({ kind: 'showAccount', index: 9 });
  expect(all.view().account.accountId).toBe('kraken:main');
  expect([a.heard, b.heard]).toEqual([[{ watch: 'BTC/USDT' }], [{ watch: 'BTC/USDT' }]]);
});

test('sends commands to the shown account and a halt to every one', () => {
  const { all, a, b } = two();
  const pause = { kind: 'pause', reason: 'p' } as const;
  const halt = { kind: 'halt', reason: 'H' } as const;
  all.dispatch(pause);
  all.dispatch(halt);
  expect([a.heard, b.heard]).toEqual([[pause, halt], [halt]]);
});

test('gives edits of the configuration to whom they concern', () => {
  const { all, a, b } = two();
  const risk = { kind: 'changeRisk', changes: { maxPositions: 1 }, fromConfig: true } as const;
  const params = { kind: 'changeParams', strategyId: 'dca', params: {}, fromConfig: true } as const;
  all.dispatch(risk);
  all.dispatch(params);
  expect([a.heard, b.heard]).toEqual([[risk], [risk, params]]);
});

test('is halted from outside in every account, and otherwise told of the first', () => {
  const { all, a, b } = two();
  all.dispatch({ kind: 'showAccount', index: 1 });
  all.lead.dispatch({ kind: 'halt', reason: 'panic' });
  all.lead.dispatch({ kind: 'flatten', reason: 'panic' });
  all.lead.recover?.('woke up');
  expect(all.lead.view().account.accountId).toBe('binance:main');
  expect(a.heard).toMatchObject([{ kind: 'halt' }, { kind: 'flatten' }, { recover: 'woke up' }]);
  expect(b.heard).toMatchObject([{ kind: 'halt' }, { kind: 'halt' }, { recover: 'woke up' }]);
});

test('tells its readers of every account, and stops listening with the last of them', () => {
  const { all, a, b } = two();
  let told = 0;
  const stop = all.subscribe(() => {
    told += 1;
  });
  a.change(1);
  b.change(2);
  expect(told).toBe(2);
  stop();
  expect([a.listeners.size, b.listeners.size]).toEqual([0, 0]);
});

test('closes every account, also where one of them fails', async () => {
  const { all, a, b } = two();
  a.state.breaks = true;
  await expect(all.close('quit')).rejects.toThrow('binance:main cannot be closed');
  expect(b.state.closed).toBe('quit');
  b.state.failed = 'the disk is full';
  expect(all.failed).toBe('the disk is full');
});
