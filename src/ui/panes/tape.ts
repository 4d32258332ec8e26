import { fitRows, muted } from '../text/rows.ts';
import type { PaneDefinition } from './definition.ts';

export const tape: PaneDefinition = {
  draw: (_scene, size) => ({
    title: 'Tape',
    summary: [],
    rows: fitRows([[muted(' waiting for data')]], size),
  }),
  rowKeys: () => [],
  why: () => null,
};
