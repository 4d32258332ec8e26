/** Edits of the configuration while a session runs: what tightens and parameters take effect. */
import type { LoadedConfig } from '../config/load.ts';
import { quoted } from '../config/nearest.ts';
import { type ConfigChanges, type SettingChange, watchConfig } from '../config/watch.ts';
import type { Command } from '../domain/command.ts';
import type { AssembledRun } from './assemble.ts';
import { checkInstances } from './instances.ts';
import type { Notice } from './session-types.ts';

/** What of a session a reload needs. */
export interface ReloadTarget {
  dispatch(command: Command): void;
  notice(level: Notice['level'], text: string): void;
}

/** What only a screen knows of a configuration. */
export interface ScreenSettings {
  /** Throws InputError where the screen could not use it. */
  readonly check: (config: LoadedConfig) => void;
  readonly use: (config: LoadedConfig) => void;
}

/** Follows the configuration directory until the returned function is called. */
export function followConfig(
  run: AssembledRun,
  target: ReloadTarget,
  screen?: ScreenSettings,
): () => void {
  let loaded = run.config;
  return watchConfig({
    current: run.config,
    load: () => {
      const config = run.reload();
      checkInstances(config); // the engine takes parameters as they come
      screen?.check(config);
      loaded = config;
      return config;
    },
    onChanges: (changes) => {
      screen?.use(loaded);
      applyChanges(changes, target, run);
    },
    onError: (message) =>
      target.notice('warn', `configuration not reloaded, the old one stays: ${message}`),
  });
}

/** Hands the changes of one reload to the session, and says what was not taken. */
export function applyChanges(
  changes: ConfigChanges,
  target: ReloadTarget,
  run: Pick<AssembledRun, 'options' | 'adHoc'>,
): void {
  const { risk, params, heldBack, afterRestart } = changes;
  if (Object.keys(risk).length > 0) {
    target.dispatch({ kind: 'changeRisk', changes: risk, fromConfig: true });
  }
  const running = new Set(run.options.strategies.map(({ id }) => id));
  for (const change of params) {
    // Strategies from the command line have the parameters that were typed.
    if (run.adHoc || !running.has(change.strategyId)) continue;
    target.dispatch({ kind: 'changeParams', ...change, fromConfig: true });
  }
  for (const change of changes.applied) target.notice('info', `reloaded: ${textOf(change)}`);
  for (const change of heldBack) {
    target.notice('warn', `not applied, it loosens a limit; restart to use it: ${textOf(change)}`);
  }
  for (const { path } of afterRestart) target.notice('info', `${path} changes with a restart`);
}

const textOf = ({ path, from, to }: SettingChange): string =>
  `${path} ${quoted(from)} → ${quoted(to)}`;
