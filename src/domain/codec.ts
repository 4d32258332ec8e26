import { type Decimal, isDecimal, parseDecimal, toText } from './decimal.ts';
import { BugError } from './errors.ts';

/**
 * JSON of records, state and summaries: decimals are strings on disk and on the wire, and the
 * names in this one table say which strings are decimals when text is read back.
 */
const DECIMAL_KEYS: ReadonlySet<string> = new Set([
  'amount', 'averagePrice', 'contractSize', 'cost', 'fee', 'feeQuote', 'feesPaid', 'filled',
  'filledNotional', 'fundingPaid', 'maintenanceMarginFraction', 'makerFeeRate', 'minNotional',
  'minQuantity', 'price', 'quantity', 'realizedPnl', 'stepSize', 'stopPrice', 'takerFeeRate',
  'targetPrice', 'tickSize', 'total', 'triggerPrice', 'entryCost', 'exitNotional',
  'entryNotional', 'closedQuantity', 'deposits', 'initialStop', 'ours', 'theirs',
]); // prettier-ignore

/** Plain JSON of strategies, settings and feeds: theirs, whatever its keys are called. */
const FOREIGN_KEYS: ReadonlySet<string> = new Set([
  'params', 'previousParams', 'configuredParams', 'changes', 'checkpoint',
]); // prettier-ignore

/** JSON text of a value that may hold decimals. Maps are written as their entries. */
export function encodeJson(value: unknown): string {
  return JSON.stringify(toPlain(value));
}

/** Reverse of `encodeJson`. Throws BugError on a decimal that is not one. */
export function decodeJson(text: string): unknown {
  return revive(JSON.parse(text), '');
}

/** Turns decimals of freshly parsed JSON back, in place. */
function revive(value: unknown, key: string): unknown {
  if (typeof value === 'string') return DECIMAL_KEYS.has(key) ? parsed(value, key) : value;
  if (Array.isArray(value)) {
    value.forEach((item, index) => (value[index] = revive(item, '')));
  } else if (typeof value === 'object' && value !== null) {
    const fields = value as Record<string, unknown>;
    for (const name of Object.keys(fields)) {
      const before = fields[name];
      const after = FOREIGN_KEYS.has(name) ? before : revive(before, name);
      // Only what changed is written: a key `__proto__` is data, not a prototype.
      if (after !== before) fields[name] = after;
    }
  }
  return value;
}

function parsed(text: string, key: string): Decimal {
  const value = parseDecimal(text);
  if (value === null) throw new BugError(`${key} is not a decimal: ${text}`);
  return value;
}

/** Copy with decimals as text; arrays and plain objects keep their key order. */
export function toPlain(value: unknown): unknown {
  if (isDecimal(value)) return toText(value);
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Map) return [...value].map(toPlain);
  if (typeof value !== 'object' || value === null) return value;
  const plain: Record<string, unknown> = {};
  for (const key in value) plain[key] = toPlain((value as Record<string, unknown>)[key]);
  return plain;
}

/** One journal line's JSON: the envelope first, then the record. */
export function encodeRecord(
  body: object,
  at: { readonly n: number; readonly t: number; readonly m: number },
): string {
  return `{"n":${at.n},"t":${at.t},"m":${at.m},${encodeJson(body).slice(1)}`;
}
