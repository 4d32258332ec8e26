/**
 * What every `npm run prove:*` shares: bare it proves the floor; `-- --full`, `--count N`,
 * `--seed N`, `--resume` and `--shard I/N` choose more, other or a part of it (DECISIONS 36).
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export interface ProofPlan {
  /** As in `npm run prove:NAME`. */
  readonly name: string;
  /** What one item is, in the plural: `kills`, `days`. */
  readonly unit: string;
  /** Items that CI runs, and those of the full run. */
  readonly floor: number;
  readonly full: number;
}

/** What one item came to: figures that are summed up and show that it was not empty. */
export interface Outcome {
  /** Null: it held. Else what was broken, in words that name the seed's evidence. */
  readonly fault: string | null;
  readonly figures: Readonly<Record<string, number>>;
}

export interface ProofArgs {
  readonly count: number;
  readonly seed: number;
  readonly resume: boolean;
  /** This process takes the items i with `i % of === index`. */
  readonly shard: { readonly index: number; readonly of: number };
}

interface Progress {
  next: number;
  passed: number;
  failed: number;
  figures: Record<string, number>;
}

const CACHE = join(import.meta.dirname, '..', '..', 'node_modules/.cache/tapedeck/proofs');
const SAVE_EVERY_MS = 5_000;
/** Broken items printed whole; of more the seed alone. */
const SHOWN_FAULTS = 10;

/** Arguments as typed. Throws with one line about the first thing wrong. */
export function readProofArgs(argv: readonly string[], plan: ProofPlan): ProofArgs {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      full: { type: 'boolean', default: false },
      count: { type: 'string' },
      seed: { type: 'string', default: '1' },
      resume: { type: 'boolean', default: false },
      shard: { type: 'string', default: '1/1' },
    },
  });
  const [part, of] = values.shard.split('/').map(Number);
  if (!isCount(part) || !isCount(of) || part > of) throw new Error('--shard is I/N, such as 1/4');
  const count = values.count === undefined ? null : Number(values.count);
  if (count !== null && !isCount(count)) throw new Error('--count is a number above 0');
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error('--seed is a whole number');
  return {
    count: count ?? (values.full ? plan.full : plan.floor),
    seed,
    resume: values.resume,
    shard: { index: part - 1, of },
  };
}

const isCount = (value: number | undefined): value is number =>
  value !== undefined && Number.isSafeInteger(value) && value > 0;

/**
 * Runs every item of this shard, `one(seed)` each, prints figures and `N passed, M failed`, and
 * sets the exit code. `check` looks at the sums: a proof that proved nothing fails.
 */
export async function prove(
  plan: ProofPlan,
  one: (seed: number) => Outcome | Promise<Outcome>,
  check: (figures: Readonly<Record<string, number>>, items: number) => string | null = () => null,
): Promise<void> {
  const args = readProofArgs(process.argv.slice(2), plan);
  const file = join(CACHE, `${plan.name}-${args.seed}-${args.count}-${args.shard.index + 1}.json`);
  const progress = begin(file, args);
  const begun = process.hrtime.bigint();
  let saved = begun;
  for (let item = progress.next; item < args.count; item += args.shard.of) {
    const seed = args.seed + item;
    const { fault, figures } = await one(seed);
    for (const [name, value] of Object.entries(figures)) {
      progress.figures[name] = (progress.figures[name] ?? 0) + value;
    }
    if (fault === null) progress.passed += 1;
    else report(plan, progress, seed, fault);
    progress.next = item + args.shard.of;
    const now = process.hrtime.bigint();
    if (now - saved < SAVE_EVERY_MS * 1e6) continue;
    saved = now;
    save(file, progress);
    process.stderr.write(`${plan.name}: ${progress.passed + progress.failed} ${plan.unit}\n`);
  }
  end(plan, progress, check, Number(process.hrtime.bigint() - begun) / 1e9);
  rmSync(file, { force: true });
}

function begin(file: string, args: ProofArgs): Progress {
  const fresh = { next: args.shard.index, passed: 0, failed: 0, figures: {} };
  if (!args.resume) return fresh;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Progress;
  } catch {
    return fresh; // nothing to go on with
  }
}

function save(file: string, progress: Progress): void {
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(file, JSON.stringify(progress));
}

function report(plan: ProofPlan, progress: Progress, seed: number, fault: string): void {
  progress.failed += 1;
  if (progress.failed > SHOWN_FAULTS) return void process.stdout.write(`BROKEN seed ${seed}\n`);
  const again = `npm run prove:${plan.name} -- --seed ${seed} --count 1`;
  process.stdout.write(`BROKEN seed ${seed}: ${fault}\n  again: ${again}\n`);
}

function end(
  plan: ProofPlan,
  progress: Progress,
  check: (figures: Readonly<Record<string, number>>, items: number) => string | null,
  seconds: number,
): void {
  const { figures, passed } = progress;
  const items = passed + progress.failed;
  const empty = items === 0 ? `no ${plan.unit} at all` : check(figures, items);
  if (empty !== null) process.stdout.write(`EMPTY PROOF: ${empty}\n`);
  const failed = progress.failed + (empty === null ? 0 : 1);
  const sums = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  process.stdout.write(`${plan.name}: ${items} ${plan.unit} in ${seconds.toFixed(1)} s`);
  process.stdout.write(`${sums.length > 0 ? ` · ${sums.join(' · ')}` : ''}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}
