/** One road from a binding to its deed, for keys and for the palette. */
import { PANE_NAMES } from '../../layout/panes.ts';
import { type KeyContext, type KeyResult, result } from '../action.ts';
import { type Model, withNote } from '../../model.ts';
import { hasMarketClock } from '../../mode.ts';
import { PANE_TABLE } from '../../panes/registry.ts';
import { type KeyBinding, bindingOf, keyNames } from '../keymap.ts';
import { ACTIONS } from './registry.ts';
import { selectedRow } from './rows.ts';

/** Runs the action, or says why it cannot work now. */
export function runBinding(model: Model, binding: KeyBinding, context: KeyContext): KeyResult {
  const { scope } = binding;
  if (scope === 'market clock' && !hasMarketClock(context.view)) {
    const { mode } = context.view;
    return result(withNote(model, `the market of ${mode} mode runs in real time`));
  }
  if (scope !== 'global' && scope !== 'market clock' && scope !== model.focus) {
    const there = bindingOf(context.keymap, scope);
    const way = there ? `: ${keyNames(there)} goes there` : '';
    const name = PANE_NAMES[scope].toLowerCase();
    return result(withNote(model, `${keyNames(binding)} works in the pane of ${name}${way}`));
  }
  const scene = { model, view: context.view };
  const pane = PANE_TABLE[model.focus];
  const reason =
    scope === model.focus ? pane.unavailable?.(binding.id, scene, selectedRow(scene)) : null;
  if (reason) return result(withNote(model, reason));
  return ACTIONS[binding.id](model, context);
}
