import { PassThrough } from 'node:stream';

import { expect, test } from 'vitest';

import { endOpenPastes } from '../../src/ui/input/open-paste.ts';

/** A terminal read the way Ink reads it, and all that was read. */
function watched(silenceMs: number) {
  const stdin = new PassThrough();
  let text = '';
  const read = (): string | null => stdin.read() as string | null;
  stdin.setEncoding('utf8');
  stdin.on('readable', () => {
    for (let chunk = read(); chunk !== null; chunk = read()) text += chunk;
  });
  const stop = endOpenPastes(stdin as unknown as NodeJS.ReadStream, silenceMs);
  return { stdin, stop, text: () => text };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('a paste without its end is ended after a silence, so that keys work again', async () => {
  const { stdin, stop, text } = watched(30);
  stdin.write('\u001b[200~half');
  await pause(120);
  stdin.write('H');
  await pause(20);
  expect(text()).toBe('\u001b[200~half\u001b[201~H');
  stop();
});

test('a paste that ends by itself, whole or in pieces, is left alone', async () => {
  const { stdin, stop, text } = watched(30);
  const pieces = ['\u001b[200~a\u001b[201~', '\u001b[20', '0~b', '\u001b[2', '01~', 'H'];
  for (const piece of pieces) {
    stdin.write(piece);
    await pause(2);
  }
  await pause(120);
  expect(text()).toBe(pieces.join(''));
  stop();
});
