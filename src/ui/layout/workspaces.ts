/** The arrangements of panes one can switch between. */
import { type Plan, columns, fixed, rows, share } from './plan.ts';

export interface Workspace {
  readonly name: string;
  /** About 120 × 40. */
  readonly wide: Plan;
  /** From 160 columns and 45 rows. */
  readonly huge: Plan;
}

const TRADE: Workspace = {
  name: 'trade',
  wide: rows(
    share(
      columns(
        fixed(rows(share('markets', 11), share('strategies', 12)), 34),
        share(
          rows(
            share(columns(share('chart', 1), fixed('book', 32)), 14),
            share('positions', 6),
            share('orders', 6),
          ),
          1,
        ),
      ),
      28,
    ),
    fixed('log', 7),
  ),
  huge: rows(
    share(
      columns(
        fixed(rows(share('markets', 11), share('strategies', 16), share('alerts', 6)), 48),
        share(
          rows(
            share(
              columns(share('chart', 1), fixed(rows(share('book', 22), share('tape', 7)), 40)),
              24,
            ),
            share(columns(share('positions', 10), share('pnl', 6)), 10),
          ),
          1,
        ),
      ),
      34,
    ),
    fixed(columns(share('orders', 10), share('log', 10)), 11),
  ),
};

const MONITOR: Workspace = {
  name: 'monitor',
  wide: rows(
    share(
      columns(
        fixed(rows(share('markets', 11), share('risk', 12)), 46),
        share(rows(share('positions', 7), share('strategies', 10), share('pnl', 10)), 1),
      ),
      28,
    ),
    fixed(columns(share('alerts', 1), share('log', 2)), 8),
  ),
  huge: rows(
    share(
      columns(
        fixed(rows(share('markets', 11), share('risk', 20)), 60),
        share(
          rows(
            share('positions', 8),
            share(columns(share('strategies', 1), share('pnl', 1)), 14),
            share('orders', 8),
          ),
          1,
        ),
      ),
      34,
    ),
    fixed(columns(share('alerts', 1), share('log', 2)), 11),
  ),
};

export const WORKSPACES: readonly Workspace[] = [TRADE, MONITOR];
