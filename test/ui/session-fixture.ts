// A session made of test data: hand-made views in, dispatched commands out.
import type {
  HistoryLine,
  Session,
  SessionCommand,
  SessionView,
  WatchRequest,
} from '../../src/app/session-types.ts';
import type { Command, Ticket } from '../../src/domain/command.ts';
import type { TicketPreview } from '../../src/engine/view.ts';
import { KEYMAP } from '../../src/ui/input/keymap.ts';
import { createModel } from '../../src/ui/model.ts';
import type { Scene } from '../../src/ui/scene.ts';

import {
  NOW,
  account,
  anAlert,
  markets,
  orders,
  pnl,
  positions,
  strategies,
  truth,
} from './account-fixture.ts';
import { aWatched } from './watched-fixture.ts';
import { aBreaker, limits } from './breaker-fixture.ts';

/** A busy account: every pane has something to show. */
export function aView(change: Partial<SessionView> = {}): SessionView {
  return {
    now: NOW,
    records: 1234,
    mode: 'demo',
    profile: 'default',
    seed: 7,
    feed: {
      speed: 60,
      held: false,
      ended: false,
      events: 5000,
      length: null,
      hasBook: true,
      startTime: null,
      endTime: null,
      seeking: null,
    },
    dataAgeMs: 120,
    store: { failed: null, commitMs: 4.2, waiting: 0 },
    health: { eventMicros: 4.2, loopDelayMs: 1.6 },
    recovered: null,
    account: account(),
    markets: markets(),
    positions: positions(),
    orders: orders(),
    strategies: strategies(),
    pnl: pnl(),
    breakers: [
      aBreaker({ name: 'dailyLoss', value: 0.004, limit: 0.05 }),
      aBreaker({ name: 'drawdown', value: 0.008, limit: 0.15 }),
    ],
    scopes: [],
    clusters: [],
    truth: truth(),
    log: [
      {
        time: NOW - 30_000,
        level: 'info',
        category: 'trading',
        message: 'sma-cross filled buy 0.0310 BTC/USDT 67,260.00',
      },
      {
        time: NOW - 20_000,
        level: 'info',
        category: 'trading',
        message: 'grid order accepted buy 0.2000 ETH/USDT limit 3,470.00 post-only',
      },
      {
        time: NOW - 13_000,
        level: 'warn',
        category: 'risk',
        message: 'breakout denied EXPOSURE_GROSS 11,240.00 of 10,000.00, buy 18.0 SOL/USDT',
      },
    ],
    notices: [],
    limits: limits(),
    alerts: [anAlert()],
    watched: aWatched(),
    ...change,
  };
}

export function aPreview(change: Partial<TicketPreview> = {}): TicketPreview {
  return {
    notional: 2089.4,
    fee: 0.84,
    feeKind: 'maker',
    slippageBps: 0,
    margin: null,
    riskQuote: 13.02,
    riskFraction: 0.0013,
    grossAfterFraction: 0.61,
    verdicts: [
      { code: 'SPREAD_LIMIT', ok: true, value: 0.1, limit: 10, setting: 'risk.maxSpreadBps' },
      {
        code: 'MAX_NOTIONAL',
        ok: true,
        value: 2089.4,
        limit: 5000,
        setting: 'risk.maxNotionalFraction',
      },
      { code: 'OPEN_RISK', ok: true, value: 0.017, limit: 0.1, setting: 'risk.openRiskFraction' },
    ],
    wouldSend: true,
    ...change,
  };
}

export interface FakeSession extends Session {
  readonly dispatched: (Command | SessionCommand)[];
  readonly previewed: Ticket[];
  readonly watches: WatchRequest[];
  /** What `history` answers. */
  story: readonly HistoryLine[];
  show(view: SessionView): void;
}

export function createFakeSession(
  first: SessionView = aView(),
  preview: (ticket: Ticket) => TicketPreview = () => aPreview(),
): FakeSession {
  let view = first;
  const listeners = new Set<() => void>();
  const dispatched: (Command | SessionCommand)[] = [];
  const previewed: Ticket[] = [];
  const watches: WatchRequest[] = [];
  return {
    dispatched,
    previewed,
    watches,
    story: [],
    watch(request) {
      watches.push(request);
    },
    history() {
      return this.story;
    },
    view: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch: (command) => {
      dispatched.push(command);
    },
    preview(ticket) {
      previewed.push(ticket);
      return preview(ticket);
    },
    close: () => Promise.resolve(),
    show(next) {
      view = next;
      for (const listener of listeners) listener();
    },
  };
}

/** A scene of test data at rest. */
export const aScene = (change: Partial<Scene> = {}): Scene => ({
  view: aView(),
  model: createModel(),
  keymap: KEYMAP,
  themes: ['dark', 'light'],
  ageMs: 120,
  notice: null,
  preview: null,
  story: [],
  ...change,
});
