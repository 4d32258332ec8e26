/** An operator without a plan: what a person could type at the console, in any order. */
import type { SeededRng } from '../../src/domain/rng.ts';

import { keyBytes, randomKeys } from './key-bytes.ts';

/** Typed one after the other, with the time a person or a slow line leaves between. */
export type Presses = readonly string[];

export interface Operator {
  /** The next thing this operator does, key by key. */
  readonly next: () => Presses;
}

const ESC = '\u001B';
const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'BTC/USDT:USDT'];
/** Searched for in the palette, and then taken: no word that leads to the end of the run. */
const SOUGHT = ['BTC/USDT', 'ETH/USDT', 'grid', 'sma-cross', 'zoom', 'next pane', 'max drawdown'];
const FILTERS = ['BTC', 'ETH', 'nothing has this', 'sell', 'grid', '0.'];
/** The bytes of a broken line or a hostile paste: none may act as a key. */
const NOISE = [
  '\u001B[200~H halts nothing, x closes nothing\r\u001B[201~',
  `\u001B[200~${'long paste '.repeat(2_000)}\u001B[201~`,
  '\u001B[999;999;999~',
  '\u001B]0;title\u0007',
  '\u001B[<0;10;10M\u001B[<0;10;10m',
  '\u00C3\u0028',
  '\u001B[1;5',
  '\u001BOZ\u001B[?1;2c',
  '日本語テキスト',
];

export function createOperator(rng: SeededRng): Operator {
  const keys = randomKeys();
  const pick = <T>(from: readonly T[], standard: T): T =>
    from[Math.floor(rng.next() * from.length)] ?? standard;
  const number = (): string => (rng.next() * 10 ** Math.floor(rng.next() * 5)).toFixed(3);
  const typed = (text: string): Presses => text.split('');
  const leave: Presses = [ESC];

  const fillTicket = (): Presses => {
    const moves = [
      '\t',
      keyBytes('down'),
      keyBytes('up'),
      keyBytes('left'),
      keyBytes('right'),
      ' ',
    ];
    const steps = 4 + Math.floor(rng.next() * 14);
    const inside = Array.from({ length: steps }, () => {
      const kind = rng.next();
      if (kind < 0.5) return [pick(moves, '\t')];
      if (kind < 0.9) return typed(number());
      return [keyBytes('backspace')];
    });
    const end = rng.next() < 0.6 ? ['\r', '\r', ESC, ESC] : [ESC, ESC];
    return ['o', ...inside.flat(), ...end];
  };
  const order = (): Presses => ['o', ...typed((0.01 + rng.next()).toFixed(2)), '\r', ESC, ESC];
  const search = (): Presses => [
    keyBytes('ctrl+k'),
    ...typed(pick(SOUGHT, 'grid')),
    rng.next() < 0.7 ? '\r' : ESC,
    ESC,
  ];
  const filter = (): Presses => {
    const end = rng.next() < 0.5 ? ['\r', ESC] : [ESC];
    return ['/', ...typed(pick([...FILTERS, ...SYMBOLS], 'BTC')), ...end];
  };
  const halt = (): Presses => [rng.next() < 0.5 ? 'H' : keyBytes('ctrl+x'), ...leave];
  const resume = (): Presses => ['r', ...typed('paper'), '\r', ...leave];
  const flatten = (): Presses => ['F', ...typed('FLATTEN'), '\r', ...leave];

  const habits: readonly (readonly [weight: number, habit: () => Presses])[] = [
    [60, () => [pick(keys, '\t')]],
    [8, () => Array.from({ length: 8 }, () => pick(['j', 'k', '\t', 'G', 'g'], 'j'))],
    [4, () => leave],
    [5, fillTicket],
    [3, order],
    [5, search],
    [4, filter],
    [4, () => ['\r', pick(['j', 'k', '\r'], 'j'), ...leave]],
    [3, () => ['?', keyBytes('down'), keyBytes('pagedown'), ...leave]],
    [2, resume],
    [0.4, halt],
    [0.1, flatten],
    [1.5, () => [pick(NOISE, ''), ...leave]],
  ];
  const total = habits.reduce((sum, [weight]) => sum + weight, 0);
  return {
    next() {
      let at = rng.next() * total;
      for (const [weight, habit] of habits) {
        at -= weight;
        if (at < 0) return habit();
      }
      return leave;
    },
  };
}
