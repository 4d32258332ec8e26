/** Every key, once: handler, footer, help overlay, palette and README read this table. */
import type { PaneId } from '../layout/panes.ts';

/** What stands between the key and the deed. */
export type Danger = 'none' | 'tightens' | 'asks' | 'typed';

/** Where a key works: everywhere, with one pane focused, or where simulated time runs. */
export type Scope = 'global' | PaneId | 'market clock';

interface Line<I extends string = string> {
  readonly id: I;
  /** Canonical names: one character, or `tab`, `shift+tab`, `up`, `ctrl+x` … */
  readonly keys: readonly string[];
  readonly text: string;
  /** Word of the footer; without it the key is only in the help. */
  readonly short: string | null;
  readonly danger: Danger;
}

/** Keys stand side by side, `up k`; none means that only the palette has it. */
const line = <I extends string>(
  id: I,
  keys: string,
  text: string,
  more: { readonly short?: string; readonly danger?: Danger } = {},
): Line<I> => ({
  id,
  keys: keys.split(' ').filter((key) => key !== ''),
  text,
  short: more.short ?? null,
  danger: more.danger ?? 'none',
});

const within = <I extends string>(scope: Scope, lines: readonly Line<I>[]) =>
  lines.map((one) => ({ ...one, scope }));

const TABLE = [
  ...within('global', [
    line('order', 'o', 'place an order', { short: 'order' }),
    line('pause', 'p', 'pause: no new entries, exits go on', {
      short: 'pause',
      danger: 'tightens',
    }),
    line('resume', 'r', 'resume trading; after a halt with a typed phrase', { short: 'resume' }),
    line('halt', 'H', 'halt at once, no question: cancels entries, keeps stops', {
      short: 'HALT',
      danger: 'tightens',
    }),
    line('haltAnywhere', 'ctrl+x', 'halt, also while typing into a field', { danger: 'tightens' }),
    line('flatten', 'F', 'flatten: cancel all, close all (typed)', {
      short: 'flatten',
      danger: 'typed',
    }),
  ]),
  ...within('strategies', [
    line('toggle', 'space', 'turn the selected strategy on or off', { short: 'toggle' }),
    line('editParams', 'e', 'edit the parameters of the selected strategy', { short: 'edit' }),
    line('stopStrategy', 's', 'stop this strategy harder: pause, then reduce, then halt it', {
      short: 'stop',
      danger: 'tightens',
    }),
    line('releaseStrategy', 'R', 'let a stopped strategy trade again; after a halt it is typed', {
      short: 'release',
      danger: 'typed',
    }),
    line('revertParams', 'u', 'take the last change of its parameters back (asks)', {
      short: 'undo',
      danger: 'asks',
    }),
  ]),
  ...within('markets', [
    line('stopSymbol', 's', 'stop this market harder: pause, then reduce, then halt it', {
      danger: 'tightens',
    }),
    line('releaseSymbol', 'R', 'let a stopped market trade again; after a halt it is typed', {
      danger: 'typed',
    }),
  ]),
  ...within('positions', [
    line('close', 'x', 'close the selected position (asks once)', {
      short: 'close',
      danger: 'asks',
    }),
    line('decideDrift', 'd', 'decide about a holding that our fills do not explain (asks)', {
      short: 'decide',
      danger: 'asks',
    }),
  ]),
  ...within('orders', [
    line('cancel', 'c', 'cancel the selected order', { short: 'cancel', danger: 'tightens' }),
    line('amend', 'a', 'amend price, trigger or quantity of the selected order', {
      short: 'amend',
    }),
    line('decideOrder', 'd', 'decide about an order at the venue that is not ours (asks)', {
      short: 'decide',
      danger: 'asks',
    }),
  ]),
  ...within('pnl', [
    line('breakdown', 'd', 'break the P&L down by strategy, symbol, day, or all', {
      short: 'breakdown',
    }),
  ]),
  ...within('risk', [
    line('editLimit', 'e', 'change the selected limit; loosening it is typed', {
      short: 'edit',
      danger: 'typed',
    }),
    line('clearBreaker', 'c', 'clear the selected breaker (asks)', {
      short: 'clear',
      danger: 'asks',
    }),
  ]),
  ...within('log', [
    line('logLevel', 'v', 'least level shown', { short: 'level' }),
    line('logCategory', 'c', 'category shown', { short: 'category' }),
    line('follow', 'f', 'follow the newest line, or hold still', { short: 'follow' }),
    line('exportLog', 'E', 'write the shown lines to a file', { short: 'export' }),
  ]),
  ...within('chart', [
    line('cursorLeft', 'left h', 'cursor to the candle before', { short: 'cursor' }),
    line('cursorRight', 'right l', 'cursor to the next candle'),
    line('panLeft', '< shift+left', 'back in time'),
    line('panRight', '> shift+right', 'forward in time'),
    line('zoomIn', ']', 'wider candles; also ↑', { short: 'wider' }),
    line('zoomOut', '[', 'more candles; also ↓'),
    line('leaveCursor', 'escape', 'cursor off, then follow the market, then out of the zoom'),
    line('chartStyle', 'v', 'candles, line, or the equity curve of the account', { short: 'view' }),
    line('indicators', 'i', 'choose indicators', { short: 'indicators' }),
    line('patterns', 'n', 'candle patterns on or off'),
    line('volume', 'V', 'volume on or off'),
  ]),
  ...within('book', [
    line('bookBuy', 'b', 'buy ticket at the chosen price, else at the best bid', { short: 'buy' }),
    line('bookSell', 's', 'sell ticket at the chosen price, else at the best ask', {
      short: 'sell',
    }),
    line('bookCancel', 'c', 'cancel our orders at the chosen price', {
      short: 'cancel',
      danger: 'tightens',
    }),
    line('bookCenter', 'm', 'back to the middle, without a chosen price', { short: 'middle' }),
    line('bookLeave', 'escape', 'no chosen price, then out of the zoom'),
  ]),
  ...within('market clock', [
    line('hold', ',', 'hold the market, or let it go on', { short: 'hold' }),
    line('step', '.', 'one step of a held market', { short: 'step' }),
    line('faster', '+ =', 'faster', { short: 'speed' }),
    line('slower', '-', 'slower'),
    line('seek', 'J', 'go to another time of the market'),
  ]),
  ...within('global', [
    line('filter', '/', 'filter the rows of the pane; Esc clears', { short: 'filter' }),
    line('zoom', 'z', 'the focused pane alone, and back', { short: 'zoom' }),
    line('nextPane', 'tab', 'next pane', { short: 'pane' }),
    line('previousPane', 'shift+tab', 'previous pane'),
    line('markets', '1', 'markets'),
    line('strategies', '2', 'strategies'),
    line('chart', '3', 'chart'),
    line('book', '4', 'order book'),
    line('positions', '5', 'positions'),
    line('orders', '6', 'orders'),
    line('log', '7', 'log'),
    line('pnl', '8', 'P&L'),
    line('risk', '9', 'limits and breakers'),
    line('alerts', '0', 'alerts'),
    line('tape', '', 'tape of public trades'),
    line('up', 'up k', 'row up'),
    line('down', 'down j', 'row down'),
    line('pageUp', 'pageup ctrl+u', 'ten rows up'),
    line('pageDown', 'pagedown ctrl+d', 'ten rows down'),
    line('top', 'home g', 'first row; the log follows again'),
    line('bottom', 'end G', 'last row'),
    line('why', 'enter', 'why: the story of the selected row', { short: 'why' }),
    line('timeframe', 't', 'next timeframe of the chart', { short: 'timeframe' }),
    line('nextSymbol', '}', 'next market'),
    line('previousSymbol', '{', 'previous market'),
    line('palette', ': ctrl+k', 'find anything: actions, symbols, strategies, limits', {
      short: 'palette',
    }),
    line('accounts', 'A', 'all accounts of this console, and their total'),
    line('workspace', 'w', 'next workspace'),
    line('saveWorkspace', 'W', 'save the workspace under a name'),
    line('theme', 'T', 'next theme'),
    line('suspend', 'ctrl+z', 'back to the shell; fg returns'),
    line('repaint', 'ctrl+l', 'draw the screen anew'),
    line('help', '?', 'this list', { short: 'help' }),
    line('quit', 'q ctrl+c', 'quit (asks)', { short: 'quit', danger: 'asks' }),
  ]),
];

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

export const KEYMAP: Keymap = TABLE;

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
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  enter: 'Enter',
  escape: 'Esc',
  backspace: 'Backspace',
  delete: 'Del',
  insert: 'Ins',
  home: 'Home',
  end: 'End',
  pageup: 'PgUp',
  pagedown: 'PgDn',
};

/** One key as written for people: `Tab`, `↑`, `Ctrl+X`, `Alt+F5`. */
export function keyName(key: string): string {
  const modifiers = key.length > 1 ? key.split(/\+(?=.)/su) : [key];
  const last = modifiers.pop() ?? '';
  const isUpper = modifiers.includes('ctrl') || /^f\d+$/.test(last);
  const name = SHOWN[last] ?? (isUpper ? last.toUpperCase() : last);
  return [...modifiers.map((one) => one.charAt(0).toUpperCase() + one.slice(1)), name].join('+');
}

/** All keys of a binding: `↑ k`. */
export const keyNames = (binding: KeyBinding): string => binding.keys.map(keyName).join(' ');
