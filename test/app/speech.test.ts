import { expect, test } from 'vitest';

import { Speech } from '../../src/app/speech.ts';

function aSpeech() {
  let now = 1_000;
  const written: string[] = [];
  const logFile = {
    write: ({ message }: { readonly message: string }) => void written.push(message),
    redact: (text: string) => text,
  };
  const speech = new Speech(
    { logFile: logFile as never, now: () => now, onSaid: () => undefined },
    0,
  );
  return { speech, written, pass: (ms: number) => void (now += ms) };
}

const fill = (message: string) => ({ level: 'info', category: 'trading', message }) as const;

test('answers that are lines of the log of the same moment are not written twice', () => {
  const { speech, written } = aSpeech();
  // Two fills of one report: both lines come first, then both answers.
  speech.log(fill('filled 1'));
  speech.log(fill('filled 2'));
  speech.notice('info', 'filled 1');
  speech.notice('info', 'filled 2');
  expect(written).toEqual(['filled 1', 'filled 2']);
  expect(speech.notices.map(({ text }) => text)).toEqual(['filled 1', 'filled 2']);
});

test('the same answer at another time is a line of its own', () => {
  const { speech, written, pass } = aSpeech();
  speech.notice('warn', 'no');
  pass(1);
  speech.notice('warn', 'no');
  expect(written).toEqual(['no', 'no']);
});
