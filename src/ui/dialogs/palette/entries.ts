/** Everything the console can do, find or change, in one searchable list. */
import fuzzysort from 'fuzzysort';

import { runBinding } from '../../input/actions/run.ts';
import { type ActionId, type KeyBinding, bindingOf, keyNames } from '../../input/keymap.ts';
import { exchangePanes, isShown, togglePane, workspaceNames } from '../../layout/arrangement.ts';
import { PANES, PANE_NAMES, type PaneId } from '../../layout/panes.ts';
import { hasMarketClock } from '../../mode.ts';
import { type Action, type KeyContext, type KeyResult, result } from '../../input/action.ts';
import { type Model, withNote, withPane, withSymbol } from '../../model.ts';
import { safeText, shownSymbol } from '../../../domain/safe-text.ts';
import { UNIT_SIGN, formatUnit, ruleName } from '../../text/verdicts.ts';

export interface PaletteEntry {
  readonly kind: 'action' | 'symbol' | 'strategy' | 'limit' | 'pane' | 'workspace' | 'theme';
  readonly text: string;
  /** Said in place of the kind: the pane that an action belongs to. */
  readonly place?: string;
  /** Further words that find it. */
  readonly words?: string;
  /** Its key, or what it is set to. */
  readonly hint: string;
  readonly run: Action;
}

/** What a scene and a key press both know. */
type Known = Pick<KeyContext, 'view' | 'keymap' | 'themes'> & { readonly model: Model };

/** Moving the cursor is no thing to look for, and the palette does not open itself. */
const LEFT_OUT: ReadonlySet<ActionId> = new Set([
  'up', 'down', 'pageUp', 'pageDown', 'top', 'bottom', 'why', 'palette', 'haltAnywhere',
]); // prettier-ignore

export function paletteEntries(known: Known): readonly PaletteEntry[] {
  return [
    ...actions(known),
    ...symbols(known),
    ...strategies(known),
    ...limits(known),
    ...arrangements(known),
    ...known.themes.map((name): PaletteEntry => ({
      kind: 'theme',
      text: name,
      hint: name === known.model.theme ? 'in use' : '',
      run: (model) => result({ ...model, theme: name }),
    })),
  ];
}

const MOST_FOUND = 60;
/** Low enough for a letter left out of a word. */
const LEAST_SCORE = 0.15;
/** Next to a good match, one of scattered letters is none. */
const LEAST_OF_BEST = 0.5;

/** The entries a text finds, best first; all of them, in their order, for no text. */
export function search(entries: readonly PaletteEntry[], text: string): readonly PaletteEntry[] {
  if (text.trim() === '') return entries;
  const wanted = text.trim();
  const scored = fuzzysort.go(wanted, entries, {
    key: ({ text: own, kind, words = '' }) => `${own} ${kind} ${words}`,
    limit: MOST_FOUND,
    threshold: LEAST_SCORE,
  });
  const least = (scored[0]?.score ?? 0) * LEAST_OF_BEST;
  const found = scored.filter(({ score }) => score >= least).map(({ obj }) => obj);
  // What begins with the word is meant before what only mentions it.
  const begins = ({ kind, text: own }: PaletteEntry): boolean =>
    [own, `${kind} ${own}`].some((one) => one.toLowerCase().startsWith(wanted.toLowerCase()));
  return [...found.filter(begins), ...found.filter((entry) => !begins(entry))];
}

function actions({ keymap, view }: Known): readonly PaletteEntry[] {
  const able = keymap.filter(
    ({ id, scope }) => !LEFT_OUT.has(id) && (scope !== 'market clock' || hasMarketClock(view)),
  );
  return able.map((binding) => ({
    kind: 'action',
    text: binding.text,
    place: placeOf(binding),
    words: [binding.id, binding.short, binding.scope].join(' '),
    hint: keyNames(binding),
    run: (model, context) => runBinding(focusFor(binding, model), binding, context),
  }));
}

