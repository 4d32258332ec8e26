/** The two last lines: what was just answered, and the keys that work now. */
import type { SessionView } from '../../app/session-types.ts';
import { safeText } from '../../domain/safe-text.ts';
import { formatWhen } from '../text/format.ts';
import { isTyping } from '../dialogs/registry.ts';
import {
  type ActionId,
  type KeyBinding,
  type Keymap,
  bindingOf,
  keyName,
} from '../input/keymap.ts';
import { hasMarketClock, isLive, isOnPaper } from '../mode.ts';
import type { Model } from '../model.ts';
import type { Scene } from '../scene.ts';
import { selectedOf } from './definition.ts';
import { PANE_TABLE } from './registry.ts';
import {
  type Row,
  type Token,
  fit,
  fitRow,
  muted,
  rowWidth,
  span,
  textWidth,
  whole,
} from '../text/rows.ts';

/** How a flattening that could not close everything begins its reason. */
const NOT_FLAT = 'NOT FLAT';

/** What `r` does before anything was done; before real orders a gate comes first. */
function firstHint(view: SessionView): string {
  const trades = isLive(view) ? 'opens the live gate' : 'starts trading';
  const where = isOnPaper(view) ? ' on paper' : '';
  return `r ${trades}${where}, o places an order, ? shows all keys`;
}

/** What a key just could not do, else the newest answer, else what the state means. */
export function noticeLine(of: Pick<Scene, 'view' | 'model' | 'notice'>, width: number): Row {
  const { view, model, notice } = of;
  if (model.note !== null) return fitRow([span(` ${safeText(model.note, 200)}`, 'warn')], width);
  // Nothing that was said before, or since, is as urgent.
  if (view.store.failed !== null) return unsavedLine(view.store.failed, width);
  if (notice !== null) {
    const token: Token =
      notice.level === 'error' ? 'danger' : notice.level === 'warn' ? 'warn' : 'text.normal';
    return fitRow(
      [muted(` ${formatWhen(notice.time, view.now)} `), span(safeText(notice.text, 300), token)],
      width,
    );
  }
  if (isFirstStart(view, model)) return fitRow([span(` ${firstHint(view)}`, 'accent')], width);
  return stateLine(view, width);
}

/** The way out comes first: the words of a file system are long. */
function unsavedLine(reason: string, width: number): Row {
  const text = ` journal failed: mend the disk, quit, start again · ${safeText(reason, 200)}`;
  return fitRow([span(text, 'danger')], width);
}

/** Why it does not trade, since when, and what clears it. Blank while running. */
function stateLine(view: SessionView, width: number): Row {
  const { tradingState, stateSince, stateReason, stateClears } = view.account;
  const ended = view.feed.ended ? ' the recording has ended; q quits' : '';
  if (tradingState === 'running') return fitRow([muted(ended)], width);
  if (ended !== '') {
    const stopped = `   ${tradingState} since ${formatWhen(stateSince, view.now)}`;
    return fitRow([muted(ended), span(stopped, 'warn')], width);
  }
  const since = `${tradingState} since ${formatWhen(stateSince, view.now)}`;
  const why = `${since}: ${safeText(stateReason || 'no reason given', 200)}`;
  // Positions that a flattening left open are more urgent than the way back.
  if (stateReason.startsWith(NOT_FLAT)) return fitRow([span(` ${why}`, 'danger')], width);
  // What clears it is what one needs to know: of a long line, the reason gives way.
  const clears = stateClears === '' ? '' : `  →  ${safeText(stateClears, 120)}`;
  const room = width - 1 - textWidth(clears);
  const said = textWidth(why) <= room ? why : room >= textWidth(since) ? fit(why, room) : since;
  return fitRow([span(` ${said}${clears}`, 'warn')], width);
}

const isFirstStart = (view: SessionView, model: Model): boolean =>
  !model.touched &&
  view.account.tradingState === 'paused' &&
  view.orders.length === 0 &&
  view.recovered === null;

/** Cells of the slot that `p` and `r` share, so that `H` and `F` never move. */
const PACE_SLOT = 10;

/** Danger keys keep their place; the rest is there only while it works. */
export function footerLine(scene: Scene, width: number): Row {
  const { view, model, keymap } = scene;
  if (model.dialog !== null) return dialogFooter(scene, width);
  if (model.filtering !== null) return filterFooter(scene, width);
  const running = view.account.tradingState === 'running';
  const fixed: Row = [
    span(' '),
    ...entry(keymap, 'order'),
    ...fitRow(entry(keymap, running ? 'pause' : 'resume'), PACE_SLOT),
    ...entry(keymap, 'halt'),
    ...entry(keymap, 'flatten'),
    ...wayBack(model),
  ];
  if (rowWidth(fixed) > width) return narrowFooter(scene, width);
  const rows = focusedRows(scene);
  const rest = keymap.filter(
    (binding) => binding.short !== null && !FIXED.has(binding.id) && worksNow(binding, scene, rows),
  );
  const own = rest.filter((binding) => binding.scope === model.focus);
  const last = rest.filter((binding) => LAST.has(binding.id));
  const general = rest.filter((binding) => !LAST.has(binding.id) && !own.includes(binding));
  const middle = general.toSorted((a, b) => rank(a) - rank(b));
  // Keys of the focused pane stand before the general ones.
  let left = width - rowWidth(fixed) - rowWidth(last.flatMap((one) => entry(keymap, one.id)));
  const fitting = [...own, ...middle].filter((binding) => {
    const cells = rowWidth(entry(keymap, binding.id));
    if (cells > left) return false;
    left -= cells;
    return true;
  });
  return whole([fixed, ...[...fitting, ...last].map((one) => entry(keymap, one.id))], width);
}

