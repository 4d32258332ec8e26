// Dialogs open on test data, one or more of every kind that a screen may show.
import { emptyTicket } from '../../src/ui/edit/ticket.ts';
import type { Dialog } from '../../src/ui/model.ts';

export const DIALOGS: readonly Dialog[] = [
  { kind: 'help', scroll: 0 },
  { kind: 'quit' },
  { kind: 'accounts', index: 0 },
  { kind: 'gate', typed: 'trade live', wrong: true },
  { kind: 'why', pane: 'strategies', key: 'sma-cross', scroll: 0 },
  { kind: 'why', pane: 'positions', key: 'BTC/USDT', scroll: 1 },
  { kind: 'why', pane: 'markets', key: 'BTC/USDT', scroll: 0 },
  { kind: 'why', pane: 'orders', key: 'gone', scroll: 9 },
  { kind: 'close', symbol: 'BTC/USDT', pressId: 'a-1' },
  { kind: 'close', symbol: 'gone', pressId: 'a-1' },
  { kind: 'phrase', purpose: 'flatten', expects: 'FLATTEN', typed: 'FLA', wrong: false },
  { kind: 'phrase', purpose: 'resume', expects: 'paper', typed: '', wrong: true },
  {
    kind: 'ticket',
    fields: { ...emptyTicket('BTC/USDT'), type: 'stopLimit', quantity: '0.031' },
    active: 'stop',
    pressId: 'a-1',
    refused: true,
  },
  { kind: 'decide', subject: { kind: 'external', venueOrderId: '77' } },
  { kind: 'decide', subject: { kind: 'external', venueOrderId: 'gone' } },
  { kind: 'decide', subject: { kind: 'drift', symbol: 'SOL/USDT' } },
  { kind: 'decide', subject: { kind: 'drift', symbol: 'gone' } },
  {
    kind: 'phrase',
    purpose: 'release',
    scope: { strategyId: 'grid' },
    expects: 'grid',
    typed: 'gr',
    wrong: false,
  },
];
