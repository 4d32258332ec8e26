import { posix } from 'node:path';

import { urlTargets } from '../../src/cli/build.ts';

import {
  BANS,
  DOCUMENTED,
  FILE_LINES,
  LINE_COLUMNS,
  ROOMS,
  STARTED,
  type Room,
} from './tidy-layers.ts';

/** Text by path relative to the project root. */
export type Files = ReadonlyMap<string, string>;

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
}

/** Imports against the layer table, as `path: what is wrong`. */
export function wrongImports(files: Files): string[] {
  const problems: string[] = [];
  for (const [path, text] of sources(files)) {
    const room = roomOf(path);
    if (room === undefined) {
      problems.push(`${path}: lies in no room of the layer table`);
      continue;
    }
    for (const one of importsOf(text)) {
      const problem = judgeImport(path, room, one);
      if (problem !== null) problems.push(`${path}: ${problem}`);
    }
  }
  return problems;
}

/** Calls that are banned in the room they are made from. */
export function bannedCalls(files: Files): string[] {
  const problems: string[] = [];
  for (const [path, text] of sources(files)) {
    const code = withoutComments(text);
    const unquoted = withoutStrings(code);
    for (const { call, name, allowed, quoted } of BANS) {
      if (allowed.some((room) => isInside(moduleName(path), room))) continue;
      const line = lineOf(quoted === true ? code : unquoted, call);
      if (line > 0) problems.push(`${path}:${String(line)}: ${name}`);
    }
  }
  return problems;
}

/** Files and lines that are too long; a line may end in a long text or an address. */
export function longFilesAndLines(files: Files): string[] {
  const problems: string[] = [];
  for (const [path, text] of files) {
    if (!isTypeScript(path)) continue;
    const lines = text.replace(/\n$/, '').split('\n');
    if (lines.length > FILE_LINES) problems.push(`${path}: ${String(lines.length)} lines`);
    lines.forEach((line, index) => {
      if (line.length <= LINE_COLUMNS) return;
      if (/https?:\/\//.test(line) || /(['"`/])(?:\\.|(?!\1).){60,}\1/.test(line)) return;
      problems.push(`${path}:${String(index + 1)}: ${String(line.length)} columns`);
    });
  }
  return problems;
}

/** The test runner takes its configuration as a default export only. */
const RUNNER_CONFIGS: ReadonlySet<string> = new Set([
  'test/vitest.config.ts',
  'test/proofs/mutants.config.ts',
]);

/** Default exports, and tests that switch the others off. */
export function strayExports(files: Files): string[] {
  const problems: string[] = [];
  for (const [path, text] of files) {
    if (!isTypeScript(path)) continue;
    const code = withoutStrings(withoutComments(text));
    if (!RUNNER_CONFIGS.has(path) && /\bexport\s+default\b|\bas default\b/.test(code)) {
      problems.push(`${path}: default export`);
    }
    if (path.startsWith('test/') && /\b(?:test|it|describe|suite)\b[\w.]*\.only\b/.test(code)) {
      problems.push(`${path}: runs one test only`);
    }
  }
  return problems;
}

/** Exported functions and classes of the documented rooms that say nothing about themselves. */
export function undocumented(files: Files): string[] {
  const problems: string[] = [];
  for (const [path, text] of sources(files)) {
    if (!DOCUMENTED.some((room) => isInside(moduleName(path), room))) continue;
    const found = text.matchAll(
      /^(.*)\n(export (?:async )?(?:function\*?|(?:abstract )?class) \w+)/gm,
    );
    for (const [, before = '', declaration = ''] of found) {
      if (before.trim().endsWith('*/')) continue;
      // A further signature of an overloaded function follows the first without a gap.
      if (/^export (?:async )?function/.test(before)) continue;
      problems.push(`${path}: no docstring at "${declaration}"`);
    }
  }
  return problems;
}

/** Files that gather what has no home, and files that only pass on what others export. */
export function barrelsAndDrawers(files: Files): string[] {
  return sources(files).flatMap(([path, text]) => {
    if (/(?:^|\/)(?:utils?|helpers?|misc|common|index)(?:\/|\.tsx?$)/.test(path)) {
      return [`${path}: name says nothing`];
    }
    return /^export \* from/m.test(text) ? [`${path}: barrel`] : [];
  });
}

/** Source files that no start, worker or child process reaches. */
export function deadFiles(files: Files): string[] {
  const reached = new Set<string>(STARTED);
  const open = [...STARTED];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const text = files.get(path) ?? '';
    const targets = [...importsOf(text).map((one) => one.target), ...urlTargets(text)];
    for (const target of targets.filter((name) => name.startsWith('.'))) {
      const next = posix.join(posix.dirname(path), target);
      if (!files.has(next) || reached.has(next)) continue;
      reached.add(next);
      open.push(next);
    }
  }
  return sources(files)
    .map(([path]) => path)
    .filter((path) => !reached.has(path));
}

