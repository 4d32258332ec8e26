/**
 * `npm run prove:mutants`: takes each guard away in turn, in a copy of the sources, and runs the
 * tests that are named for it: some test must fail. A guard nobody would miss is no guard.
 */
import type { Mutant } from './guard.ts';
import { type Outcome, prove, readProofArgs } from './kit.ts';
import { Lane, type TestRun } from './mutants-run.ts';
import { MUTANTS } from './mutants-table.ts';

/** Copies at work at the same time. */
const LANES = 2;
/** Mutants begun before the one that is waited for has ended. */
const AHEAD = 6;
/** All named tests together. */
const BASELINE_MS = 600_000;

const plan = { name: 'mutants', unit: 'mutants', floor: MUTANTS.length, full: MUTANTS.length };
const args = readProofArgs(process.argv.slice(2), plan);
const lanes = Array.from({ length: LANES }, () => new Lane());
const free = [...lanes];
const waiting: ((lane: Lane) => void)[] = [];
const begun = new Map<number, Promise<Outcome>>();

async function withLane<T>(work: (lane: Lane) => Promise<T>): Promise<T> {
  const lane = free.pop() ?? (await new Promise<Lane>((resolve) => waiting.push(resolve)));
  try {
    return await work(lane);
  } finally {
    const next = waiting.shift();
    if (next) next(lane);
    else free.push(lane);
  }
}

/** The outcome of one, while those behind it are under way. */
function one(seed: number): Promise<Outcome> {
  const end = args.seed + args.count;
  for (let at = seed; at < end && at < seed + AHEAD * args.shard.of; at += args.shard.of) {
    if (!begun.has(at)) begun.set(at, tryOne(at));
  }
  return begun.get(seed) ?? tryOne(seed);
}

async function tryOne(seed: number): Promise<Outcome> {
  const mutant = MUTANTS[(seed - 1) % MUTANTS.length];
  if (mutant === undefined) throw new Error('--seed is a number above 0');
  try {
    return judge(mutant, await withLane((lane) => lane.try(mutant)));
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error), figures: {} };
  }
}

function judge(mutant: Mutant, { problem, failed }: TestRun): Outcome {
  const { kind, name } = mutant;
  const figures = { [kind]: 1 };
  const by = failed === null ? '' : ` · ${failed.file}`;
  const what = `${kind.padEnd(14)} ${name}${by}`;
  if (problem !== null) return { fault: `${name}: ${problem}`, figures };
  process.stdout.write(`${failed === null ? 'SURVIVED' : 'killed  '} ${what}\n`);
  if (failed !== null) return { fault: null, figures };
  return { fault: `${name} survived ${mutant.tests.join(' ')}`, figures };
}

/** Everything named, without any mutant: whole files, and of long files the named tests. */
async function baseline(): Promise<string | null> {
  const chosen = Array.from({ length: Math.min(args.count, MUTANTS.length) }, (_, item) => {
    return MUTANTS[(args.seed - 1 + item) % MUTANTS.length];
  }).filter((mutant) => mutant !== undefined);
  const filesOf = (list: readonly Mutant[]) => [...new Set(list.flatMap(({ tests }) => tests))];
  const whole = filesOf(chosen.filter(({ only }) => only === undefined));
  const parts = chosen.filter(({ only }) => only !== undefined);
  const named = [...new Set(parts.map(({ only }) => only))].join('|');
  const long = filesOf(parts).filter((file) => !whole.includes(file));
  const half = Math.ceil(whole.length / LANES);
  const groups = [
    { files: long, more: ['-t', named] },
    { files: whole.slice(0, half), more: [] },
    { files: whole.slice(half), more: [] },
  ].filter(({ files }) => files.length > 0);
  const runs = await Promise.all(
    groups.map(({ files, more }) => withLane((lane) => lane.run(files, more, BASELINE_MS))),
  );
  const bad = runs.find(({ problem, failed }) => problem !== null || failed !== null);
  if (bad !== undefined) return bad.problem ?? `${bad.failed?.file}: ${bad.failed?.test}`;
  const passed = runs.reduce((sum, run) => sum + run.passed, 0);
  process.stdout.write(`without any mutant: ${passed} tests pass\n`);
  return null;
}

const broken = await baseline();
if (broken === null) await prove(plan, one);
else {
  process.stdout.write(`the tests fail without any mutant: ${broken}\n0 passed, 1 failed\n`);
  process.exitCode = 1;
}
