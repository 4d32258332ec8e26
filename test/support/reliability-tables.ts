/** The tables of README.md on reliability: proofs with their figures, faults, attacks. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { FAULT_ROWS, type FaultRow, NOT_APPLICABLE } from '../proofs/faults-table.ts';
import { DIALECTS } from '../../src/exchange/emulator/dialects.ts';
import { EXCHANGE_FAULTS } from '../proofs/exchange-table.ts';
import { SCENARIOS } from '../proofs/scenarios/registry.ts';
import { SECURITY_ROWS, type SecurityRow } from '../security/table.ts';
import { FAULT_ANSWERS } from './fault-answers.ts';
import { MEASURED, PROOFS, type ProofFigures } from './reliability-figures.ts';
import { row, table } from './tables.ts';

const PROOFS_DIRECTORY = join(import.meta.dirname, '..', 'proofs');

/** Each proof, what CI and the full run ask of it, and what was reached. */
export function proofTable(): string {
  const rows = PROOFS.map((proof) => {
    const { floor, full } = proof.plan ?? planOf(proof);
    const reached = proof.reached ?? 'not measured yet';
    return row(`\`npm run ${proof.command}\``, proof.does, floor, full, reached);
  });
  const head = ['Command', 'What it does', 'In CI', 'Full run', 'Reached'];
  return `${table(head, rows)}\n\nReached on ${MEASURED.date}: ${MEASURED.machine}.`;
}

/** Floor and full run as the proof's own file has them. Throws when it has none. */
function planOf({ command, unit }: ProofFigures): {
  readonly floor: string;
  readonly full: string;
} {
  const file = `${command.replace('prove:', '')}.ts`;
  const text = readFileSync(join(PROOFS_DIRECTORY, file), 'utf8');
  const [, floor, full] = /floor: ([\d_]+), full: ([\d_]+)/.exec(text) ?? [];
  if (floor === undefined || full === undefined) throw new Error(`${file} names no floor`);
  const words = (count: string): string => `${count.replaceAll('_', ',')} ${unit}`;
  return { floor: words(floor), full: words(full) };
}

/** The matrix: what goes wrong, what the console does, and what proves it. */
export function faultTable(): string {
  const simulated = new Set(SCENARIOS.map((scenario) => scenario.row));
  const rows = FAULT_ROWS.map((fault) => {
    const answer = FAULT_ANSWERS[fault.row];
    if (answer === undefined) throw new Error(`fault-answers.ts has no F${fault.row}`);
    const places = [...(simulated.has(fault.row) ? ['simulation'] : []), ...wiredTo(fault.row)];
    return row(`F${fault.row}`, fault.fault, answer, provenBy(fault, places));
  });
  return table(['', 'Fault', 'What the console does', 'Proven by'], rows);
}

/** The local exchanges at which a fault is played over HTTP and sockets. */
function wiredTo(row: number): string[] {
  const dialects = EXCHANGE_FAULTS.find((fault) => fault.row === row)?.dialects ?? [];
  if (dialects.length === DIALECTS.length) return ['local exchanges'];
  return dialects.map((name) => `local ${name}`);
}

function provenBy({ row: number, tests, open }: FaultRow, places: readonly string[]): string {
  const files = [...new Set(tests.map(({ file }) => `\`${basename(file, '.test.ts')}\``))];
  const proofs = [...places, ...files].join(', ');
  if (NOT_APPLICABLE.has(number)) return `not applicable: ${open ?? ''}`;
  return open === undefined ? proofs : `${proofs}; not yet: ${open}`;
}

/** The attacks that were considered, what answers them and what proves the answer. */
export function attackTable(): string {
  const rows = SECURITY_ROWS.map((attack) => {
    return row(attack.id, attack.attack, attack.answer, answeredBy(attack));
  });
  return table(['', 'Attack', 'Answer', 'Proven by'], rows);
}

function answeredBy({ proofs, waits }: SecurityRow): string {
  const files = [...new Set(proofs.map(({ file }) => `\`${basename(file, '.test.ts')}\``))];
  if (waits === null) return files.join(', ');
  const missing = `waits for ${waits.for}: ${waits.because}`;
  return files.length === 0 ? missing : `${files.join(', ')}; ${missing}`;
}