/** Out of a filter or a zoom: who does not remember how one came in needs it most. */
const wayBack = ({ panes, focus, zoomed }: Model): Row =>
  zoomed || panes[focus].filter !== '' ? [span('esc', 'key'), muted(' back  ')] : [];

/** Where `H` stands without a dialog. */
const beforeHalt = (keymap: Keymap): string =>
  ' '.repeat(1 + rowWidth(entry(keymap, 'order')) + PACE_SLOT);

/** A dialog says its own keys; of the others only the halt works, in its place. */
function dialogFooter({ model, keymap }: Scene, width: number): Row {
  const before = beforeHalt(keymap);
  const halt = isTyping(model)
    ? [span(firstKey(keymap, 'haltAnywhere'), 'key.danger'), muted(' HALT')]
    : entry(keymap, 'halt');
  return fitRow([span(rowWidth(halt) + before.length > width ? ' ' : before), ...halt], width);
}

function filterFooter({ keymap }: Scene, width: number): Row {
  const halt: Row = [span(firstKey(keymap, 'haltAnywhere'), 'key.danger'), muted(' HALT  ')];
  const keys: Row = [span('enter', 'key'), muted(' keep  '), span('esc', 'key'), muted(' back')];
  return fitRow([span(' '), ...halt, ...keys], width);
}

/** What stops everything comes first where not even the fixed keys fit. */
function narrowFooter({ keymap, view, model }: Scene, width: number): Row {
  const pace = view.account.tradingState === 'running' ? 'pause' : 'resume';
  const order: readonly ActionId[] = ['halt', 'flatten', pace, 'order'];
  const entries = order.map((id) => entry(keymap, id));
  return whole([[span(' ')], ...entries, wayBack(model)], width);
}

const FIXED: ReadonlySet<ActionId> = new Set(['order', 'pause', 'resume', 'halt', 'flatten']);
const LAST: ReadonlySet<ActionId> = new Set(['help', 'nextPane']);
/** Of the general keys, those one looks for first; the others follow in the order of the table. */
const SOON: readonly ActionId[] = ['palette', 'quit', 'zoom'];

function rank({ id }: KeyBinding): number {
  const place = SOON.indexOf(id);
  return place < 0 ? SOON.length : place;
}

interface FocusedRows {
  readonly hasRows: boolean;
  readonly selected: string | null;
}

/** Asked once for all keys of a frame: a log sorts and filters itself for it. */
function focusedRows(scene: Scene): FocusedRows {
  const { focus, panes } = scene.model;
  const pane = PANE_TABLE[focus];
  const keys = pane.rowKeys(scene);
  const selected = pane.cursorKey ? pane.cursorKey(scene) : selectedOf(keys, panes[focus].selected);
  return { hasRows: keys.length > 0, selected };
}

function worksNow(binding: KeyBinding, scene: Scene, rows: FocusedRows): boolean {
  const { view, model } = scene;
  if (binding.scope === 'market clock') {
    return hasMarketClock(view) && !view.feed.ended && (binding.id !== 'step' || view.feed.held);
  }
  if (binding.scope !== 'global' && binding.scope !== model.focus) return false;
  if (binding.id === 'filter') return rows.hasRows;
  if (binding.scope === 'global') return binding.id !== 'why' || rows.selected !== null;
  return (PANE_TABLE[model.focus].unavailable?.(binding.id, scene, rows.selected) ?? null) === null;
}

const firstKey = (keymap: Keymap, id: ActionId): string => {
  const key = bindingOf(keymap, id)?.keys[0];
  return key === undefined ? '' : keyName(key);
};

/** Words of the footer for keys that come in pairs. */
const SHOWN: Partial<Readonly<Record<ActionId, string>>> = {
  faster: '+ -',
  nextPane: 'tab',
  cursorLeft: '← →',
  zoomIn: '[ ]',
};

function entry(keymap: Keymap, id: ActionId): Row {
  const binding = bindingOf(keymap, id);
  if (!binding || binding.keys.length === 0) return [];
  const token: Token = id === 'halt' || id === 'flatten' ? 'key.danger' : 'key';
  const name = SHOWN[id] ?? firstKey(keymap, id).replace(/^Enter$/, 'enter');
  return [span(name, token), muted(` ${binding.short ?? binding.text}  `)];
}
