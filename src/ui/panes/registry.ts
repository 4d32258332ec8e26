import type { PaneId } from '../layout/panes.ts';
import { alerts } from './alerts.ts';
import { book } from './book.ts';
import { chart } from './chart.ts';
import type { PaneDefinition } from './definition.ts';
import { log } from './log.ts';
import { markets } from './markets.ts';
import { orders } from './orders.ts';
import { pnl } from './pnl.ts';
import { positions } from './positions.ts';
import { risk } from './risk.ts';
import { strategies } from './strategies.ts';
import { tape } from './tape.ts';

/** Every pane of the console. */
export const PANE_TABLE: Readonly<Record<PaneId, PaneDefinition>> = {
  markets,
  strategies,
  chart,
  book,
  tape,
  positions,
  orders,
  log,
  pnl,
  risk,
  alerts,
};
