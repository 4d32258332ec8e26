/** What a console remembers of its looks between two runs; nothing that trades. */
import { z } from 'zod';

import { TIMEFRAMES, type Timeframe } from '../domain/time.ts';
import { PANES, type PaneId } from './layout/panes.ts';
import { type Model, withSymbol } from './model.ts';
import { FARTHEST, NEAREST } from './panes/chart/bars.ts';

/** Where the text is kept; the state directory's business. */
export interface PreferenceStorage {
  /** Named in messages. */
  readonly place: string;
  /** Null when nothing was kept yet. */
  readonly load: () => string | null;
  readonly save: (text: string) => void;
}

const pane = z.enum(PANES);
const text = z.string().min(1).max(64);

const arrangementSchema = z.object({
  name: text,
  base: text,
  hidden: z.array(pane),
  places: z.partialRecord(pane, pane),
});

const schema = z.object({
  version: z.literal(1),
  focus: pane,
  workspace: text,
  arrangements: z.array(arrangementSchema),
  theme: text,
  /** The theme of the configuration then: one that was set since wins. */
  configuredTheme: text,
  symbol: text.nullable(),
  timeframe: z.enum(Object.keys(TIMEFRAMES) as [Timeframe, ...Timeframe[]]).nullable(),
  chart: z.object({
    style: z.enum(['candles', 'line', 'equity']),
    zoom: z.number().int().min(FARTHEST).max(NEAREST),
    indicators: z.array(text).max(64),
    patterns: z.boolean(),
    volume: z.boolean(),
  }),
  log: z.object({
    level: z.enum(['debug', 'info', 'warn', 'error']),
    category: text.nullable(),
  }),
});

/** The remembered part of a model, as text. */
export function preferencesOf(model: Model, configuredTheme: string): string {
  const { focus, workspace, arrangements, theme, symbol, timeframe, chart, log } = model;
  const { style, zoom, indicators, patterns, volume } = chart;
  return `${JSON.stringify(
    {
      version: 1,
      focus,
      workspace,
      arrangements,
      theme,
      configuredTheme,
      symbol,
      timeframe,
      chart: { style, zoom, indicators, patterns, volume },
      log,
    },
    null,
    2,
  )}\n`;
}

/**
 * The model as it was left. A text that is no longer understood changes nothing, and the model's
 * note says so: looks are not worth a refusal to start.
 */
export function withPreferences(model: Model, storage: PreferenceStorage): Model {
  const kept = storage.load();
  if (kept === null) return model;
  const read = schema.safeParse(parse(kept));
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue?.path.join('.') || 'the file';
    return { ...model, note: `${storage.place}: ${where} is not valid; the screen starts anew` };
  }
  const { version: _version, chart, arrangements, theme, configuredTheme, ...rest } = read.data;
  const { symbol } = rest;
  return {
    // The watchlist selects what chart and book show, also after a restart.
    ...(symbol === null ? model : withSymbol(model, symbol)),
    ...rest,
    theme: configuredTheme === model.theme ? theme : model.theme,
    arrangements: arrangements.filter(isConsistent),
    chart: { ...model.chart, ...chart },
  };
}

/** Every pane stands in at most one place. */
function isConsistent(of: { readonly places: Partial<Record<PaneId, PaneId>> }): boolean {
  const shown = PANES.map((one) => of.places[one] ?? one);
  return new Set(shown).size === shown.length;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
