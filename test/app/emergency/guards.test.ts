// Guards of the emergency path that another one behind them would hide.
import { expect, test } from 'vitest';

import { Board } from '../../../src/app/emergency/board.ts';
import { Clearance } from '../../../src/app/emergency/clearance.ts';
import { Emergency } from '../../../src/app/emergency/emergency.ts';
import type { FromThread, ToThread } from '../../../src/app/emergency/messages.ts';
import type { SessionView } from '../../../src/app/session-types.ts';
import { FakeVenue, orderId, refOf } from './emergency-kit.ts';

/** A venue that never answers a cancel. */
class DeafVenue extends FakeVenue {
  override cancelOrder(ref: Parameters<FakeVenue['cancelOrder']>[0]): void {
    this.asked.push(`cancel ${ref.orderId}`);
  }
}

test('a cancel without an answer is not asked for again by every look', () => {
  const venue = new DeafVenue();
  const entry = orderId(1);
  venue.place(entry);
  const { after, now } = venue;
  const of = { client: venue, known: [refOf(entry)], isLater: () => false, after, now };
  new Clearance({ ...of, onDone: () => undefined }).start();
  venue.advance(5_000);
  expect(venue.asked.filter((what) => what === 'look').length).toBeGreaterThan(5);
  expect(venue.asked.filter((what) => what !== 'look')).toEqual([`cancel ${entry}`]);
});

test('a resume over the socket without the phrase reaches no session', async () => {
  const posted: ToThread[] = [];
  const done: string[] = [];
  let tell: (message: FromThread) => void = () => undefined;
  const emergency = new Emergency(null, new Board(), {
    post: (message) => posted.push(message),
    listen: (onMessage) => void (tell = onMessage),
    close: () => Promise.resolve(),
  });
  const account = { accountId: 'main', tradingState: 'halted', stateReason: '' };
  const view = { account, orders: [], positions: [], notices: [], store: { waiting: 0 } };
  emergency.serve('nowhere', {
    view: () => view as unknown as SessionView,
    dispatch: (command) => done.push(command.kind),
    notice: () => undefined,
  });
  tell({ kind: 'resume', id: 7, phrase: 'other' });
  expect(done).toEqual([]);
  expect(posted.at(-1)).toMatchObject({
    kind: 'resumed',
    id: 7,
    problem: 'the phrase is the account: main',
  });
  await emergency.close();
});
