/** The control API of the local exchange, as README shows it. */
import type { ZodType } from 'zod';

import { CONTROLS } from '../../src/exchange/emulator/control-api.ts';
import { MESSAGE_FAULTS, REQUEST_FAULTS } from '../../src/exchange/emulator/faults.ts';
import { folded, row, table } from './tables.ts';

/** Calls with their fields; `?` marks those that may be left out. */
export function controlTable(): string {
  const rows = CONTROLS.map(({ name, summary, fields }) => {
    const names = Object.entries<ZodType>(fields.shape).map(
      ([field, schema]) => `\`${field}${schema.safeParse(undefined).success ? '?' : ''}\``,
    );
    return row(`\`${name}\``, names.join(' '), summary);
  });
  const faults = Object.entries(REQUEST_FAULTS).map(([name, text]) => row(`\`${name}\``, text));
  const messages = Object.entries(MESSAGE_FAULTS).map(([name, text]) => row(`\`${name}\``, text));
  const tables = [
    table(['Call', 'Fields', 'What it does'], rows),
    table(['`fault`', 'What happens to the request'], faults),
    table(['`message`', 'What happens to it'], messages),
  ];
  return folded('Every call and every fault', tables.join('\n\n'));
}
