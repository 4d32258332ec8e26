import { readdirSync } from 'node:fs';
import type { LoadedConfig } from '../config/load.ts';
import { nearOrKnown, quoted } from '../config/nearest.ts';
import { InputError } from '../domain/errors.ts';

/** Throws InputError with the nearest name when no theme has the configured one. */
export function checkTheme({ settings, sources }: LoadedConfig): void {
  const { theme } = settings.ui;
  const names = themeNames();
  if (names.includes(theme)) return;
  const place = sources.get('ui.theme') ?? '--theme';
  const near = nearOrKnown(theme, names);
  throw new InputError(`${place}: theme ${quoted(theme)} is unknown${near}`);
}

/** Names of the themes that come with the program, sorted. */
function themeNames(): string[] {
  return readdirSync(new URL('../../themes/', import.meta.url))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}
