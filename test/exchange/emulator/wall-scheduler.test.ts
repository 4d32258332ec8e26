import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { DAY_MS } from '../../../src/domain/time.ts';
import { wallScheduler } from '../../../src/exchange/emulator/wall-scheduler.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An order may be good for a month, which is longer than a timer of the machine can wait. */
test('waits for a month, and not a moment less', () => {
  const fire = vi.fn<() => void>();
  wallScheduler.after(31 * DAY_MS, fire);
  vi.advanceTimersByTime(31 * DAY_MS - 1);
  expect(fire).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(fire).toHaveBeenCalledOnce();
});

test.each([1, 26])('is stopped after %i days', (days) => {
  const fire = vi.fn<() => void>();
  const stop = wallScheduler.after(31 * DAY_MS, fire);
  vi.advanceTimersByTime(days * DAY_MS);
  stop();
  vi.advanceTimersByTime(40 * DAY_MS);
  expect(fire).not.toHaveBeenCalled();
});

test('what is due has fired within the call', () => {
  const fire = vi.fn<() => void>();
  wallScheduler.after(0, fire);
  expect(fire).toHaveBeenCalledOnce();
});
