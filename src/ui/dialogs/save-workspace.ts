import { safeText } from '../../domain/safe-text.ts';
import { saveAs } from '../layout/arrangement.ts';
import { WORKSPACES } from '../layout/workspaces.ts';
import { result, withDialog } from '../model.ts';
import { muted, span } from '../text/rows.ts';
import { type DialogDefinition, box, stay } from './definition.ts';

const MAX_NAME = 20;
const isTaken = (name: string): boolean => WORKSPACES.some((one) => one.name === name);

/** The shown arrangement under a name, for `w` and the palette. */
export const saveWorkspace: DialogDefinition<'saveWorkspace'> = {
  draw: (dialog, _scene, { width }) =>
    box(
      'Save workspace',
      [
        [
          muted('  name '),
          span(`${safeText(dialog.name, MAX_NAME)}▏`.padEnd(MAX_NAME + 2), 'field'),
        ],
        isTaken(dialog.name)
          ? [span(`  ${dialog.name} comes with the program: choose another name`, 'warn')]
          : [muted('  which panes are shown, and where')],
        [span('  enter', 'key'), muted(' save   '), span('esc', 'key'), muted(' back')],
      ],
      width,
    ),
  isTyping: () => true,
  press(dialog, key, { model }) {
    const typing = (name: string) => stay(withDialog(model, { ...dialog, name }));
    if (key.name === 'backspace' || key.name === 'delete') return typing(dialog.name.slice(0, -1));
    if (key.name === 'ctrl+u') return typing('');
    if (key.name !== 'enter') {
      const text = key.text.replace(/[^a-z0-9 _-]/gi, '');
      return typing((dialog.name + text).slice(0, MAX_NAME));
    }
    const name = dialog.name.trim();
    if (name === '' || isTaken(name)) return stay(model);
    const saved = saveAs(model.workspace, model.arrangements, name);
    return result({ ...model, ...saved, dialog: null });
  },
};
