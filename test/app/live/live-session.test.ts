// Live sessions through the real client at a local exchange: the gate, and what is wrong with keys.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { openSession } from '../../../src/app/build.ts';
import type { RunningSession } from '../../../src/app/session.ts';
import { InputError } from '../../../src/domain/errors.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { TestEmulator } from '../../support/emulator.ts';
import { journalRecords, removeAll, until } from '../../support/session-kit.ts';
import { openExchange } from '../../exchange/ccxt/account-kit.ts';
import { credentialsOf, liveOptions, openLive } from './live-kit.ts';

// A session at kraken waits for its rate of one question a second; its keys are checked one by one
// in key-check.test.ts.
describe.each(['binance'] as const)('a live session at %s', (dialect) => {
  const PHRASE = `trade live on ${dialect} main`;
  const sessions: RunningSession[] = [];
  let emulator: TestEmulator;
  beforeAll(async () => {
    emulator = await openExchange(dialect);
  });
  afterEach(async () => {
    emulator.control.clear();
    emulator.control.setSkew(0);
    emulator.control.setKey('main', { revoked: false });
    for (const session of sessions.splice(0)) await session.close('done');
  });
  afterAll(async () => {
    await emulator.close();
    removeAll();
  });

  const open = async (options = liveOptions(emulator, dialect)): Promise<RunningSession> => {
    const session = await openLive(options);
    sessions.push(session);
    return session;
  };
  const stateOf = (session: RunningSession): string => session.view().account.tradingState;
  const newest = (session: RunningSession): string => session.view().notices.at(-1)?.text ?? '';

  test('begins paused, and only its typed phrase lets it trade; the journal has it', async () => {
    const options = liveOptions(emulator, dialect);
    const session = await open(options);
    expect(stateOf(session)).toBe('paused');
    session.dispatch({ kind: 'resume', phrase: null });
    expect(stateOf(session)).toBe('paused');
    expect(newest(session)).toContain('its gate comes first');
    expect(session.view().gate).toMatchObject({ shut: null, phrase: PHRASE, passed: false });
    session.dispatch({ kind: 'passGate', phrase: 'yes' });
    expect(session.view().gate?.passed).toBe(false);
    session.dispatch({ kind: 'passGate', phrase: PHRASE });
    expect(session.view().gate?.passed).toBe(true);
    session.dispatch({ kind: 'resume', phrase: null });
    expect(stateOf(session)).toBe('running');
    await session.close('done');
    const kept = journalRecords(options.stateDirectory).filter((line) => {
      return line.includes('"gatePassed"');
    });
    expect(kept).toHaveLength(1);
    expect(kept[0]).toContain(PHRASE);
    expect(kept[0]).toContain('key cannot withdraw');
  });

  test('is the only one of its account, whatever directory another has', async () => {
    await open();
    const second = openSession(liveOptions(emulator, dialect));
    await expect(second).rejects.toThrow(`(pid ${process.pid}) already uses this state or account`);
  });

  test('wants the phrase again after a restart, which comes back paused', async () => {
    const options = liveOptions(emulator, dialect);
    const first = await open(options);
    first.dispatch({ kind: 'passGate', phrase: PHRASE });
    first.dispatch({ kind: 'resume', phrase: null });
    await first.close('done');
    const second = await open(options);
    expect(stateOf(second)).toBe('paused');
    expect(second.view().gate?.passed).toBe(false);
  });

  const SHUT: readonly (readonly [string, RegExp, () => string])[] = [
    ['a key that may withdraw', /key cannot withdraw: may .*withdraw/, () => 'withdraw'],
    ['a key that may not trade', /key works: may not trade/, () => 'readonly'],
    [
      'a clock that is 5 s off',
      /clock: [456]\.\d s behind the exchange/,
      () => {
        emulator.control.setSkew(5_000);
        return 'main';
      },
    ],
  ];

  test.each(SHUT)('%s keeps it paused, whatever is typed', async (_what, why, arrange) => {
    const credentials = credentialsOf(emulator, arrange());
    const session = await open(liveOptions(emulator, dialect, { credentials }));
    expect(session.view().gate?.shut).toMatch(why);
    session.dispatch({ kind: 'passGate', phrase: PHRASE });
    session.dispatch({ kind: 'resume', phrase: null });
    expect(session.view().gate?.passed).toBe(false);
    expect(stateOf(session)).toBe('paused');
  });

  test('a wrong key opens nothing: one line, exit 3', async () => {
    const credentials = { ...credentialsOf(emulator), secret: Secret.of('A'.repeat(64)) };
    const opened = openSession(liveOptions(emulator, dialect, { credentials }));
    const error = await opened.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    const { message, exitCode } = error as InputError;
    expect(exitCode).toBe(3);
    expect(message).toMatch(new RegExp(`^exchange ${dialect} refuses the key: [^\n]+$`));
    expect(message).not.toContain('AAAA');
  });

  test('a key that is revoked meanwhile halts it', async () => {
    const session = await open();
    emulator.control.setKey('main', { revoked: true });
    session.recover('a look at the account');
    await until(() => stateOf(session) === 'halted');
    expect(session.view().account.stateReason).toContain('keys refused');
  });
});