const placeOf = ({ scope }: KeyBinding): string =>
  scope === 'global' ? 'action' : scope === 'market clock' ? 'market' : scope;

/** A key of a pane works with that pane focused. */
const focusFor = ({ scope }: KeyBinding, model: Model): Model =>
  scope === 'global' || scope === 'market clock' ? model : { ...model, focus: scope };

function symbols({ view, model }: Known): readonly PaletteEntry[] {
  return view.markets.map(({ symbol }) => ({
    kind: 'symbol',
    text: `${shownSymbol(symbol, 40)}: chart, book and tape`,
    hint: symbol === model.symbol ? 'in view' : '',
    // Whoever looks for a market wants to see it, wherever the focus was.
    run: (current) => {
      const chart = { ...current.chart, until: null, cursor: null };
      return result(withSymbol({ ...current, chart, focus: 'chart' }, symbol));
    },
  }));
}

function strategies({ view }: Known): readonly PaletteEntry[] {
  return view.strategies.flatMap(({ id, enabled }): PaletteEntry[] => {
    const name = safeText(id, 40);
    const at = (model: Model): Model =>
      withPane({ ...model, focus: 'strategies' }, 'strategies', { selected: id, filter: '' });
    return [
      {
        kind: 'strategy',
        text: `${name}: show`,
        hint: enabled ? 'on' : 'off',
        run: (model) => result(at(model)),
      },
      {
        kind: 'strategy',
        text: `${name}: turn ${enabled ? 'off' : 'on'}`,
        hint: enabled ? 'on' : 'off',
        run: (model, context) => runById('toggle', at(model), context),
      },
      {
        kind: 'strategy',
        text: `${name}: edit parameters`,
        hint: '',
        run: (model, context) => runById('editParams', at(model), context),
      },
    ];
  });
}

/** A setting of risk is shown where its distance is, and edited there. */
function limits({ view }: Known): readonly PaletteEntry[] {
  return view.limits.map(({ setting, code, limit, unit }) => ({
    kind: 'limit',
    text: setting === null ? ruleName(code) : `${ruleName(code)} (${setting})`,
    words: code,
    hint: `${formatUnit(limit, unit)}${UNIT_SIGN[unit]}`,
    run: (model) =>
      result(withPane({ ...model, focus: 'risk' }, 'risk', { selected: code, filter: '' })),
  }));
}

function arrangements({ model }: Known): readonly PaletteEntry[] {
  const { workspace, arrangements: own, focus } = model;
  const name = (pane: PaneId): string => PANE_NAMES[pane];
  const switches = workspaceNames(own).map((one): PaletteEntry => ({
    kind: 'workspace',
    text: safeText(one, 24),
    hint: one === workspace ? 'in use' : '',
    run: (current) => result({ ...current, workspace: one, zoomed: false }),
  }));
  const panes = PANES.flatMap((pane): PaletteEntry[] => {
    const shown = isShown(workspace, own, pane);
    const put: PaletteEntry = {
      kind: 'pane',
      text: `put ${name(pane)} where ${name(focus)} is`,
      hint: shown ? 'exchanges them' : '',
      run: (current) =>
        result({
          ...current,
          ...exchangePanes(workspace, own, { there: focus, pane }),
          focus: pane,
        }),
    };
    const hide: PaletteEntry = {
      kind: 'pane',
      text: `hide ${name(pane)}`,
      hint: '',
      run: (current) => {
        const change = togglePane(workspace, own, pane);
        if (change === null) return result(withNote(current, 'the last pane stays'));
        return result({ ...current, ...change });
      },
    };
    return [...(pane === focus ? [] : [put]), ...(shown ? [hide] : [])];
  });
  return [...switches, ...panes];
}

/** Runs the action of that name by its binding. */
function runById(id: ActionId, model: Model, context: KeyContext): KeyResult {
  const binding = bindingOf(context.keymap, id);
  return binding ? runBinding(model, binding, context) : result(model);
}
