import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  ORDER_TABLE,
  ORDER_TYPES,
  type OrderStatus,
  type OrderTransition,
  hasLimitPrice,
  isTriggerType,
  isWorking,
  nextStatus,
} from '../../src/domain/order.ts';

const TRANSITIONS = {
  accept: 0,
  reject: 1,
  partialFill: 2,
  fullFill: 3,
  requestCancel: 4,
  rejectCancel: 5,
  cancel: 6,
  expire: 7,
  loseTrack: 8,
  resurface: 9,
} as const satisfies Record<OrderTransition, number>;

/**
 * The whole table again, written from the order's point of view; one letter a cell, in the order
 * of TRANSITIONS: S submitted, U unknown, A accepted, P partiallyFilled, C pendingCancel, F filled,
 * X canceled, R rejected, E expired, `.` nothing changes.
 */
const SPEC = {
  // accept reject partial full request rejectCancel cancel expire loseTrack resurface
  submitted: 'ARPFC.XEU.',
  unknown: 'ARPFC.XE..',
  accepted: '.RPFC.XEU.',
  partiallyFilled: '..PFC.XEU.',
  pendingCancel: 'CRCF' + '.AXE..',
  filled: '..........',
  canceled: '..XF.....A',
  expired: '..EF.....A',
  rejected: '..RF.....A',
} as const satisfies Record<OrderStatus, string>;
const LETTERS: Readonly<Record<string, OrderStatus>> = {
  S: 'submitted', U: 'unknown', A: 'accepted', P: 'partiallyFilled', C: 'pendingCancel',
  F: 'filled', X: 'canceled', R: 'rejected', E: 'expired',
}; // prettier-ignore

const STATUSES = Object.keys(SPEC) as OrderStatus[];
const NAMES = Object.keys(TRANSITIONS) as OrderTransition[];
const cells = STATUSES.flatMap((status) =>
  NAMES.map((name) => {
    const letter = SPEC[status][TRANSITIONS[name]] ?? '?';
    return { status, name, next: letter === '.' ? status : LETTERS[letter] };
  }),
);

test('the table knows every status and the specification every cell', () => {
  expect(Object.keys(ORDER_TABLE).sort()).toEqual([...STATUSES].sort());
  expect(cells).toHaveLength(90);
});

test.each(cells)('$status on $name becomes $next', ({ status, name, next }) => {
  expect(nextStatus(status, name)).toBe(next);
});

const anyTransition = fc.constantFrom(...NAMES.filter((name) => name !== 'resurface'));
const anyStatus = fc.constantFrom(...STATUSES);
const path = (start: OrderStatus, steps: readonly OrderTransition[]): OrderStatus =>
  steps.reduce(nextStatus, start);

describe('any sequence of messages', () => {
  test('an order that ended never works again, unless the venue shows it', () => {
    fc.assert(
      fc.property(anyStatus, fc.array(anyTransition), (start, steps) => {
        if (isWorking({ status: start })) return;
        expect(isWorking({ status: path(start, steps) })).toBe(false);
      }),
    );
  });

  test('only a fill changes how an order ended, and only to filled', () => {
    fc.assert(
      fc.property(anyStatus, anyTransition, (start, step) => {
        if (isWorking({ status: start })) return;
        const next = nextStatus(start, step);
        expect(next === start || (next === 'filled' && step === 'fullFill')).toBe(true);
      }),
    );
  });

  test('a message that is repeated changes nothing the second time', () => {
    fc.assert(
      fc.property(anyStatus, anyTransition, (start, step) => {
        const once = nextStatus(start, step);
        // The acknowledged end of a cancel request is the only one that depends on being first.
        expect(nextStatus(once, step)).toBe(once);
      }),
    );
  });

  test('filled is the end', () => {
    fc.assert(
      fc.property(fc.array(anyTransition), (steps) => {
        expect(path('filled', steps)).toBe('filled');
      }),
    );
  });
});

describe('unknown', () => {
  test('counts as working: its exposure stays reserved', () => {
    expect(isWorking({ status: 'unknown' })).toBe(true);
  });

  test('is reached from everything that was sent, not at its end and not to be canceled', () => {
    for (const status of STATUSES) {
      const isSent = isWorking({ status }) && status !== 'pendingCancel';
      expect(nextStatus(status, 'loseTrack')).toBe(isSent ? 'unknown' : status);
    }
  });

  test('is left by nothing of ours but the wish to be rid of it', () => {
    for (const ours of ['rejectCancel', 'loseTrack'] as const) {
      expect(nextStatus('unknown', ours)).toBe('unknown');
    }
    expect(nextStatus('unknown', 'requestCancel')).toBe('pendingCancel');
  });
});

test('every type says whether it waits for a trigger and whether it rests at a limit', () => {
  expect(
    Object.fromEntries(
      ORDER_TYPES.map((type) => [type, [isTriggerType(type), hasLimitPrice(type)]]),
    ),
  ).toEqual({
    market: [false, false],
    limit: [false, true],
    stop: [true, false],
    stopLimit: [true, true],
    takeProfit: [true, false],
    takeProfitLimit: [true, true],
    trailingStop: [true, false],
  });
});
