import { afterEach, expect, test } from 'vitest';

import { type Suspension, followSuspension } from '../../../src/ui/screen/suspension.ts';

let followed: Suspension | null = null;

afterEach(() => followed?.release());

/** What happens to the terminal, in order, on a clock that only the test moves. */
function follow(lastSeen: () => number = () => 0) {
  const done: string[] = [];
  const clock = { now: 10_000 };
  followed = followSuspension({
    leave: () => done.push('leave'),
    back: () => done.push('back'),
    repaint: () => done.push('repaint'),
    resumed: (awayMs) => done.push(`resumed ${String(awayMs)}`),
    wallMs: () => clock.now,
    lastSeen,
    stop: () => undefined,
  });
  return { done, clock, suspension: followed };
}

const wake = (): boolean => process.emit('SIGCONT', 'SIGCONT');

test('a shell gets its terminal, and the console draws everything when it is back', () => {
  const { done, clock, suspension } = follow();
  suspension.suspend();
  expect(suspension.isAway()).toBe(true);
  clock.now += 90_000;
  wake();
  expect(done).toEqual(['leave', 'back', 'repaint', 'resumed 90000']);
  expect(suspension.isAway()).toBe(false);
});

test('the second signal of one wake draws again, and takes no key with it', () => {
  const { done, clock, suspension } = follow();
  suspension.suspend();
  clock.now += 2_000;
  wake();
  done.length = 0;
  wake();
  expect(done).toEqual(['repaint']);
});

test('a stop from outside, long after, takes the terminal anew', () => {
  const { done, clock } = follow();
  clock.now += 5_000;
  wake();
  done.length = 0;
  clock.now += 5_000;
  wake();
  expect(done.slice(0, 3)).toEqual(['leave', 'back', 'repaint']);
});

test('a short stop that nobody asked for is drawn over without a word', () => {
  const { done } = follow(() => 9_700);
  wake();
  expect(done).toEqual(['leave', 'back', 'repaint']);
});
