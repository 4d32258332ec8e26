// Asks a console over its control socket, from a process of its own: whoever started it may stand
// still meanwhile. Prints the answers as JSON.
import { writeSync } from 'node:fs';

import { askConsole } from '../../../src/app/emergency/control-client.ts';
import type { ControlRequest } from '../../../src/app/emergency/control-protocol.ts';

const [directory = '', request = ''] = process.argv.slice(2);
const times = { firstMs: 60_000, finalMs: 60_000 };
const asked = await askConsole(directory, JSON.parse(request) as ControlRequest, times);
writeSync(1, JSON.stringify(asked));
