/** Every key, once: the handler, the footer and the help overlay read this table. */
import type { SessionView } from '../../app/session-types.ts';
import type { PaneId } from '../layout/layout.ts';

export type ActionId =
  | 'order'
  | 'pause'
  | 'resume'
  | 'halt'
  | 'haltAnywhere'
  | 'flatten'
  | 'toggle'
  | 'cancel'
  | 'close'
  | 'nextPane'
  | 'previousPane'
  | 'pane1'
  | 'pane2'
  | 'pane3'
  | 'pane4'
  | 'pane5'
  | 'pane6'
  | 'up'
  | 'down'
  | 'top'
  | 'bottom'
  | 'hold'
  | 'step'
  | 'faster'
  | 'slower'
  | 'why'
  | 'help'
  | 'repaint'
  | 'quit';

/** What stands between the key and the deed. */
export type Danger = 'none' | 'tightens' | 'asks' | 'typed';

export interface KeyBinding {
  readonly id: ActionId;
  /** Canonical names: one character, or `tab`, `shift+tab`, `up`, `ctrl+x` … */
  readonly keys: readonly string[];
  /** Where it works: everywhere, with one pane focused, or where simulated time runs. */
  readonly scope: 'global' | PaneId | 'market clock';
  readonly text: string;
  /** Word of the footer; null keeps it out of there. */
  readonly short: string | null;
  readonly danger: Danger;
}

const of = (
  id: ActionId,
  keys: readonly string[],
  scope: KeyBinding['scope'],
  rest: readonly [text: string, short?: string | undefined, danger?: Danger],
): KeyBinding => ({
  id,
  keys,
  scope,
  text: rest[0],
  short: rest[1] ?? null,
  danger: rest[2] ?? 'none',
});

export const KEYMAP: readonly KeyBinding[] = [
  of('order', ['o'], 'global', ['place an order', 'order']),
  of('pause', ['p'], 'global', ['pause: no new entries, exits go on', 'pause', 'tightens']),
  of('resume', ['r'], 'global', ['resume trading; after a halt with a typed phrase', 'resume']),
  of('halt', ['H'], 'global', [
    'halt at once, no question: cancels entries, keeps stops',
    'HALT',
    'tightens',
  ]),
  of('haltAnywhere', ['ctrl+x'], 'global', [
    'halt, also while typing into a field',
    undefined,
    'tightens',
  ]),
  of('flatten', ['F'], 'global', ['flatten: cancel all, close all (typed)', 'flatten', 'typed']),
  of('toggle', ['space'], 'strategies', ['turn the selected strategy on or off', 'toggle']),
  of('close', ['x'], 'positions', ['close the selected position (asks once)', 'close', 'asks']),
  of('cancel', ['c'], 'orders', ['cancel the selected order', 'cancel', 'tightens']),
  of('hold', [','], 'market clock', ['hold the market, or let it go on', 'hold']),
  of('step', ['.'], 'market clock', ['one step of a held market', 'step']),
  of('faster', ['+', '='], 'market clock', ['faster', 'speed']),
  of('slower', ['-'], 'market clock', ['slower']),
  of('nextPane', ['tab'], 'global', ['next pane', 'pane']),
  of('previousPane', ['shift+tab'], 'global', ['previous pane']),
  of('pane1', ['1'], 'global', ['markets']),
  of('pane2', ['2'], 'global', ['strategies']),
  of('pane3', ['3'], 'global', ['positions']),
  of('pane4', ['4'], 'global', ['orders']),
  of('pane5', ['5'], 'global', ['P&L, limits and breakers']),
  of('pane6', ['6'], 'global', ['log']),
  of('up', ['up', 'k'], 'global', ['row up']),
  of('down', ['down', 'j'], 'global', ['row down']),
  of('top', ['home', 'g'], 'global', ['first row; the log follows again']),
  of('bottom', ['end', 'G'], 'global', ['last row']),
  of('why', ['enter'], 'global', ['why: the story of the selected row', 'why']),
  of('repaint', ['ctrl+l'], 'global', ['draw the screen anew']),
  of('help', ['?'], 'global', ['this list', 'help']),
  of('quit', ['q', 'ctrl+c'], 'global', ['quit (asks)', 'quit', 'asks']),
];

/** Simulated time: the operator may hold it and change its pace. */
export const hasMarketClock = (view: SessionView): boolean =>
  view.mode === 'demo' || view.mode === 'replay';

/** The binding of a key, whatever is focused. */
export function findBinding(key: string): KeyBinding | undefined {
  return KEYMAP.find((binding) => binding.keys.includes(key));
}

const SHOWN: Readonly<Record<string, string>> = {
  space: 'space',
  tab: 'Tab',
  'shift+tab': 'Shift+Tab',
  up: '↑',
  down: '↓',
  enter: 'Enter',
  home: 'Home',
  end: 'End',
  'ctrl+x': 'Ctrl+X',
  'ctrl+l': 'Ctrl+L',
  'ctrl+c': 'Ctrl+C',
};

/** Keys as written for people: `Tab`, `↑ k`. */
export const keyNames = (binding: KeyBinding): string =>
  binding.keys.map((key) => SHOWN[key] ?? key).join(' ');
