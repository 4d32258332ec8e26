import { fitRows, muted } from '../text/rows.ts';
import type { PaneDefinition } from './definition.ts';

export const alerts: PaneDefinition = {
  draw: (_scene, size) => ({
    title: 'Alerts',
    summary: [],
    rows: fitRows([[muted(' waiting for data')]], size),
  }),
  rowKeys: () => [],
  why: () => null,
};
