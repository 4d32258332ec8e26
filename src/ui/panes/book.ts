import { fitRows, muted } from '../text/rows.ts';
import type { PaneDefinition } from './definition.ts';

export const book: PaneDefinition = {
  draw: (_scene, size) => ({
    title: 'Book',
    summary: [],
    rows: fitRows([[muted(' waiting for data')]], size),
  }),
  rowKeys: () => [],
  why: () => null,
};
