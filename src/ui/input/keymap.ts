/** Every key, once: handler, footer, help overlay, palette and README read this table. */
import type { SessionView } from '../../app/session-types.ts';
import type { PaneId } from '../layout/panes.ts';

/** What stands between the key and the deed. */
export type Danger = 'none' | 'tightens' | 'asks' | 'typed';

/** Where a key works: everywhere, with one pane focused, or where simulated time runs. */
export type Scope = 'global' | PaneId | 'market clock';

interface Line {
  readonly id: string;
  /** Canonical names: one character, or `tab`, `shift+tab`, `up`, `ctrl+x` … */
  readonly keys: readonly string[];
  readonly scope: Scope;
  readonly text: string;
  /** Word of the footer; without it the key is only in the help. */
  readonly short?: string;
  readonly danger?: Danger;
}

// prettier-ignore
const TABLE = [
  { id: 'order', keys: ['o'], scope: 'global', text: 'place an order', short: 'order' },
  { id: 'pause', keys: ['p'], scope: 'global', text: 'pause: no new entries, exits go on', short: 'pause', danger: 'tightens' },
  { id: 'resume', keys: ['r'], scope: 'global', text: 'resume trading; after a halt with a typed phrase', short: 'resume' },
  { id: 'halt', keys: ['H'], scope: 'global', text: 'halt at once, no question: cancels entries, keeps stops', short: 'HALT', danger: 'tightens' },
  { id: 'haltAnywhere', keys: ['ctrl+x'], scope: 'global', text: 'halt, also while typing into a field', danger: 'tightens' },
  { id: 'flatten', keys: ['F'], scope: 'global', text: 'flatten: cancel all, close all (typed)', short: 'flatten', danger: 'typed' },

  { id: 'toggle', keys: ['space'], scope: 'strategies', text: 'turn the selected strategy on or off', short: 'toggle' },
  { id: 'editParams', keys: ['e'], scope: 'strategies', text: 'edit the parameters of the selected strategy', short: 'edit' },
  { id: 'revertParams', keys: ['u'], scope: 'strategies', text: 'take the last change of its parameters back (asks)', short: 'undo', danger: 'asks' },
  { id: 'close', keys: ['x'], scope: 'positions', text: 'close the selected position (asks once)', short: 'close', danger: 'asks' },
  { id: 'cancel', keys: ['c'], scope: 'orders', text: 'cancel the selected order', short: 'cancel', danger: 'tightens' },
  { id: 'amend', keys: ['a'], scope: 'orders', text: 'amend price, trigger or quantity of the selected order', short: 'amend' },
  { id: 'breakdown', keys: ['d'], scope: 'pnl', text: 'break the P&L down by strategy, symbol, day, or all', short: 'breakdown' },
  { id: 'editLimit', keys: ['e'], scope: 'risk', text: 'change the selected limit; loosening it is typed', short: 'edit', danger: 'typed' },
  { id: 'clearBreaker', keys: ['c'], scope: 'risk', text: 'clear the selected breaker (asks)', short: 'clear', danger: 'asks' },
  { id: 'logLevel', keys: ['v'], scope: 'log', text: 'least level shown', short: 'level' },
  { id: 'logCategory', keys: ['c'], scope: 'log', text: 'category shown', short: 'category' },
  { id: 'follow', keys: ['f'], scope: 'log', text: 'follow the newest line, or hold still', short: 'follow' },
  { id: 'exportLog', keys: ['E'], scope: 'log', text: 'write the shown lines to a file', short: 'export' },

  { id: 'cursorLeft', keys: ['left', 'h'], scope: 'chart', text: 'cursor to the candle before', short: 'cursor' },
  { id: 'cursorRight', keys: ['right', 'l'], scope: 'chart', text: 'cursor to the next candle' },
  { id: 'panLeft', keys: ['<', 'shift+left'], scope: 'chart', text: 'back in time' },
  { id: 'panRight', keys: ['>', 'shift+right'], scope: 'chart', text: 'forward in time' },
  { id: 'zoomIn', keys: [']'], scope: 'chart', text: 'wider candles; also ↑', short: 'wider' },
  { id: 'zoomOut', keys: ['['], scope: 'chart', text: 'more candles; also ↓' },
  { id: 'leaveCursor', keys: ['escape'], scope: 'chart', text: 'cursor off, then follow the market, then out of the zoom' },
  { id: 'chartStyle', keys: ['v'], scope: 'chart', text: 'candles, line, or the equity curve of the account', short: 'view' },
  { id: 'indicators', keys: ['i'], scope: 'chart', text: 'choose indicators', short: 'indicators' },
  { id: 'patterns', keys: ['n'], scope: 'chart', text: 'candle patterns on or off' },
  { id: 'volume', keys: ['V'], scope: 'chart', text: 'volume on or off' },
  { id: 'bookBuy', keys: ['b'], scope: 'book', text: 'buy ticket at the chosen price, else at the best bid', short: 'buy' },
  { id: 'bookSell', keys: ['s'], scope: 'book', text: 'sell ticket at the chosen price, else at the best ask', short: 'sell' },
  { id: 'bookCancel', keys: ['c'], scope: 'book', text: 'cancel our orders at the chosen price', short: 'cancel', danger: 'tightens' },
  { id: 'bookCenter', keys: ['m'], scope: 'book', text: 'back to the middle, without a chosen price', short: 'middle' },
  { id: 'bookLeave', keys: ['escape'], scope: 'book', text: 'no chosen price, then out of the zoom' },

  { id: 'hold', keys: [','], scope: 'market clock', text: 'hold the market, or let it go on', short: 'hold' },
  { id: 'step', keys: ['.'], scope: 'market clock', text: 'one step of a held market', short: 'step' },
  { id: 'faster', keys: ['+', '='], scope: 'market clock', text: 'faster', short: 'speed' },
  { id: 'slower', keys: ['-'], scope: 'market clock', text: 'slower' },

  { id: 'seek', keys: ['J'], scope: 'market clock', text: 'go to another time of the market' },
  { id: 'filter', keys: ['/'], scope: 'global', text: 'filter the rows of the pane; Esc clears', short: 'filter' },
  { id: 'zoom', keys: ['z'], scope: 'global', text: 'the focused pane alone, and back', short: 'zoom' },
  { id: 'nextPane', keys: ['tab'], scope: 'global', text: 'next pane', short: 'pane' },
  { id: 'previousPane', keys: ['shift+tab'], scope: 'global', text: 'previous pane' },
  { id: 'markets', keys: ['1'], scope: 'global', text: 'markets' },
  { id: 'strategies', keys: ['2'], scope: 'global', text: 'strategies' },
  { id: 'chart', keys: ['3'], scope: 'global', text: 'chart' },
  { id: 'book', keys: ['4'], scope: 'global', text: 'order book' },
  { id: 'positions', keys: ['5'], scope: 'global', text: 'positions' },
  { id: 'orders', keys: ['6'], scope: 'global', text: 'orders' },
  { id: 'log', keys: ['7'], scope: 'global', text: 'log' },
  { id: 'pnl', keys: ['8'], scope: 'global', text: 'P&L' },
  { id: 'risk', keys: ['9'], scope: 'global', text: 'limits and breakers' },
  { id: 'alerts', keys: ['0'], scope: 'global', text: 'alerts' },
  { id: 'tape', keys: [], scope: 'global', text: 'tape of public trades' },
  { id: 'up', keys: ['up', 'k'], scope: 'global', text: 'row up' },
  { id: 'down', keys: ['down', 'j'], scope: 'global', text: 'row down' },
  { id: 'pageUp', keys: ['pageup', 'ctrl+u'], scope: 'global', text: 'ten rows up' },
  { id: 'pageDown', keys: ['pagedown', 'ctrl+d'], scope: 'global', text: 'ten rows down' },
  { id: 'top', keys: ['home', 'g'], scope: 'global', text: 'first row; the log follows again' },
  { id: 'bottom', keys: ['end', 'G'], scope: 'global', text: 'last row' },
  { id: 'why', keys: ['enter'], scope: 'global', text: 'why: the story of the selected row', short: 'why' },
  { id: 'timeframe', keys: ['t'], scope: 'global', text: 'next timeframe of the chart', short: 'timeframe' },
  { id: 'nextSymbol', keys: ['}'], scope: 'global', text: 'next market' },
  { id: 'previousSymbol', keys: ['{'], scope: 'global', text: 'previous market' },
  { id: 'palette', keys: [':', 'ctrl+k'], scope: 'global', text: 'find anything: actions, symbols, strategies, limits', short: 'palette' },
  { id: 'workspace', keys: ['w'], scope: 'global', text: 'next workspace' },
  { id: 'saveWorkspace', keys: ['W'], scope: 'global', text: 'save the workspace under a name' },
  { id: 'theme', keys: ['T'], scope: 'global', text: 'next theme' },
  { id: 'suspend', keys: ['ctrl+z'], scope: 'global', text: 'back to the shell; fg returns' },
  { id: 'repaint', keys: ['ctrl+l'], scope: 'global', text: 'draw the screen anew' },
  { id: 'help', keys: ['?'], scope: 'global', text: 'this list', short: 'help' },
  { id: 'quit', keys: ['q', 'ctrl+c'], scope: 'global', text: 'quit (asks)', short: 'quit', danger: 'asks' },
] as const satisfies readonly Line[];

