// `npm run bench [NAME...]`: runs test/bench/*.bench.ts(x), one process each, in sequence.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { bundled } from './bundle.ts';

const root = join(import.meta.dirname, '..', '..');

process.exitCode = await main(process.argv.slice(2));

async function main(wanted: readonly string[]): Promise<number> {
  const names = readdirSync(import.meta.dirname)
    .filter((name) => /\.bench\.tsx?$/.test(name))
    .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
    .sort();
  if (names.length === 0) {
    process.stderr.write(`no bench found${wanted.length > 0 ? `: ${wanted.join(', ')}` : ''}\n`);
    return 2;
  }
  let failed = 0;
  for (const name of names) {
    process.stdout.write(`\n== ${name}\n`);
    const file = await bundled(join(import.meta.dirname, name), 'external');
    const result = spawnSync(process.execPath, ['--expose-gc', '--enable-source-maps', file], {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: 'inherit',
    });
    if (result.status !== 0) failed += 1;
  }
  return failed === 0 ? 0 : 1;
}
