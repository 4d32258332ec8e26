/** The process of a user strategy, started by `sandbox.ts`: each line is answered with a line. */
import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline';
import { decodeJson, encodeJson } from '../../domain/codec.ts';
import { createServer } from './serve.ts';
import type { Request } from './messages.ts';

// Kept: the strategy's code takes the global `process` away, not these two ends of the pipe.
const serve = createServer();
for await (const line of createInterface({ input: stdin })) {
  stdout.write(`${encodeJson(await serve(decodeJson(line) as Request))}\n`);
}