export type ActionId = (typeof TABLE)[number]['id'];

export interface KeyBinding {
  readonly id: ActionId;
  readonly keys: readonly string[];
  readonly scope: Scope;
  readonly text: string;
  readonly short: string | null;
  readonly danger: Danger;
}

/** The keys of one console: the table, or what the configuration made of it. */
export type Keymap = readonly KeyBinding[];

export const KEYMAP: Keymap = TABLE.map((line: Line & { id: ActionId }) => ({
  ...line,
  short: line.short ?? null,
  danger: line.danger ?? 'none',
}));

/** Simulated time: the operator may hold it and change its pace. */
export const hasMarketClock = (view: SessionView): boolean =>
  view.mode === 'demo' || view.mode === 'replay';

/**
 * What a key does with this pane focused: the pane's own bindings come before the general ones.
 * A key of another pane is found last, so that it can say where it works.
 */
export function findBinding(keymap: Keymap, key: string, focus: PaneId): KeyBinding | undefined {
  const bound = keymap.filter((binding) => binding.keys.includes(key));
  return (
    bound.find((binding) => binding.scope === focus) ??
    bound.find((binding) => binding.scope === 'global' || binding.scope === 'market clock') ??
    bound[0]
  );
}

export const bindingOf = (keymap: Keymap, id: ActionId): KeyBinding | undefined =>
  keymap.find((binding) => binding.id === id);

const SHOWN: Readonly<Record<string, string>> = {
  space: 'space',
  tab: 'Tab',
  'shift+tab': 'Shift+Tab',
  up: '↑',
  down: '↓',
  left: '←',
  'shift+left': 'Shift+←',
  'shift+right': 'Shift+→',
  escape: 'Esc',
  right: '→',
  enter: 'Enter',
  home: 'Home',
  end: 'End',
  pageup: 'PgUp',
  pagedown: 'PgDn',
};

/** One key as written for people: `Tab`, `↑`, `Ctrl+X`. */
export const keyName = (key: string): string =>
  SHOWN[key] ??
  key.replace(/^ctrl\+(.)$/, (_all, letter: string) => `Ctrl+${letter.toUpperCase()}`);

/** All keys of a binding: `↑ k`. */
export const keyNames = (binding: KeyBinding): string => binding.keys.map(keyName).join(' ');
