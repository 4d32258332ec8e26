/** What is watched of a running console from outside. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Resident megabytes of a process. */
export function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kb === undefined) throw new Error(`process ${pid} has no resident memory`);
  return Number(kb) / 1024;
}

/** The one child of a process. */
export function childOf(pid: number): number {
  const child = Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'), 10);
  if (!(child > 0)) throw new Error(`process ${pid} has no child`);
  return child;
}

/** A stack in a text: `at name (file:1:2)` or `at file:1:2`. */
const STACK = /\bat (?:[^\n]* \()?[^\s()]+:\d+:\d+\)?/;

/** Log lines under a directory that tell of an exception, or of an error at all. */
export function troubles(directory: string): readonly string[] {
  return logFiles(directory)
    .flatMap((path) => readFileSync(path, 'utf8').split('\n'))
    .filter((line) => line !== '' && isTrouble(line));
}

export function isTrouble(line: string): boolean {
  return /"level":"error"/.test(line) || STACK.test(line) || /\b\w*Error: /.test(line);
}

export function logFiles(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.log(\.\d+)?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}
