import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { build } from 'esbuild';

import { BUILD_OPTIONS } from '../../src/cli/build.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * One file of this folder with what it imports, as the product is bundled (React's production
 * build), because Node does not run JSX. Returns its path; `import.meta.url` keeps naming the
 * source files. `packages` bundled too start and run as the product's do.
 */
export async function bundled(path: string, packages: 'external' | 'bundle'): Promise<string> {
  const name = basename(path).replace(/\.tsx?$/, '');
  // Two benches may run at once.
  const own = `${name}-${process.pid}`;
  const directory = join(root, 'node_modules', '.cache', 'tapedeck', 'bench', own);
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  await build({
    ...BUILD_OPTIONS,
    logLevel: 'error',
    sourcemap: 'inline',
    packages,
    entryPoints: [path],
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    splitting: true,
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
  return join(directory, `${name}.mjs`);
}
