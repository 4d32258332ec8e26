import { safeText } from '../../domain/safe-text.ts';
import { editText, typeOnly } from '../edit/text-field.ts';
import { saveAs } from '../layout/arrangement.ts';
import { WORKSPACES } from '../layout/workspaces.ts';
import { result } from '../input/action.ts';
import { withDialog, withNote } from '../model.ts';
import { muted, span } from '../text/rows.ts';
import { type DialogDefinition, box, keysRow, stay } from './definition.ts';

const MAX_NAME = 20;
const typeName = typeOnly(/[^a-z0-9 _-]/gi, MAX_NAME);
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
        keysRow(['enter', 'save'], ['esc', 'back']),
      ],
      width,
    ),
  isTyping: () => true,
  press(dialog, key, { model }) {
    if (key.name !== 'enter') {
      return stay(withDialog(model, { ...dialog, name: editText(dialog.name, key, typeName) }));
    }
    const name = dialog.name.trim();
    if (name === '' || isTaken(name)) return stay(model);
    const saved = saveAs(model.workspace, model.arrangements, name);
    return result(withNote({ ...model, ...saved, dialog: null }, `workspace ${name} saved`));
  },
};
