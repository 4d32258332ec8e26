/** The panes by name, in the order in which Tab goes through them. */
export const PANES = [
  'markets',
  'strategies',
  'chart',
  'book',
  'tape',
  'positions',
  'orders',
  'log',
  'pnl',
  'risk',
  'alerts',
] as const;
export type PaneId = (typeof PANES)[number];

export const PANE_NAMES: Readonly<Record<PaneId, string>> = {
  markets: 'Markets',
  strategies: 'Strategies',
  chart: 'Chart',
  book: 'Book',
  tape: 'Tape',
  positions: 'Positions',
  orders: 'Orders',
  log: 'Log',
  pnl: 'P&L',
  risk: 'Risk',
  alerts: 'Alerts',
};
