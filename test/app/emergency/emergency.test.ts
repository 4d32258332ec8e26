import { afterEach, describe, expect, test } from 'vitest';

import { Board } from '../../../src/app/emergency/board.ts';
import { Emergency, type ThreadChannel } from '../../../src/app/emergency/emergency.ts';
import type { FromThread, ToThread } from '../../../src/app/emergency/messages.ts';
import type { SessionView } from '../../../src/app/session-types.ts';
import { until } from '../../support/session-kit.ts';

const WIRE = { kind: 'practice', socket: 'nowhere' } as const;
const opened: Emergency[] = [];

afterEach(async () => {
  for (const emergency of opened.splice(0)) await emergency.close();
});

/** `obeys`: the session halts when it is told to; one whose engine broke does not. */
function open(of: { readonly obeys?: boolean; readonly wire?: typeof WIRE | null } = {}) {
  const { obeys = true, wire = WIRE } = of;
  const board = new Board();
  const posted: ToThread[] = [];
  const done: string[] = [];
  const account = { accountId: 'main', tradingState: 'running', stateReason: '' };
  let tell: (message: FromThread) => void = () => undefined;
  const channel: ThreadChannel = {
    post: (message) => posted.push(message),
    listen: (onMessage) => {
      tell = onMessage;
    },
    close: () => Promise.resolve(),
  };
  const emergency = new Emergency(wire, board, channel);
  opened.push(emergency);
  const view = {
    account,
    orders: [],
    positions: [],
    notices: [],
    store: { failed: null, commitMs: null, waiting: 0 },
  };
  emergency.serve('nowhere', {
    view: () => view as unknown as SessionView,
    dispatch: (command) => {
      done.push(`${command.kind}, gate ${board.isClosed ? 'closed' : 'open'}`);
      if (obeys) account.tradingState = 'halted';
    },
    notice: (_level, text) => done.push(text),
    recover: (reason) => done.push(`recover: ${reason}`),
  });
  const stop = (lateMs: number): void => {
    board.closeGate();
    tell({ kind: 'stop', id: 1, stop: 'halt', by: 'test', wallMs: Date.now() - lateMs });
  };
  return { board, posted, done, stop, account, emergency };
}

describe('a stop that reaches the main loop', () => {
  test('is heard, carried out with an open gate, and answered from the books', async () => {
    const { stop, done, posted, board } = open();
    stop(0);
    expect(done).toEqual(['halt, gate open']);
    expect(board.isClosed).toBe(false);
    await until(() => posted.some(({ kind }) => kind === 'stopped'));
    expect(posted.map(({ kind }) => kind)).toEqual(['serve', 'heard', 'stopped']);
  });

  test('F51: late, has the books compared first', () => {
    const { stop, done } = open();
    stop(60_000);
    expect(done[0]).toMatch(/^recover: a stop was heard 6\d\.\d s late$/);
    expect(done.slice(1)).toEqual(['halt, gate open']);
  });

  test('of a venue in the process needs no comparison', () => {
    const { stop, done } = open({ wire: null });
    stop(60_000);
    expect(done).toEqual(['halt, gate open']);
  });

  test('is not carried out twice', () => {
    const { stop, done, account, board } = open();
    account.tradingState = 'halted';
    stop(0);
    expect(done).toEqual([]);
    expect(board.isClosed).toBe(false);
  });

  test('leaves the gate closed where the engine does not halt any more', () => {
    const { stop, board } = open({ obeys: false });
    stop(0);
    expect(board.isClosed).toBe(true);
  });

  test('opens the gate once a session that was just beginning has halted', async () => {
    const { stop, board, account, emergency } = open({ obeys: false });
    emergency.start();
    stop(0);
    account.tradingState = 'halted';
    await until(() => !board.isClosed);
  });
});
