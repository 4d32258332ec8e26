// `npm run prove:crash`: every state of the disk that a power cut may leave, strict POSIX model.
import { crashRun } from './crash-run.ts';
import { prove } from './kit.ts';

/** Distinct states of one workload at least; together 100,000 and 10,000,000. */
const STATES_EACH = 2_500;

await prove(
  { name: 'crash', unit: 'workloads', floor: 60, full: 4_000 },
  (seed) => crashRun(seed),
  ({ states = 0, acks = 0, compactions = 0, starts = 0 }, workloads) => {
    if (states < workloads * STATES_EACH) return `only ${states} distinct states`;
    if (acks < workloads * 20) return `only ${acks} acknowledgements`;
    if (compactions < workloads || starts < workloads * 2) return 'no compactions or no starts';
    return null;
  },
);
