/** Started as a strategy's process is: tries what such a process must not be able to do. */
import { execSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { Worker } from 'node:worker_threads';

const tries: Readonly<Record<string, () => unknown>> = {
  environment: () => Object.keys(process.env).join(),
  procfs: () => readFileSync('/proc/self/environ', 'utf8'),
  parent: () => readFileSync(`/proc/${process.ppid}/environ`, 'utf8'),
  home: () => readdirSync('/').join(),
  write: () => writeFileSync('/tmp/tapedeck-outward', 'x'),
  shell: () => execSync('id').toString(),
  thread: () => new Worker('1', { eval: true }),
  code: () => runInThisContext('new Function("return 1")()') as unknown,
};

const got = Object.entries(tries).map(([name, attempt]) => {
  try {
    return [name, `got ${String(attempt())}`];
  } catch (error) {
    return [name, error instanceof Error ? error.name : 'refused'];
  }
});
process.send?.(Object.fromEntries(got));
process.disconnect();
