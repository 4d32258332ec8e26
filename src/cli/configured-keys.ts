import type { LoadedConfig } from '../config/load.ts';
import { nearOrKnown } from '../config/nearest.ts';
import type { Keymap } from '../ui/input/keymap.ts';
import { rebind } from '../ui/input/rebind.ts';

/** The keys as configured. Throws InputError, naming the file and what is wrong in it. */
export function configuredKeys({ settings, sources }: LoadedConfig): Keymap {
  const place = `${sources.get('ui.keys') ?? 'default'}: ui.keys`;
  return rebind(settings.ui.keys, { place, suggest: nearOrKnown });
}
