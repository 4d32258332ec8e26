/** How the screen looks, and the list of everything. */
import { workspaceNames } from '../../layout/arrangement.ts';
import { type Action, result, withDialog, withNote } from '../../model.ts';

const palette: Action = (model) =>
  result(withDialog(model, { kind: 'palette', text: '', index: 0 }));

const workspace: Action = (model) => {
  const names = workspaceNames(model.arrangements);
  const next = names[(names.indexOf(model.workspace) + 1) % names.length] ?? model.workspace;
  return result(withNote({ ...model, workspace: next, zoomed: false }, `workspace ${next}`));
};

const theme: Action = (model, { themes }) => {
  const next = themes[(themes.indexOf(model.theme) + 1) % themes.length] ?? model.theme;
  return result(withNote({ ...model, theme: next }, `theme ${next}`));
};

export const SCREEN_ACTIONS = {
  palette,
  workspace,
  saveWorkspace: (model) => result(withDialog(model, { kind: 'saveWorkspace', name: '' })),
  theme,
} satisfies Readonly<Record<string, Action>>;
