import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { openSession } from '../../src/app/build.ts';
import { readState } from '../../src/app/state/reader.ts';
import { readStopFile, writeStopFile } from '../../src/store/stop-file.ts';
import { inlineChannel, faultyFs } from '../store/store-kit.ts';
import { demoOptions, makeDirectory, removeAll, until } from '../support/session-kit.ts';

afterAll(removeAll);

const options = (directory: string, start = false) =>
  demoOptions({ stateDirectory: directory, start });

test('a halt stands in halt.json, survives a restart, and a durable resume takes it away', async () => {
  const directory = makeDirectory();
  const session = await openSession(options(directory));
  session.dispatch({ kind: 'halt', reason: 'by hand' });
  // Not in the turn of the stop itself: its cancels leave first.
  expect(readStopFile(directory)).toBeNull();
  await Promise.resolve();
  expect(readStopFile(directory)).toMatchObject({ state: 'halted', reason: 'by hand' });
  await session.close('test');
  expect(readStopFile(directory)).toMatchObject({ state: 'halted', by: 'operator' });

  const again = await openSession(options(directory));
  expect(again.view().account.tradingState).toBe('halted');
  const { accountId } = again.view().account;
  again.dispatch({ kind: 'resume', phrase: accountId });
  expect(again.view().account.tradingState).toBe('running');
  await until(() => again.view().store.waiting === 0);
  await until(() => !existsSync(join(directory, 'halt.json')));
  await again.close('test');
});

test.each([
  ['halted', 'halted'],
  ['reducing', 'halted'],
  ['flattening', 'halted'],
] as const)('halt.json alone (%s) makes a start come up %s', async (state, expected) => {
  const directory = makeDirectory();
  const first = await openSession(options(directory, true));
  await first.close('test');
  writeStopFile(directory, { state, reason: 'panic from outside', time: 5, by: 'panic' });
  expect(readState(directory).money.trading).toMatchObject({ state, reason: 'panic from outside' });
  await expect(openSession(options(directory, true))).rejects.toThrow(
    /--start is refused: halt\.json says/,
  );
  const session = await openSession(options(directory));
  expect(session.view().account).toMatchObject({
    tradingState: expected,
    stateReason: 'panic from outside',
  });
  await session.close('test');
});

test('a damaged halt.json halts and names itself', async () => {
  const directory = makeDirectory();
  writeFileSync(join(directory, 'halt.json'), '{"state":');
  const session = await openSession(options(directory));
  expect(session.view().account.tradingState).toBe('halted');
  expect(session.view().account.stateReason).toMatch(/^halt\.json: /);
  await session.close('test');
});

test.each(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES', 'EMFILE', 'EFBIG'])(
  'F54 F56 F57: after %s on the journal the halt is remembered by the next start',
  async (errno) => {
    const directory = makeDirectory();
    const disk = faultyFs();
    const channel = inlineChannel(disk.files);
    const session = await openSession(options(directory, true), { channel });
    await until(() => session.view().store.waiting === 0);
    disk.arm({ call: errno === 'EIO' ? 'fdatasyncSync' : 'writeSync', nth: 1, errno });
    session.dispatch({ kind: 'pause', reason: 'makes a record' });
    await until(() => session.failed !== null);
    expect(session.view().account.tradingState).toBe('halted');
    await until(() => existsSync(join(directory, 'halt.json')));
    expect(readFileSync(join(directory, 'halt.json'), 'utf8')).toContain(errno);
    await session.close('test');

    const again = await openSession(options(directory));
    expect(again.view().account.tradingState).toBe('halted');
    expect(again.view().account.stateReason).toContain(errno);
    await again.close('test');
  },
);
