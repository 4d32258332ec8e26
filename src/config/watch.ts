/**
 * Hot reload: the configuration directory is watched; what changed is read and checked whole. An
 * edit that is wrong changes nothing and says why. Only risk limits, parameters of strategies and
 * keys take effect while running, and a risk limit only where it tightens.
 */
import { type FSWatcher, existsSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { SettingValue } from '../domain/command.ts';
import { InputError, messageOf } from '../domain/errors.ts';
import { isLoosening } from '../domain/limits.ts';
import { MAIN_FILE, STRATEGIES_FOLDER, readConfigText } from './files.ts';
import { settingPaths } from './layers.ts';
import type { LoadedConfig } from './load.ts';
import { RISK_KEYS } from './schema.ts';

export interface SettingChange {
  /** `risk.maxPositions`, or `sma-cross.params`. */
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

export interface ConfigChanges {
  /** Limits that tighten, by name without `risk.`: a `changeRisk` command as it stands. */
  readonly risk: Readonly<Record<string, SettingValue>>;
  /** Whole parameters of each instance whose parameters changed. */
  readonly params: readonly {
    readonly strategyId: string;
    readonly params: Readonly<Record<string, SettingValue>>;
  }[];
  /** Everything above, for the log. */
  readonly applied: readonly SettingChange[];
  /** Limits that would let more through: they wait for the operator. */
  readonly heldBack: readonly SettingChange[];
  /** Changes that a restart makes. */
  readonly afterRestart: readonly SettingChange[];
}

/** What a reload does, comparing the configuration in force with the one just read. */
export function diffConfig(current: LoadedConfig, next: LoadedConfig): ConfigChanges {
  const risk: Record<string, SettingValue> = {};
  const applied: SettingChange[] = [];
  const heldBack: SettingChange[] = [];
  for (const name of RISK_KEYS) {
    const from = current.settings.risk[name];
    const to = next.settings.risk[name];
    if (same(from, to)) continue;
    const change = { path: `risk.${name}`, from, to };
    if (isLoosening(name, { from, to })) heldBack.push(change);
    else {
      risk[name] = to;
      applied.push(change);
    }
  }
  const params = current.instances.flatMap((before) => {
    const after = next.instances.find(({ id }) => id === before.id);
    if (after === undefined || same(before.params, after.params)) return [];
    applied.push({ path: `${before.id}.params`, from: before.params, to: after.params });
    return [{ strategyId: before.id, params: after.params }];
  });
  const [from, to] = [current.settings.ui.keys, next.settings.ui.keys];
  if (!same(from, to)) applied.push({ path: 'ui.keys', from, to });
  return { risk, params, applied, heldBack, afterRestart: restartChanges(current, next) };
}

function restartChanges(current: LoadedConfig, next: LoadedConfig): SettingChange[] {
  const changes: SettingChange[] = [];
  for (const path of settingPaths()) {
    if (path.startsWith('risk.') || path === 'ui.keys') continue;
    const from = settingAt(current, path);
    const to = settingAt(next, path);
    if (!same(from, to)) changes.push({ path, from, to });
  }
  const ids = new Set([...current.instances, ...next.instances].map(({ id }) => id));
  for (const id of ids) {
    const from = withoutParams(current, id);
    const to = withoutParams(next, id);
    if (!same(from, to)) changes.push({ path: id, from, to });
  }
  return changes;
}

export function settingAt(config: LoadedConfig, path: string): unknown {
  const [section = '', key = ''] = path.split('.');
  const values = Object.entries(config.settings).find(([name]) => name === section)?.[1];
  return Object.entries(values ?? {}).find(([name]) => name === key)?.[1];
}

function withoutParams(config: LoadedConfig, id: string): unknown {
  const found = config.instances.find((instance) => instance.id === id);
  if (found === undefined) return null;
  const { params: _params, source: _source, ...rest } = found;
  return rest;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export interface WatchOptions {
  /** The configuration in force; its directory is watched. */
  readonly current: LoadedConfig;
  /** Reads every layer again, as at the start. Throws InputError. */
  readonly load: () => LoadedConfig;
  readonly onChanges: (changes: ConfigChanges) => void;
  /** One line: what is wrong; the old configuration stays in force. */
  readonly onError: (message: string) => void;
  /** Editors write in several steps. */
  readonly settleMs?: number;
}

const SETTLE_MS = 150;
/** Where the system cannot watch (no inotify left, network file systems), we look ourselves. */
const LOOK_MS = 2000;

/** Starts watching; returns a function that ends it. Without a directory it does nothing. */
export function watchConfig(options: WatchOptions): () => void {
  const { directory } = options.current;
  if (directory === null) return () => undefined;
  let current = options.current;
  let seen = contentOf(directory);
  const main = join(directory, MAIN_FILE);
  const hadMain = existsSync(main);
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    const content = contentOf(directory);
    if (content === seen) return;
    seen = content;
    try {
      const next = options.load();
      const isGone = next.directory !== directory || (hadMain && !existsSync(main));
      if (isGone) throw new InputError(`${directory} holds no ${MAIN_FILE}`);
      const changes = diffConfig(current, next);
      current = inForce(current, next, changes);
      if (changes.applied.length + changes.heldBack.length + changes.afterRestart.length > 0) {
        options.onChanges(changes);
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      options.onError(error.message);
    }
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(look, options.settleMs ?? SETTLE_MS);
    timer.unref();
  };
  const fallback = setInterval(look, LOOK_MS);
  fallback.unref();
  const watchers = [directory, join(directory, STRATEGIES_FOLDER)].flatMap((one) =>
    tryWatch(one, soon),
  );
  return () => {
    clearTimeout(timer);
    clearInterval(fallback);
    for (const watcher of watchers) watcher.close();
  };
}

/** Limits held back stay what they were, so that the next edit reports them again. */
function inForce(current: LoadedConfig, next: LoadedConfig, changes: ConfigChanges): LoadedConfig {
  const kept = changes.heldBack.map(({ path, from }) => [path.slice('risk.'.length), from]);
  const risk = {
    ...next.settings.risk,
    ...Object.fromEntries(kept),
  } as LoadedConfig['settings']['risk'];
  return { ...next, directory: current.directory, settings: { ...next.settings, risk } };
}

function tryWatch(directory: string, onEvent: () => void): FSWatcher[] {
  try {
    const watcher = watch(directory, { persistent: false }, onEvent);
    // A directory that vanishes: the slow look goes on and reports what is wrong.
    watcher.on('error', () => watcher.close());
    return [watcher];
  } catch {
    return []; // absent or not watchable: the slow look remains
  }
}

/** All text that a load would read; an edit that changes nothing is no edit. */
function contentOf(directory: string): string {
  const folder = join(directory, STRATEGIES_FOLDER);
  const names = listNames(folder).filter((name) => name.endsWith('.json'));
  const paths = [join(directory, MAIN_FILE), ...names.sort().map((name) => join(folder, name))];
  return paths.map((path) => `${path}\0${readOr(path)}`).join('\0');
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // no folder: the built-in instances are in force
  }
}

/** What cannot be read (a pipe would be waited for) is its reason; the load that follows says it. */
function readOr(path: string): string {
  try {
    return readConfigText(path, path);
  } catch (error) {
    return messageOf(error);
  }
}
