// `npm run prove:fs`: the n-th file call fails, for every n and every errno; short writes as well.
import { type FaultCase, casesOf, play, WORKLOADS } from './fs-run.ts';
import { prove } from './kit.ts';

const cases: FaultCase[] = [];
const sizes: number[] = [];
for (const workload of WORKLOADS) {
  const made = await casesOf(workload);
  sizes.push(made.length);
  cases.push(...made);
}
const [floor = 0] = sizes;

await prove(
  { name: 'fs', unit: 'faults', floor, full: cases.length },
  async (seed) => {
    const one = cases[(seed - 1) % cases.length];
    if (one === undefined) return { fault: 'there is no such fault', figures: {} };
    const { outcome } = await play(one.workload, one.fault);
    const { nth, errno, isLasting, written } = one.fault;
    const what = `${errno ?? 'short write'}${isLasting ? ' from then on' : ''}, ${written} bytes`;
    const fault = outcome.fault === null ? null : `${one.workload.name}, call ${nth}: ${what}`;
    return { ...outcome, fault: fault === null ? null : `${fault}: ${outcome.fault}` };
  },
  ({ struck = 0, failedJournals = 0, acks = 0 }, faults) => {
    if (struck < faults * 0.99) return `only ${struck} faults struck`;
    if (failedJournals === 0 || acks === 0) return 'no journal failed, or nothing was acknowledged';
    return null;
  },
);
