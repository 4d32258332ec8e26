import { KeyParser } from '../../../src/ui/input/key-parser.ts';
import { PASTE } from '../../../src/ui/input/action.ts';

export interface ParserBench {
  readonly parser: KeyParser;
  /** One chunk; text is sent as UTF-8. */
  readonly send: (chunk: string | Uint8Array) => void;
  /** Lets time pass; whatever is due fires. */
  readonly wait: (ms: number) => void;
  /** What was told since the last time: `name`, `'text'`, `paste 'text'`, `focus in`. */
  readonly told: () => string[];
}

/** A parser with a clock of its own: nothing in these tests takes real time. */
export function aParser(repeats = 'jkH'): ParserBench {
  let told: string[] = [];
  let now = 0;
  let timers: { readonly due: number; readonly run: () => void }[] = [];
  const parser = new KeyParser({
    onEvent: (event) => {
      if (event.kind === 'focus') told.push(`focus ${event.focused ? 'in' : 'out'}`);
      else if (event.key.name === PASTE) told.push(`paste '${event.key.text}'`);
      else told.push(event.key.name === '' ? `'${event.key.text}'` : event.key.name);
    },
    after: (ms, run) => {
      const timer = { due: now + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    repeats: (character) => repeats.includes(character),
  });
  return {
    parser,
    send: (chunk) => {
      parser.feed(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    },
    wait: (ms) => {
      const end = now + ms;
      for (;;) {
        const [next] = timers.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
        if (next === undefined) break;
        timers = timers.filter((one) => one !== next);
        now = next.due;
        next.run();
      }
      now = end;
    },
    told: () => {
      const seen = told;
      told = [];
      return seen;
    },
  };
}

/** What one chunk alone brings, with all the time in the world after it. */
export function keysOf(...chunks: (string | Uint8Array)[]): string[] {
  const bench = aParser();
  for (const chunk of chunks) bench.send(chunk);
  bench.wait(10_000);
  return bench.told();
}

export const START = '\u001b[200~';
export const END = '\u001b[201~';
