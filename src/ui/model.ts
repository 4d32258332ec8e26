/** What the screen remembers: focus, cursors, filters, dialog. Nothing of the engine. */
import type { SessionView, WatchedView } from '../app/session-types.ts';
import type { Command } from '../domain/command.ts';
import type { StateScope } from '../domain/record.ts';
import type { EpochMs, Timeframe } from '../domain/time.ts';
import type { Arrangement } from './layout/arrangement.ts';
import { PANES, type PaneId } from './layout/panes.ts';
import type { FieldId, TicketFields } from './edit/ticket.ts';

export type Dialog =
  | { readonly kind: 'help'; readonly scroll: number }
  | {
      readonly kind: 'ticket';
      readonly fields: TicketFields;
      readonly active: FieldId;
      /** One per opened ticket: the engine takes each only once. */
      readonly pressId: string;
      /** Set when Enter could not submit. */
      readonly refused: boolean;
      /** The quantity was filled in for the operator: what is typed takes its place. */
      readonly offered?: boolean;
    }
  | { readonly kind: 'close'; readonly symbol: string; readonly pressId: string }
  | {
      readonly kind: 'amend';
      readonly orderId: string;
      readonly active: AmendField;
      /** As the order stood when the dialog opened, and as typed; only fields the order has. */
      readonly from: AmendTexts;
      readonly texts: AmendTexts;
      /** One per opened dialog: the engine takes each only once. */
      readonly pressId: string;
      /** Why Enter could not send it. */
      readonly problem: string | null;
    }
  | {
      readonly kind: 'params';
      readonly strategyId: string;
      /** Index of the parameter with the cursor. */
      readonly active: number;
      /** Typed values by name; what is not here is as it was. */
      readonly texts: Readonly<Record<string, string>>;
      readonly step: 'edit' | 'confirm';
      readonly problem: string | null;
    }
  | {
      readonly kind: 'limit';
      readonly code: string;
      readonly text: string;
      readonly problem: string | null;
    }
  /** One question, one command. */
  | {
      readonly kind: 'ask';
      readonly title: string;
      readonly lines: readonly string[];
      readonly yes: string;
      readonly no: string;
      readonly command: Command;
    }
  | {
      readonly kind: 'why';
      readonly pane: PaneId;
      readonly key: string;
      readonly scroll: number;
    }
  | {
      readonly kind: 'palette';
      readonly text: string;
      /** Place of the cursor among what matches. */
      readonly index: number;
    }
  /** All accounts of the console; `index` is the selected line. */
  | { readonly kind: 'accounts'; readonly index: number }
  | {
      readonly kind: 'indicators';
      /** Place of the cursor in the catalog. */
      readonly index: number;
    }
  /** What becomes of something at the venue that our books do not explain. */
  | {
      readonly kind: 'decide';
      readonly subject:
        | { readonly kind: 'external'; readonly venueOrderId: string }
        | { readonly kind: 'drift'; readonly symbol: string };
    }
  | { readonly kind: 'saveWorkspace'; readonly name: string }
  | { readonly kind: 'seek'; readonly text: string }
  | { readonly kind: 'quit' }
  /** What stands before real orders. */
  | { readonly kind: 'gate'; readonly typed: string; readonly wrong: boolean }
  | {
      readonly kind: 'phrase';
      readonly purpose: 'resume' | 'flatten';
      /** Exact text that confirms. */
      readonly expects: string;
      readonly typed: string;
      readonly wrong: boolean;
    }
  | {
      readonly kind: 'phrase';
      readonly purpose: 'release';
      readonly expects: string;
      readonly typed: string;
      readonly wrong: boolean;
      /** The strategy or symbol that is stopped harder than the account. */
      readonly scope: StateScope;
    }
  | {
      readonly kind: 'phrase';
      readonly purpose: 'loosen';
      readonly expects: string;
      readonly typed: string;
      readonly wrong: boolean;
      /** What becomes of the limit, in words. */
      readonly text: string;
      readonly changes: Extract<Command, { kind: 'changeRisk' }>['changes'];
    };
export type AmendField = 'price' | 'trigger' | 'quantity';
export type AmendTexts = Readonly<Partial<Record<AmendField, string>>>;
export type DialogKind = Dialog['kind'];
export type DialogOf<K extends DialogKind> = Extract<Dialog, { kind: K }>;

/** One pane's cursor and filter. */
export interface PaneState {
  /** Key of the selected row, which stays selected while rows move; null is the first. */
  readonly selected: string | null;
  /** Only rows that contain it are shown; empty shows all. */
  readonly filter: string;
}

