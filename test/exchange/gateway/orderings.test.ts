// F9, F12, F13, F15 as a property: whatever order the messages of one order arrive in, how often,
// and whichever of them are lost, the books end with what happened at the venue.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { VenueOrder, VenueResult } from '../../../src/domain/venue.ts';
import { EngineBench } from './engine-bench.ts';

type Ending = 'canceled' | 'partly canceled' | 'filled first';

/** What happened at the venue, and every message that tells of it, in the order it happened. */
function happen(bench: EngineBench, ending: Ending) {
  const { client } = bench;
  const messages: (() => void)[] = [];
  const tell = (order: VenueOrder) => messages.push(() => client.listener?.onOrder(order));
  client.streams = false;
  const answered: VenueResult<unknown>[] = [];
  client.next('create', (sent) => {
    const answer = sent.arrive();
    messages.push(() => sent.reply(answer));
  });
  client.next('cancel', (sent) => {
    messages.push(() => sent.reply(answered[0] ?? sent.arrive()));
  });
  const id = bench.buy();
  tell(client.orderOf(id));
  const execute = (quantity: string) => {
    bench.pass(5);
    const fill = client.fill(id, quantity);
    messages.push(() => client.listener?.onFill(fill));
    tell(client.orderOf(id));
  };
  if (ending !== 'canceled') execute('0.4');
  if (ending === 'filled first') execute('0.6');
  bench.cancel(id);
  bench.pass(5);
  if (ending === 'filled first') {
    answered.push({ ok: false, fault: { kind: 'notFound', reason: 'unknown order' } });
  } else {
    answered.push({ ok: true, value: undefined });
    tell(client.change(client.orderOf(id), { status: 'canceled', reason: 'on request' }));
  }
  return { id, messages };
}

const TRUTH: Readonly<Record<Ending, string>> = {
  canceled: 'canceled 0, held 0, cash 10000, fills 0, working 0',
  'partly canceled': 'canceled 0.4, held 0.4, cash 9960, fills 1, working 0',
  'filled first': 'filled 1, held 1, cash 9900, fills 2, working 0',
};

/** Delivers the messages in this order (some twice, some never) and waits for peace. */
function play(ending: Ending, order: readonly number[], gap = 1): string {
  const bench = new EngineBench();
  const { id, messages } = happen(bench, ending);
  for (const at of order) {
    messages[at % messages.length]?.();
    bench.pass(gap);
  }
  // Every answer that is still missing comes to its deadline, and a report follows.
  bench.pass(90_000);
  const { trading } = bench.run.state.money;
  expect([trading.state, bench.run.state.money.drifts.size]).toEqual(['running', 0]);
  expect(bench.client.sentOf('create')).toHaveLength(1);
  return bench.books(id);
}

function* permutations(of: readonly number[]): Generator<readonly number[]> {
  if (of.length <= 1) return void (yield of);
  for (const first of of) {
    for (const rest of permutations(of.filter((one) => one !== first))) yield [first, ...rest];
  }
}

const endings = Object.keys(TRUTH) as Ending[];

describe('the messages of one order', () => {
  test.each(endings)('in the order they happened give the truth: %s', (ending) => {
    expect(play(ending, [0, 1, 2, 3, 4, 5, 6, 7])).toBe(TRUTH[ending]);
  });

  test('in every order give the same books: canceled', () => {
    const orders = [...permutations([0, 1, 2, 3])];
    expect(orders).toHaveLength(24);
    for (const order of orders)
      expect([order, play('canceled', order)]).toEqual([order, TRUTH.canceled]);
  });

  test('in every order give the same books: partly canceled', () => {
    // Six messages: the two answers, the order three times, the fill.
    for (const order of permutations([0, 1, 2, 3, 4, 5])) {
      expect([order, play('partly canceled', order)]).toEqual([order, TRUTH['partly canceled']]);
    }
  });

  test('lost, doubled and in any order give the same books', () => {
    const anyOrder = fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 16 });
    fc.assert(
      fc.property(
        fc.constantFrom(...endings),
        anyOrder,
        fc.constantFrom(0, 1, 400, 3_000),
        (ending, order, gap) => play(ending, order, gap) === TRUTH[ending],
      ),
      { numRuns: 400 },
    );
  });
});

test('an order of which nothing at all is heard ends as the venue has it', () => {
  expect(play('filled first', [])).toBe(TRUTH['filled first']);
});
