import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { findOrStartEmulator } from '../../../src/app/emulator/launch.ts';
import { readNote } from '../../../src/app/emulator/note.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tapedeck-emulator-'));
});
afterEach(async () => {
  await endOurs('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

const open = (exchange = 'binance') => findOrStartEmulator({ exchange, directory, seed: 7 });
const pid = (): number => readNote(directory)?.pid ?? 0;

function isRunning(of: number): boolean {
  try {
    return of > 0 && process.kill(of, 0);
  } catch {
    return false;
  }
}

/** Ends the process that this test started, and waits until it is gone. */
async function endOurs(signal: NodeJS.Signals): Promise<void> {
  const ours = pid();
  if (!isRunning(ours)) return;
  process.kill(ours, signal);
  await expect.poll(() => isRunning(ours), { timeout: 60_000 }).toBe(false);
}

function control(endpoint: string, call: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = get(`${endpoint}/_control/${call}`, { agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(JSON.parse(text)));
    });
    request.on('error', reject);
  });
}

const ORDER = 'order?symbol=BTC/USDT&side=buy&type=limit&quantity=0.01&price=30000';
const balances = async (endpoint: string): Promise<unknown> =>
  ((await control(endpoint, 'dump')) as { balances: unknown }).balances;

test('the process of before is found again, with its orders', async () => {
  const first = await open();
  // Keys lie where nobody else can read them.
  expect(statSync(join(directory, 'emulator.json')).mode & 0o777).toBe(0o600);
  const placed = await control(first.endpoint, ORDER);
  // Busy for longer than it is waited for once: still the same one, never a second.
  process.kill(pid(), 'SIGSTOP');
  const ours = pid();
  const found = open();
  setTimeout(() => process.kill(ours, 'SIGCONT'), 2_500);
  const again = await found;
  expect(pid()).toBe(ours);
  expect(again.endpoint).toBe(first.endpoint);
  expect(again.credentials.key.reveal()).toBe(first.credentials.key.reveal());
  expect(await control(again.endpoint, 'dump')).toMatchObject({ orders: [placed] });
});

test('after its end a new one has the money and the keys, and numbers go on', async () => {
  const first = await open();
  await control(first.endpoint, 'order?symbol=BTC/USDT&side=buy&type=market&quantity=0.01');
  const resting = (await control(first.endpoint, ORDER)) as { venueOrderId: string };
  const before = await balances(first.endpoint);
  await endOurs('SIGTERM');
  const second = await open();
  expect(second.credentials.secret.reveal()).toBe(first.credentials.secret.reveal());
  expect(await control(second.endpoint, 'dump')).toMatchObject({ orders: [], fills: [] });
  // What the resting order had locked is free again: orders end with their process.
  const totals = (of: unknown): unknown =>
    (of as { asset: string; total: string }[]).map(({ asset, total }) => [asset, total]);
  expect(totals(await balances(second.endpoint))).toEqual(totals(before));
  const next = (await control(second.endpoint, ORDER)) as { venueOrderId: string };
  expect(Number(next.venueOrderId)).toBeGreaterThan(Number(resting.venueOrderId));
});

test('it ends when the state of its session is removed', async () => {
  await open();
  const ours = pid();
  rmSync(directory, { recursive: true, force: true });
  await expect.poll(() => isRunning(ours), { timeout: 60_000 }).toBe(false);
});

test('an exchange that no dialect speaks as is refused in one line', async () => {
  await expect(open('gemini')).rejects.toThrow(
    'there is no emulator of gemini; --emulator works with binance and kraken',
  );
});
