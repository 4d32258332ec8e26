// Books and records from before changes of orders and parameters were kept.
import { expect, test } from 'vitest';
import { z } from 'zod';

import { stateCodec } from '../../src/app/state/codec.ts';
import type { JournalRecord } from '../../src/domain/record.ts';
import { makeView } from '../../src/engine/make-view.ts';
import type { MoneyState } from '../../src/execution/money.ts';
import { Desk, hold, puppet } from '../support/builders.ts';

const codec = stateCodec();
const ofStrategy = () => puppet({ params: z.object({ fast: z.int().default(10) }) });

/** A strategy with one coin from 100 and a stop at 95, in a snapshot of then. */
function oldSnapshot(): MoneyState {
  const one = ofStrategy();
  const desk = new Desk({ strategies: [{ id: 's', puppet: one, stopFraction: 0.05 }] });
  one.next = [hold('long')];
  desk.candle(100);
  desk.candle(100);
  desk.command({ kind: 'toggleStrategy', strategyId: 's', enabled: false });
  const text = codec.encodeState(desk.money);
  const old = text
    .replaceAll(/,"initialStop":("[\d.]+"|null)/g, '')
    .replaceAll(',"change":null', '');
  expect(old).not.toMatch(/initialStop|change"/);
  expect(old.length).toBeLessThan(text.length);
  return codec.decodeState(old);
}

test('an old snapshot goes on: R is unknown, switches stay, protection follows what is added', () => {
  const one = ofStrategy();
  const money = oldSnapshot();
  const strategies = [{ id: 's', puppet: one, params: { fast: 10 }, stopFraction: 0.05 }];
  const desk = new Desk({ money, last: 50, strategies });
  desk.candle(110);
  const look = () => makeView(desk.run.state);
  expect(look().positions[0]).toMatchObject({ unrealizedPnl: 10, rMultiple: null });
  expect(look().strategies[0]).toMatchObject({ enabled: false, previousParams: null });
  desk.command({ kind: 'toggleStrategy', strategyId: 's', enabled: true });
  one.next = [{ kind: 'place', symbol: 'BTC/USDT', side: 'buy', type: 'market', reason: 'more' }];
  desk.candle(110);
  desk.candle(110);
  // 5 % below 110: nearer than the stop at 95.
  expect(desk.protection('s')).toEqual(['sell stop 2 at 104.5']);
});

test('an old record of parameters says nothing about the configuration of then: it counts', () => {
  const money = codec.initial();
  const old = { kind: 'paramsChanged', strategyId: 's', params: { fast: 3 }, n: 1, t: 1, m: 0 };
  codec.fold(money, codec.decode(JSON.stringify(old)) satisfies JournalRecord);
  const strategies = [{ id: 's', puppet: ofStrategy(), params: { fast: 12 } }];
  const desk = new Desk({ money, last: 1, strategies });
  expect(makeView(desk.run.state).strategies[0]?.params).toEqual({ fast: 12 });
  expect(desk.of('paramsChanged')).toMatchObject([
    { params: { fast: 12 }, previousParams: { fast: 3 }, configuredParams: { fast: 12 } },
  ]);
  expect(desk.notices).toContain('warn s takes the configuration, which changed: fast 3 → 12');
});
