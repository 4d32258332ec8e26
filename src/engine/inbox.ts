import { assert } from '../domain/errors.ts';
import type { ControlEvent } from '../domain/event.ts';

/** Control events that may wait at once: far above what one market event causes. */
export const MAX_CONTROL_EVENTS = 1_000_000;

/**
 * The queue of everything that is not market data: venue answers, commands, timers. FIFO, never
 * merged, never dropped. Recorded and seeded markets are pulled by `drive` and need no queue.
 */
export interface Inbox {
  readonly isEmpty: boolean;
  push(event: ControlEvent): void;
  take(): ControlEvent | null;
}

/** An empty inbox. Throws BugError when it would hold more than MAX_CONTROL_EVENTS. */
export function createInbox(): Inbox {
  let events: ControlEvent[] = [];
  let head = 0;
  return {
    get isEmpty() {
      return head === events.length;
    },
    push(event) {
      assert(events.length - head < MAX_CONTROL_EVENTS, 'inbox overflow: an endless answer loop');
      events.push(event);
    },
    take() {
      const event = events[head];
      if (event === undefined) return null;
      head += 1;
      if (head === events.length) {
        events = [];
        head = 0;
      }
      return event;
    },
  };
}
