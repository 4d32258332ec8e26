// F54 to F57: a file call fails. The whole table of calls and errnos is `npm run prove:fs`.
import { expect, test } from 'vitest';

import type { StoreFs } from '../../src/store/store-fs.ts';
import { casesOf, play, WORKLOADS } from '../proofs/fs-run.ts';

test.each(WORKLOADS.map((workload) => [workload.name, workload] as const))(
  'F54 F55 F56 F57: %s: any call that fails loses nothing and is said',
  async (_name, workload) => {
    const cases = await casesOf(workload);
    // Every 37th: over all calls, errnos and lengths within a second or two.
    const some = cases.filter((_case, index) => index % 37 === 0);
    for (const { fault } of some) {
      const { outcome } = await play(workload, fault);
      expect(outcome.fault).toBeNull();
    }
    expect(some.length).toBeGreaterThan(10);
  },
);

/** A write that ends early is taken for a whole one. */
const blind = (files: StoreFs): StoreFs => {
  const writeSync = (fd: number, bytes: Buffer, from: number, length: number): number => {
    files.writeSync(fd, bytes, from, length);
    return length;
  };
  return { ...files, writeSync } as unknown as StoreFs;
};

test('F55: a store that did not look at what a write returns would lose records', async () => {
  const [workload] = WORKLOADS;
  if (workload === undefined) throw new Error('no workload');
  const cases = await casesOf(workload);
  const short = cases.filter(({ fault }) => fault.errno === null);
  const faults: string[] = [];
  for (const { fault } of short.slice(-200)) {
    const { outcome } = await play(workload, fault, blind);
    if (outcome.fault !== null) faults.push(outcome.fault);
  }
  expect(faults.join('\n')).toMatch(/lost|unreadable/);
});

/** A sync that fails is taken for one that worked. */
const deaf = (files: StoreFs): StoreFs => {
  const ignore = (sync: (fd: number) => void) => (fd: number) => {
    try {
      sync(fd);
    } catch {
      // as if nothing were wrong
    }
  };
  const changed = {
    fsyncSync: ignore(files.fsyncSync),
    fdatasyncSync: ignore(files.fdatasyncSync),
  };
  return { ...files, ...changed };
};

test('F56: a failed sync is never taken for a good one', async () => {
  const [workload] = WORKLOADS;
  if (workload === undefined) throw new Error('no workload');
  const { calls } = await play(workload, null);
  const nth = calls.map(({ name }) => name).lastIndexOf('fdatasyncSync') + 1;
  const fault = { nth, errno: 'EIO', isLasting: false, written: 0 };
  const sound = await play(workload, fault);
  expect(sound.outcome.figures['failedJournals']).toBe(1);
  const careless = await play(workload, fault, deaf);
  expect(careless.outcome.figures['failedJournals']).toBe(0);
});