/** Files that name a directory of one machine or the place packages were loaded from. */
export function machineMentions(files: Files): string[] {
  const machine =
    /\/(?:work|root|home\/\w+)\/|\bregistry\.[\w.-]*\b(?:com|org|net|io|local)\b|"resolve[d]":/;
  return [...files].flatMap(([path, text]) => {
    const line = lineOf(text, machine);
    return line > 0 ? [`${path}:${String(line)}: names a machine's path or a package host`] : [];
  });
}

function judgeImport(path: string, room: Room, { target, typeOnly }: Import): string | null {
  if (target.startsWith('.')) {
    const resolved = posix.join(posix.dirname(path), target);
    if (!isTypeScript(resolved)) return null;
    if (!resolved.startsWith('src/')) return `imports ${target} from outside src`;
    const module = moduleName(resolved);
    const rooms = [room.path, ...room.imports, ...(typeOnly ? (room.types ?? []) : [])];
    return rooms.some((one) => isInside(module, one))
      ? null
      : `${room.path} may not import ${module}`;
  }
  if (target.startsWith('node:')) {
    return room.io === true ? null : `${room.path} does no input or output, but imports ${target}`;
  }
  const packages = [...(room.packages ?? []), ...(typeOnly ? (room.packageTypes ?? []) : [])];
  return packages.some((one) => target === one || target.startsWith(`${one}/`))
    ? null
    : `${room.path} may not import the package ${target}`;
}

function importsOf(text: string): Import[] {
  const code = withoutComments(text);
  const statements = code.matchAll(
    /^\s*(?:import|export)\s+(?:([\w*{},\s$]+?)\s+from\s+)?['"]([^'"\n]+)['"]/gm,
  );
  const calls = code.matchAll(/\bimport\(\s*['"]([^'"\n]+)['"]/g);
  return [
    ...Array.from(statements, ([, names = '', target = '']) => ({
      target,
      typeOnly: isTypeOnly(names),
    })),
    ...Array.from(calls, ([, target = '']) => ({ target, typeOnly: false })),
  ];
}

function isTypeOnly(names: string): boolean {
  if (/^type\s/.test(names)) return true;
  const listed = /^\{([^}]*)\}$/
    .exec(names)?.[1]
    ?.split(',')
    .map((name) => name.trim());
  return listed?.every((name) => name === '' || name.startsWith('type ')) ?? false;
}

function roomOf(path: string): Room | undefined {
  const module = moduleName(path);
  return ROOMS.filter((room) => isInside(module, room.path)).sort(
    (a, b) => b.path.length - a.path.length,
  )[0];
}

function isInside(module: string, room: string): boolean {
  return module === room || module.startsWith(`${room}/`);
}

function moduleName(path: string): string {
  return path.replace(/^src\//, '').replace(/\.tsx?$/, '');
}

function sources(files: Files): [string, string][] {
  return [...files].filter(([path]) => path.startsWith('src/') && isTypeScript(path));
}

function isTypeScript(path: string): boolean {
  return /\.tsx?$/.test(path);
}

/** Line of the first match, from 1; 0 where there is none. */
function lineOf(text: string, pattern: RegExp): number {
  const match = pattern.exec(text);
  return match === null ? 0 : text.slice(0, match.index).split('\n').length;
}

/** Blanks comments and keeps line numbers; quoted text is stepped over, so `//` in it stays. */
function withoutComments(text: string): string {
  return text.replace(
    /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (token) => (token.startsWith('/') ? token.replace(/[^\n]/g, ' ') : token),
  );
}

/** Blanks quoted text; templates stay because they hold code. */
function withoutStrings(code: string): string {
  return code.replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, (token) =>
    token.replace(/[^\n]/g, ' '),
  );
}
