/** Which indicators of the catalog the chart draws beside the strategy's own. */
import { safeText } from '../../domain/safe-text.ts';
import type { KeyResult } from '../input/action.ts';
import { type DialogOf, type Model, withDialog } from '../model.ts';
import { type Row, fitRows, muted, span, windowStart } from '../text/rows.ts';
import { type DialogDefinition, keysRow, leave, stay } from './definition.ts';

export const indicators: DialogDefinition<'indicators'> = {
  width: 44,
  draw({ index }, { view, model }, { width, maxHeight }) {
    const catalog = view.watched?.catalog ?? [];
    const height = Math.max(1, Math.min(catalog.length, maxHeight - 2));
    const start = windowStart({ selected: index, count: catalog.length, height });
    const rows = catalog.slice(start, start + height).map((name, i): Row => {
      const chosen = start + i === index;
      const mark = model.chart.indicators.includes(name) ? '[x] ' : '[ ] ';
      return [
        span(chosen ? '› ' : '  ', 'accent'),
        span(`${mark}${safeText(name, 32)}`, chosen ? 'selected' : 'text.normal'),
      ];
    });
    const all: Row[] = rows.length > 0 ? rows : [[muted('  loading the catalog')]];
    const shown = [...all, [], keysRow(['space', 'on or off'], ['x', 'none'], ['enter', 'done'])];
    return {
      title: 'Indicators',
      summary: [muted(`${String(model.chart.indicators.length)} on`)],
      rows: fitRows(shown, { width, height: Math.min(shown.length, maxHeight) }),
    };
  },
  press(dialog, key, { model, context }) {
    const catalog = context.view.watched?.catalog ?? [];
    const { index } = dialog;
    switch (key.name) {
      case 'up':
      case 'k':
        return moveTo(dialog, model, Math.max(0, index - 1));
      case 'down':
      case 'j':
        return moveTo(dialog, model, Math.min(catalog.length - 1, index + 1));
      case 'space':
        return stay(withToggled(model, catalog[index]));
      case 'x':
        return stay({ ...model, chart: { ...model.chart, indicators: [] } });
      case 'i':
      case 'enter':
        return leave(model);
      default:
        return stay(model);
    }
  },
};

const moveTo = (dialog: DialogOf<'indicators'>, model: Model, index: number): KeyResult =>
  stay(withDialog(model, { ...dialog, index: Math.max(0, index) }));

function withToggled(model: Model, name: string | undefined): Model {
  if (name === undefined) return model;
  const { indicators: on } = model.chart;
  const next = on.includes(name) ? on.filter((one) => one !== name) : [...on, name];
  return { ...model, chart: { ...model.chart, indicators: next } };
}
