// F58: the proof of crash states in small, for whoever takes a sync out of the store's own files:
// several histories with starts, compactions and a full disk. The long run is `prove:crash`.
import { expect, test } from 'vitest';

import { crashRun } from '../proofs/crash-run.ts';

test.each([2, 3, 4, 5, 6, 7, 8])(
  'F58: no power cut loses what counts, history %i',
  async (seed) => {
    const { fault } = await crashRun(seed);
    expect(fault).toBeNull();
  },
);
