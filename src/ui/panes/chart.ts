import { fitRows, muted } from '../text/rows.ts';
import type { PaneDefinition } from './definition.ts';

export const chart: PaneDefinition = {
  draw: (_scene, size) => ({
    title: 'Chart',
    summary: [],
    rows: fitRows([[muted(' waiting for data')]], size),
  }),
  rowKeys: () => [],
  why: () => null,
};
