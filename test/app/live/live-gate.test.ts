import { describe, expect, test } from 'vitest';

import { takenByGate, type LiveGateOptions } from '../../../src/app/live-gate.ts';
import type { Words } from '../../../src/app/session-types.ts';
import type { Command } from '../../../src/domain/command.ts';
import type { LifecycleEvent } from '../../../src/domain/event.ts';
import { WIDE } from '../../support/wide-limits.ts';
import { aView } from '../../ui/session-fixture.ts';
import { aDrift, anExternal } from '../../ui/truth-fixture.ts';
import { PLAN, TRADES_ONLY, aGate, anAskedGate, calmView } from './gate-kit.ts';

const PHRASE = 'trade live on binance main';
const VOUCH = 'the key of binance main cannot withdraw';
const said = (change: Partial<typeof TRADES_ONLY>): Partial<LiveGateOptions> => ({
  permissions: () => Promise.resolve({ ...TRADES_ONLY, ...change }),
});
const skewed = (ms: number): Partial<LiveGateOptions> => ({ skewMs: () => Promise.resolve(ms) });
const ORDER = anExternal({ clientOrderId: 'td0000000000000001e' });

describe('a live gate that is met', () => {
  test('opens for its phrase and no other', async () => {
    const gate = await anAskedGate();
    expect(gate.checks().filter(({ ok }) => ok !== true)).toEqual([]);
    expect(gate.pass('trade live on kraken main')).toContain(PHRASE);
    expect(gate.passed).toBe(false);
    expect(gate.pass(PHRASE)).toBeNull();
    expect(gate.passed).toBe(true);
  });

  test('shows account, limits and what typing means', async () => {
    expect((await anAskedGate()).view()).toMatchObject({
      account: 'binance main',
      phrase: PHRASE,
      shut: null,
      passed: false,
      means: expect.stringContaining('real') as unknown,
    });
  });

  test('is shut while nothing was asked yet', () => {
    const gate = aGate();
    expect(gate.pass(PHRASE)).toBe('the exchange is being asked');
  });
});

describe('a live gate stays shut', () => {
  test.each<readonly [string, RegExp, Partial<LiveGateOptions>]>([
    ['the key may withdraw', /key cannot withdraw: may withdraw/, said({ withdraw: true })],
    ['the key may transfer', /key cannot withdraw: may transfer/, said({ transfer: true })],
    ['the key may not trade', /key works: may not trade/, said({ trade: false })],
    [
      'the key is refused',
      /key works: binance refuses the key/,
      { permissions: () => Promise.reject(new Error('binance refuses the key')) },
    ],
    ['the clock is 5 s off', /clock: 5.0 s ahead of/, skewed(5_000)],
    ['the clock is 3 s behind', /clock: 3.0 s behind/, skewed(-3_000)],
    [
      'the key would go elsewhere',
      /connection: evil.example/,
      { hosts: { used: ['evil.example'], allowed: ['api.binance.com'] } },
    ],
    [
      'TLS is off',
      /environment: NODE_TLS_REJECT_UNAUTHORIZED/,
      { unsafe: { dropped: [], inForce: ['NODE_TLS_REJECT_UNAUTHORIZED'] } },
    ],
    ['risk rules are off', /risk rules: off/, { limits: () => ({ ...WIDE, enabled: false }) }],
    [
      'the books are not compared yet',
      /books agree: not compared yet/,
      { view: () => calmView({ recovering: { since: 0, reason: 'x', blocked: null } }) },
    ],
    ['a holding differs', /SOL\/USDT differs/, { view: () => calmView({ drifts: [aDrift()] }) }],
    ['an order is unknown', /1 order unknown/, { view: () => calmView({ unknownOrders: 1 }) }],
    ['orders are unknown', /2 orders unknown/, { view: () => calmView({ unknownOrders: 2 }) }],
    [
      'another run trades here',
      /no foreign run: orders of run/,
      { view: () => calmView({ externalOrders: [ORDER] }) },
    ],
    [
      'nothing is in the account',
      /balances: none/,
      { view: () => ({ ...calmView(), account: { ...aView().account, equity: 0 } }) },
    ],
  ])('where %s', async (_what, why, change) => {
    const gate = await anAskedGate(change);
    expect(gate.pass(PHRASE)).toMatch(why);
    expect(gate.pass(VOUCH)).toMatch(why);
    expect(gate.passed).toBe(false);
    expect(gate.view().shut).toMatch(why);
  });

  test('until what was wrong is mended and asked again', async () => {
    let withdraw = true;
    const gate = await anAskedGate({
      permissions: () => Promise.resolve({ ...TRADES_ONLY, withdraw }),
    });
    expect(gate.pass(PHRASE)).toContain('may withdraw');
    withdraw = false;
    await gate.ask();
    expect(gate.pass(PHRASE)).toBeNull();
  });
});

