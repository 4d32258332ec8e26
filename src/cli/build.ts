import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

import type { BuildOptions, Plugin } from 'esbuild';

/** The program's first file, relative to the project root. */
const MAIN = 'src/cli/main.ts';

/** Builds kept beside the newest: a running console still loads its lazy parts from an older one. */
const BUILDS_KEPT = 8;

/** Compiled code of older builds is never read again; about three files belong to one build. */
const CACHE_FILES_KEPT = 100;

/** A build takes a second; a scratch directory this old was left by a build that was killed. */
const SCRATCH_AGE_MS = 3_600_000;

/**
 * Returns the directory that holds the build of the sources as they are now, building it first
 * where it does not exist. A build is made aside and renamed, so no start ever sees half of one.
 */
export async function ensureBuild(root: string): Promise<string> {
  const directory = join(root, 'dist', hashSources(root));
  if (!existsSync(directory)) await build(root, directory);
  return directory;
}

/** The file to import from a build directory to run the program. */
export function mainFile(directory: string): string {
  return join(directory, `${outputName(MAIN)}.js`);
}

/** Hash of everything a build depends on: every file under src, the manifest and the lockfile. */
export function hashSources(root: string): string {
  const hash = createHash('sha256');
  for (const path of [...sourceFiles(root), 'package.json', 'package-lock.json']) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${String(content.length)}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

/** Files under src, relative to the root, sorted, documentation left out. */
export function sourceFiles(root: string): string[] {
  return readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/**
 * Paths a source file names as `new URL('PATH', import.meta.url)`, as written. A path to a `.ts` or
 * `.tsx` file declares a worker or child process: the build makes an entry of it. Any other path is
 * a data file of the project.
 */
export function urlTargets(text: string): string[] {
  return Array.from(text.matchAll(urlPattern()), (match) => match[1] ?? '');
}

/** Shared by the program's build and by bench scripts that contain JSX. */
export const BUILD_OPTIONS: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  jsx: 'automatic',
  legalComments: 'none',
  logLevel: 'silent',
  define: { 'process.env.NODE_ENV': '"production"' },
  // ccxt is large and most runs never need it; the devtools are an optional part of Ink.
  external: ['ccxt', 'esbuild', 'react-devtools-core'],
  // CommonJS packages inside an ES module bundle ask for Node's own modules through `require`.
  banner: {
    js: [
      `import { createRequire as createTapedeckRequire } from 'node:module';`,
      'const require = createTapedeckRequire(import.meta.url);',
    ].join(''),
  },
};

async function build(root: string, directory: string): Promise<void> {
  const { build: bundle } = await import('esbuild');
  await mkdir(dirname(directory), { recursive: true });
  const scratch = await mkdtemp(join(dirname(directory), '.building-'));
  try {
    await bundle({
      ...BUILD_OPTIONS,
      absWorkingDir: root,
      entryPoints: [MAIN, ...workerEntries(root)].map((path) => ({
        in: path,
        out: outputName(path),
      })),
      outdir: scratch,
      splitting: true,
      plugins: [urlPlugin(root), WITHOUT_FETCH],
    });
    await chmod(scratch, 0o755);
    await rename(scratch, directory).catch((error: unknown) => {
      // Another start finished the same build first; its files are equal to ours.
      if (!existsSync(directory)) throw error;
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  await tidyUp(dirname(directory), directory);
}

function workerEntries(root: string): string[] {
  const entries = new Set<string>();
  for (const path of sourceFiles(root).filter(isTypeScript)) {
    for (const target of urlTargets(readFileSync(join(root, path), 'utf8'))) {
      if (isTypeScript(target)) entries.add(fromRoot(root, path, target));
    }
  }
  return [...entries];
}

/**
 * Yoga asks `fetch` for the bytes that it carries inside itself before it decodes them; Node would
 * load its whole HTTP client for that, at every start.
 */
const WITHOUT_FETCH: Plugin = {
  name: 'without-fetch',
  setup(build) {
    build.onLoad({ filter: /[\\/]yoga-wasm-base64-esm\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('typeof fetch', 'typeof undefined'),
      loader: 'js',
    }));
  },
};

/** Points `new URL('PATH', import.meta.url)` at the same file as seen from dist/HASH/. */
function urlPlugin(root: string): Plugin {
  return {
    name: 'url',
    setup(build) {
      build.onLoad({ filter: /[\\/]src[\\/].*\.tsx?$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        const contents = text.replace(urlPattern(), (_whole, target: string) => {
          const named = fromRoot(root, relative(root, path), target);
          const built = isTypeScript(target) ? `./${outputName(named)}.js` : `../../${named}`;
          return `new URL('${built}', import.meta.url)`;
        });
        return { contents, loader: path.endsWith('x') ? 'tsx' : 'ts' };
      });
    },
  };
}

async function tidyUp(parent: string, newest: string): Promise<void> {
  const found = await Promise.all(
    (await readdir(parent))
      .map((name) => join(parent, name))
      .filter((path) => path !== newest)
      .map(async (path) => ({ path, changed: await changeTime(path) })),
  );
  found.sort((a, b) => b.changed - a.changed);
  const isScratch = ({ path }: { path: string }) => basename(path).startsWith('.building-');
  const isBuild = ({ path }: { path: string }) => !basename(path).startsWith('.');
  const newestChange = await changeTime(newest);
  const stale = [
    ...found.filter(isBuild).slice(BUILDS_KEPT),
    ...found.filter((one) => isScratch(one) && newestChange - one.changed > SCRATCH_AGE_MS),
  ];
  await Promise.all(stale.map(({ path }) => rm(path, { recursive: true, force: true })));
  await emptyCache(join(parent, '.compile-cache'));
}

/** Empties the cache of compiled code when it has grown; this run writes its own part at exit. */
async function emptyCache(directory: string): Promise<void> {
  if (!existsSync(directory)) return;
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  if (files.length <= CACHE_FILES_KEPT) return;
  await Promise.all(files.map((file) => rm(join(file.parentPath, file.name), { force: true })));
}

async function changeTime(path: string): Promise<number> {
  // Two starts may tidy at once: a build that is already gone sorts last.
  return stat(path).then(
    (found) => found.mtimeMs,
    () => 0,
  );
}

function fromRoot(root: string, path: string, target: string): string {
  const absolute = resolve(root, dirname(path), target);
  if (isTypeScript(target)) statSync(absolute);
  const trailing = target.endsWith('/') ? '/' : '';
  return relative(root, absolute).split(sep).join('/') + trailing;
}

/** Entries and shared chunks lie flat in one directory, so relative URLs hold in all of them. */
function outputName(path: string): string {
  return path
    .replace(/^src\//, '')
    .replace(/\.tsx?$/, '')
    .replaceAll('/', '-');
}

function isTypeScript(path: string): boolean {
  return /\.tsx?$/.test(path);
}

function urlPattern(): RegExp {
  return /\bnew URL\(\s*['"]([^'"]+)['"],\s*import\.meta\.url,?\s*\)/g;
}
