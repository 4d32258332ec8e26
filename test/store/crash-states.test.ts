// F58: a power cut at any call. The long run of the same is `npm run prove:crash`.
import { expect, test } from 'vitest';

import { CRASH_MUTANTS } from '../proofs/crash-mutants.ts';
import { crashRun } from '../proofs/crash-run.ts';

test('F58: whatever a power cut leaves, all that was acknowledged comes back and nothing else', async () => {
  const { fault, figures } = await crashRun(1);
  expect(fault).toBeNull();
  expect(figures['states']).toBeGreaterThan(1_000);
  expect(figures['acks']).toBeGreaterThan(20);
});

test.each(Object.entries(CRASH_MUTANTS))(
  'the store without it loses: %s',
  async (_name, mutant) => {
    const faults: string[] = [];
    for (let seed = 1; seed <= 20 && faults.length === 0; seed += 1) {
      const { fault } = await crashRun(seed, mutant);
      if (fault !== null) faults.push(fault);
    }
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^(lost|unreadable)/);
  },
);
