/** How the screen looks, and the list of everything. */
import { neighbor } from '../../edit/choice.ts';
import { workspaceNames } from '../../layout/arrangement.ts';
import { type Action, result } from '../action.ts';
import { withDialog, withNote } from '../../model.ts';

const palette: Action = (model) =>
  result(withDialog(model, { kind: 'palette', text: '', index: 0 }));

const workspace: Action = (model) => {
  const next = neighbor(workspaceNames(model.arrangements), model.workspace);
  return result(withNote({ ...model, workspace: next, zoomed: false }, `workspace ${next}`));
};

const theme: Action = (model, { themes }) => {
  const next = neighbor(themes, model.theme);
  return result(withNote({ ...model, theme: next }, `theme ${next}`));
};

const accounts: Action = (model, { view }) =>
  view.accounts === undefined
    ? result(withNote(model, 'this console has one account; config/exchanges/ may name more'))
    : result(withDialog(model, { kind: 'accounts', index: view.accounts.shown }));

export const SCREEN_ACTIONS = {
  palette,
  accounts,
  workspace,
  saveWorkspace: (model) => result(withDialog(model, { kind: 'saveWorkspace', name: '' })),
  theme,
} satisfies Readonly<Record<string, Action>>;
