import { fitRows, muted } from '../text/rows.ts';
import type { PaneDefinition } from './definition.ts';

export const risk: PaneDefinition = {
  draw: (_scene, size) => ({
    title: 'Risk',
    summary: [],
    rows: fitRows([[muted(' waiting for data')]], size),
  }),
  rowKeys: () => [],
  why: () => null,
};
