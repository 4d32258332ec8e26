// `npm run bench [NAME...]`: runs test/bench/*.bench.ts(x), one process each, in sequence.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { build } from 'esbuild';

import { BUILD_OPTIONS } from '../../src/cli/build.ts';

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
    const file = await bundled(join(import.meta.dirname, name));
    const result = spawnSync(process.execPath, ['--expose-gc', '--enable-source-maps', file], {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: 'inherit',
    });
    if (result.status !== 0) failed += 1;
  }
  return failed === 0 ? 0 : 1;
}

/** Bundled because Node does not run JSX; `import.meta.url` keeps naming the source file. */
async function bundled(path: string): Promise<string> {
  const directory = join(root, 'node_modules', '.cache', 'tapedeck', 'bench');
  mkdirSync(directory, { recursive: true });
  const outfile = join(directory, `${basename(path)}.mjs`);
  await build({
    ...BUILD_OPTIONS,
    logLevel: 'error',
    sourcemap: 'inline',
    packages: 'external',
    entryPoints: [path],
    outfile,
    plugins: [
      {
        name: 'own-url',
        setup(current) {
          current.onLoad({ filter: /[\\/](src|test)[\\/].*\.tsx?$/ }, (file) => ({
            contents: readFileSync(file.path, 'utf8')
              .replaceAll('import.meta.url', `'${pathToFileURL(file.path).href}'`)
              .replaceAll('import.meta.dirname', `'${join(file.path, '..')}'`),
            loader: file.path.endsWith('x') ? 'tsx' : 'ts',
          }));
        },
      },
    ],
  });
  return outfile;
}
