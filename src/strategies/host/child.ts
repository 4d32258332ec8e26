/** The process of a user strategy, started by `sandbox.ts`: each line is answered with a line. */
import { stdin, stdout } from 'node:process';
import { decodeJson, encodeJson } from '../../domain/codec.ts';
import { createServer } from './serve.ts';
import type { Request } from './messages.ts';

const serve = createServer();
// Kept: the strategy's code takes the global `process` away, not these two ends of the pipe.
stdin.setEncoding('utf8');
let open = '';
for await (const text of stdin) {
  const lines = (open + String(text)).split('\n');
  open = lines.pop() ?? '';
  for (const line of lines) {
    stdout.write(`${encodeJson(await serve(decodeJson(line) as Request))}\n`);
  }
}