/** What the chart looks at, beside symbol and timeframe. */
export interface ChartState {
  readonly style: 'candles' | 'line' | 'equity';
  /** 0 is one candle a cell; above, each has more cells, below, several share one. */
  readonly zoom: number;
  /** Open time of the newest candle shown; null follows the market. */
  readonly until: EpochMs | null;
  /** Open time of the candle under the cursor; null without one. */
  readonly cursor: EpochMs | null;
  readonly indicators: readonly string[];
  readonly patterns: boolean;
  readonly volume: boolean;
}

/** What the P&L pane breaks down by. */
export const BREAKDOWNS = ['all', 'strategy', 'symbol', 'day'] as const;
export type Breakdown = (typeof BREAKDOWNS)[number];

export interface LogState {
  /** Least level shown. */
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Null shows every category. */
  readonly category: string | null;
}

export interface Model {
  readonly focus: PaneId;
  /** The focused pane alone on the screen. */
  readonly zoomed: boolean;
  readonly workspace: string;
  /** The operator's own workspaces. */
  readonly arrangements: readonly Arrangement[];
  readonly theme: string;
  /** Market of chart, book, tape and new tickets; null is the first. */
  readonly symbol: string | null;
  /** Null is the base timeframe of the session. */
  readonly timeframe: Timeframe | null;
  readonly panes: Readonly<Record<PaneId, PaneState>>;
  readonly chart: ChartState;
  readonly pnlBy: Breakdown;
  readonly log: LogState;
  /** The filter of the focused pane is being typed; `before` comes back with Esc. */
  readonly filtering: { readonly before: string } | null;
  readonly dialog: Dialog | null;
  /** Why the last key did nothing; the next key clears it. */
  readonly note: string | null;
  /** A ticket was just sent: further Enters belong to that press, until another key. */
  readonly submitted: boolean;
  /** Orders and closes asked for so far; makes press ids. */
  readonly presses: number;
  /** Did the operator start or order anything yet? Until then the footer offers a first step. */
  readonly touched: boolean;
}

const EMPTY_PANE: PaneState = { selected: null, filter: '' };

export function createModel(): Model {
  return {
    focus: 'markets',
    zoomed: false,
    workspace: 'trade',
    arrangements: [],
    theme: 'dark',
    symbol: null,
    timeframe: null,
    panes: Object.fromEntries(PANES.map((id) => [id, EMPTY_PANE])) as Record<PaneId, PaneState>,
    chart: {
      style: 'candles',
      zoom: 0,
      until: null,
      cursor: null,
      indicators: [],
      patterns: true,
      volume: true,
    },
    pnlBy: 'all',
    log: { level: 'info', category: null },
    filtering: null,
    dialog: null,
    note: null,
    submitted: false,
    presses: 0,
    touched: false,
  };
}

export const withNote = (model: Model, note: string): Model => ({ ...model, note });

export const withDialog = (model: Model, dialog: Dialog | null): Model => ({ ...model, dialog });

export const withPane = (model: Model, pane: PaneId, change: Partial<PaneState>): Model => ({
  ...model,
  panes: { ...model.panes, [pane]: { ...model.panes[pane], ...change } },
});

/** The market that chart, book, tape and a new ticket are about; null before there is one. */
export function currentSymbol(model: Model, view: SessionView): string | null {
  const known = view.markets.some((one) => one.symbol === model.symbol);
  return known ? model.symbol : (view.markets[0]?.symbol ?? null);
}

/** What is watched, where that is the market in view; null until it has come. */
export function currentWatched(model: Model, view: SessionView): WatchedView | null {
  return view.watched?.symbol === currentSymbol(model, view) ? view.watched : null;
}

/** Another market in view: the list selects it, and prices chosen in the last one are forgotten. */
export const withSymbol = (model: Model, symbol: string): Model => ({
  ...model,
  symbol,
  panes: {
    ...model.panes,
    markets: { ...model.panes.markets, selected: symbol },
    book: { ...model.panes.book, selected: null },
    tape: { ...model.panes.tape, selected: null },
  },
});

/** What is typed to flatten. */
export const FLATTEN_PHRASE: DialogOf<'phrase'> = {
  kind: 'phrase',
  purpose: 'flatten',
  expects: 'FLATTEN',
  typed: '',
  wrong: false,
};

/** The model for another run on the same screen: nothing of it points at rows of the one before. */
export function forgetRun(model: Model): Model {
  const note = model.dialog === null ? model.note : 'the market went back: the dialog was closed';
  const panes = Object.fromEntries(
    PANES.map((id) => [id, { ...model.panes[id], selected: null }]),
  ) as Record<PaneId, PaneState>;
  const chart = { ...model.chart, until: null, cursor: null };
  return { ...model, panes, chart, dialog: null, filtering: null, note };
}
