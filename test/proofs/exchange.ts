/**
 * `npm run prove:exchange`: the faults F1 to F45 that an exchange can cause, at local exchanges of
 * both dialects, through the real library, HTTP and sockets: a live session as the console opens
 * it, its journal compared with the exchange's own records to the last digit.
 */
import { messageOf } from '../../src/domain/errors.ts';
import type { DialectName } from '../../src/exchange/emulator/dialect.ts';
import { bendTime } from './exchange-scenarios/fast-time.ts';
import type { WireFault } from './exchange-scenarios/wire-fault.ts';
import { WireScenario } from './exchange-scenarios/wire-scenario.ts';
import { EXCHANGE_FAULTS, type ExchangeFaultRow } from './exchange-table.ts';
import { prove } from './kit.ts';

const PLAN = { name: 'exchange', unit: 'seeds of every scenario', floor: 1, full: 100 } as const;
/** Scenarios at the same time: most of each is waiting. */
const AT_ONCE = 6;
/** Below these a seed shows nothing. */
const LEAST = { scenarios: 80, orders: 150, fills: 80, requests: 2_000 } as const;

interface Task {
  readonly fault: WireFault;
  readonly dialect: DialectName;
}

/** How often each scenario held and was broken, by row and dialect. */
const verdicts = new Map<string, { held: number; broken: number }>();
const nameOf = (row: number, dialect: DialectName): string => `F${row} ${dialect}`;

/** One run of one scenario on one dialect. Returns what was broken, and what happened there. */
async function play({ fault, dialect }: Task, seed: number) {
  const options = { ...fault.options, dialect, seed };
  let scenario: WireScenario | null = null;
  let broken: string | null = null;
  try {
    const begin = fault.startsAlone === true ? 'beside' : 'begin';
    scenario = await WireScenario[begin](options);
    await fault.play(scenario);
  } catch (error) {
    broken = `${nameOf(fault.row, dialect)}, ${fault.name}: ${messageOf(error)}`;
  }
  const figures = scenario?.figures() ?? { orders: 0, fills: 0, requests: 0 };
  await scenario?.end();
  return { broken, figures };
}

/** Every scenario on every dialect it is for, a few at a time. */
async function playAll(seed: number) {
  const scenarios = EXCHANGE_FAULTS.flatMap((row) => row.scenarios);
  const waiting: Task[] = scenarios.flatMap((fault) =>
    (fault.dialects ?? (['binance', 'kraken'] as const)).map((dialect) => ({ fault, dialect })),
  );
  const figures = { scenarios: waiting.length, orders: 0, fills: 0, requests: 0 };
  const faults: string[] = [];
  const worker = async (): Promise<void> => {
    for (let task = waiting.shift(); task; task = waiting.shift()) {
      const { broken, figures: own } = await play(task, seed);
      const name = nameOf(task.fault.row, task.dialect);
      const verdict = verdicts.get(name) ?? { held: 0, broken: 0 };
      verdicts.set(name, verdict);
      if (broken === null) verdict.held += 1;
      else {
        verdict.broken += 1;
        faults.push(broken);
      }
      figures.orders += own.orders;
      figures.fills += own.fills;
      figures.requests += own.requests;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { fault: faults.length === 0 ? null : faults.join('\n  '), figures };
}

/** One line of the table. */
function lineOf({ row, fault, dialects, why }: ExchangeFaultRow): string {
  const counts = dialects.map((dialect) => {
    const { held, broken } = verdicts.get(nameOf(row, dialect)) ?? { held: 0, broken: 0 };
    return { dialect, held, all: held + broken };
  });
  const fails = counts.some(({ held, all }) => held < all || all === 0);
  const verdict = counts.length === 0 ? 'n/a ' : fails ? 'FAIL' : 'pass';
  const words = counts.map(({ dialect, held, all }) => `${dialect} ${held} of ${all}`);
  const said = [...words, ...(why === null ? [] : [why])].join(' · ');
  return `F${row}`.padEnd(4) + `${verdict}  ${fault.padEnd(38)}  ${said}`;
}

bendTime();
await prove(PLAN, playAll, (figures, seeds) => {
  const few = Object.entries(LEAST).find(([name, least]) => (figures[name] ?? 0) < least * seeds);
  return few === undefined ? null : `${few[0]}: ${figures[few[0]] ?? 0}, at least ${few[1]} a seed`;
});
const lines = EXCHANGE_FAULTS.map(lineOf);
process.stdout.write(`${lines.join('\n')}\n`);
const played = EXCHANGE_FAULTS.filter(({ dialects }) => dialects.length > 0).length;
const failing = lines.filter((line) => /^F\d+ +FAIL/.test(line)).length;
const excused = EXCHANGE_FAULTS.length - played;
process.stdout.write(`${played - failing} rows pass, ${failing} fail, ${excused} not applicable\n`);
if (failing > 0) process.exitCode = 1;
