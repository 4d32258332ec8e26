// S36: what an installation brings is what was reviewed, and runs nothing on the way.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

interface Lockfile {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, Locked>>;
}

type Manifest = Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;

/** What is wrong with a lockfile, package by package. */
export function faultsOf({ packages }: Lockfile): string[] {
  return Object.entries(packages).flatMap(([path, locked]) => {
    if (path === '') return [];
    const found: string[] = [];
    if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(locked.integrity ?? '')) found.push('no sha512');
    if (!/^\d+\.\d+\.\d+/.test(locked.version ?? '')) found.push('no version of a registry');
    if (locked.link === true) found.push('a link');
    if (/^(git|file|http:|github:|ssh)/.test(locked.resolved ?? ''))
      found.push('not of a registry');
    return found.map((fault) => `${path}: ${fault}`);
  });
}

/** Packages whose scripts were read: never run, and nothing is missing without them. */
const READ_SCRIPTS: readonly RegExp[] = [
  /esbuild|fsevents/, // would only replace its launcher by the program itself
  /^node_modules\/ccxt$/, // asks a web page for a banner and prints it
  /^node_modules\/bufferutil$/, // optional: builds native code that ws does without
];

describe('S36: packages', () => {
  const lockfile = JSON.parse(read('package-lock.json')) as Lockfile;
  const manifest = JSON.parse(read('package.json')) as Manifest;

  test('each is of a registry, with its checksum', () => {
    expect(Object.keys(lockfile.packages).length).toBeGreaterThan(50);
    expect(faultsOf(lockfile)).toEqual([]);
  });

  test.each<[string, Locked]>([
    ['without a checksum', { version: '1.0.0' }],
    ['with a weak one', { version: '1.0.0', integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }],
    ['of git', { version: 'git+ssh://x', integrity: '', resolved: 'git+ssh://x' }],
    ['beside the project', { version: '1.0.0', link: true }],
  ])('one %s is found', (_name, locked) => {
    expect(faultsOf({ lockfileVersion: 3, packages: { 'node_modules/x': locked } })).not.toEqual(
      [],
    );
  });

  test('run no scripts at an installation, ours neither', () => {
    const settings = read('.npmrc').split('\n');
    expect(settings).toContain('ignore-scripts=true');
    expect(settings).toContain('save-exact=true');
    expect(settings.join('\n')).not.toMatch(/strict-ssl=false|_auth|registry=http:/);
    const hooks = Object.keys(manifest['scripts'] ?? {}).filter((name) =>
      /^(pre|post)|^(install|prepare|prepublish)$/.test(name),
    );
    expect(hooks).toEqual([]);
    const scripted = Object.entries(lockfile.packages).filter(([, one]) => one.hasInstallScript);
    const unread = scripted.filter(([path]) => !READ_SCRIPTS.some((one) => one.test(path)));
    expect(unread.map(([path]) => path)).toEqual([]);
  });

  test('are named exactly, and few directly', () => {
    for (const part of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      for (const [name, version] of Object.entries(manifest[part] ?? {})) {
        expect(`${name} ${version}`).toMatch(/ \d+\.\d+\.\d+$/);
      }
    }
    expect(Object.keys(manifest['dependencies'] ?? {}).length).toBeLessThanOrEqual(12);
  });

  test('the one with the keys needs nothing but Node and the checker of shapes', () => {
    const imports = ['api-key', 'key-file', 'key-store', 'secret-source', 'unlock'].flatMap(
      (name) =>
        Array.from(
          read(`src/keys/${name}.ts`).matchAll(/from '([^.'][^']*)'/g),
          (match) => match[1],
        ),
    );
    expect(imports.filter((name) => name !== 'zod' && name?.startsWith('node:') !== true)).toEqual(
      [],
    );
  });
});