describe('what only warns', () => {
  test.each<readonly [string, Partial<LiveGateOptions>]>([
    ['a key that works from anywhere', said({ ipRestricted: false })],
    ['a clock that is 1.5 s off', skewed(1_500)],
    [
      'orders of others',
      {
        view: () => calmView({ externalOrders: [anExternal({ clientOrderId: 'web' })] }),
      },
    ],
  ])('%s', async (_what, change) => {
    expect((await anAskedGate(change)).pass(PHRASE)).toBeNull();
  });
});

describe('an exchange that does not tell whether the key may withdraw', () => {
  test.each([{ withdraw: null }, { transfer: null }])(
    '%o wants a phrase of its own',
    async (one) => {
      const gate = await anAskedGate(said(one));
      expect(gate.view()).toMatchObject({ phrase: VOUCH, opens: false });
      expect(gate.pass(PHRASE)).toContain(VOUCH);
      expect(gate.pass(VOUCH)).toBeNull();
      expect(gate.passed).toBe(false);
      expect(gate.view()).toMatchObject({ phrase: PHRASE, opens: true });
      expect(gate.pass(PHRASE)).toBeNull();
      expect(gate.passed).toBe(true);
    },
  );
});

/** A session's seat at the gate: what it said and what was posted for the journal. */
function seat(gate: ReturnType<typeof aGate> | null) {
  const told: Words[] = [];
  const posted: LifecycleEvent[] = [];
  const run = {
    state: { market: { now: 5 } },
    post: (event: LifecycleEvent) => void posted.push(event),
  };
  const take = (command: Parameters<typeof takenByGate>[0]): boolean =>
    takenByGate(command, { gate, run: run as never, say: (words) => void told.push(words) });
  return { told, posted, take };
}

const LOOSENING: readonly Command[] = [
  { kind: 'resume', phrase: null },
  { kind: 'resume', phrase: 'binance:main' },
  { kind: 'resumeScope', scope: { symbol: 'BTC/USDT' }, phrase: null },
  { kind: 'clearBreaker', breaker: 'drawdown' },
];
const TIGHTENING: readonly Command[] = [
  { kind: 'pause', reason: 'x' },
  { kind: 'halt', reason: 'x' },
  { kind: 'flatten', reason: 'x' },
  { kind: 'cancelAll', symbol: null },
  { kind: 'closePosition', symbol: 'BTC/USDT', pressId: '1' },
];

describe('a session before its gate', () => {
  test.each(LOOSENING)('refuses $kind with words, whoever asks', async (command) => {
    const { told, take } = seat(await anAskedGate());
    expect(take(command)).toBe(true);
    expect(told).toMatchObject([
      { level: 'warn', text: expect.stringContaining('gate') as unknown },
    ]);
  });

  test.each(TIGHTENING)('lets $kind through', async (command) => {
    expect(seat(await anAskedGate()).take(command)).toBe(false);
  });

  test('records what the gate said and what was typed, once it is passed', async () => {
    const gate = await anAskedGate(said({ withdraw: null }));
    const { posted, told, take } = seat(gate);
    expect(take({ kind: 'passGate', phrase: 'wrong' })).toBe(true);
    expect(take({ kind: 'passGate', phrase: VOUCH })).toBe(true);
    expect(posted).toEqual([]);
    expect(take({ kind: 'passGate', phrase: PHRASE })).toBe(true);
    expect(told.at(-1)?.text).toContain('live for this session');
    expect(posted).toMatchObject([
      {
        kind: 'lifecycle',
        time: 5,
        record: { kind: 'gatePassed', phrase: PHRASE, vouched: [VOUCH] },
      },
    ]);
    const [{ record } = {}] = posted;
    const checks = record?.kind === 'gatePassed' ? record.checks : [];
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'key cannot withdraw', ok: null }),
    );
    for (const command of LOOSENING) expect(take(command)).toBe(false);
  });
});

describe('modes without real money', () => {
  test('a testnet needs no phrase; what is wrong are warnings', async () => {
    const plan = { ...PLAN, venue: 'testnet' } as const;
    const gate = await anAskedGate({ plan, ...said({ withdraw: true }) });
    expect(gate.passed).toBe(true);
    expect(gate.warnings()).toMatchObject([/may withdraw/]);
    for (const command of LOOSENING) expect(seat(gate).take(command)).toBe(false);
  });

  test('an emulator practices the whole of it, without TLS, and says what it is', async () => {
    const plan = { ...PLAN, endpoint: 'http://127.0.0.1:8777' };
    const gate = await anAskedGate({ plan, hosts: { used: ['127.0.0.1'], allowed: [] } });
    expect(gate.view().account).toBe('binance main, EMULATOR');
    expect(gate.view().means).toContain("emulator's");
    expect(seat(gate).take({ kind: 'resume', phrase: null })).toBe(true);
    expect(gate.pass(PHRASE)).toBeNull();
  });

  test('a session without a gate says so', () => {
    const { told, take } = seat(null);
    expect(take({ kind: 'passGate', phrase: PHRASE })).toBe(true);
    expect(told[0]?.text).toContain('no live gate');
    expect(take({ kind: 'resume', phrase: null })).toBe(false);
  });
});
