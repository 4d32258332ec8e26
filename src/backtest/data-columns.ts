import { editDistance } from '../domain/edit-distance.ts';
import { InputError } from '../domain/errors.ts';

export const CANDLE_FIELDS = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;
export const TRADE_FIELDS = ['time', 'price', 'quantity', 'side', 'buyerIsMaker'] as const;
export type DataField = (typeof CANDLE_FIELDS)[number] | (typeof TRADE_FIELDS)[number];

/** What a file holds and where: for each field the index of its column, -1 where it has none. */
export interface DataColumns {
  readonly kind: 'candles' | 'trades';
  readonly fields: readonly DataField[];
  readonly indexes: readonly number[];
  /** Names of the columns as the file writes them, beside `fields`. */
  readonly names: readonly string[];
}

/**
 * Names a column may have, in order of preference, compared without case and without anything
 * that is no letter or digit. The empty name is the unnamed first column of an exported table.
 */
const NAMES: Readonly<Record<DataField, readonly string[]>> = {
  time: (
    'opentimeinmillis opentimeinms opentime timestamp timestampms time ' +
    'datetime date unixtimestamp unix opentimeiniso ts t '
  ).split(' '),
  open: ['open', 'openprice', 'o'],
  high: ['high', 'highprice', 'h'],
  low: ['low', 'lowprice', 'l'],
  close: ['close', 'closeprice', 'c'],
  volume: ['volume', 'vol', 'v', 'basevolume'],
  price: ['price', 'p'],
  quantity: ['quantity', 'amount', 'size', 'qty', 'q'],
  side: ['side', 'takerside'],
  buyerIsMaker: ['isbuyermaker', 'buyerismaker'],
};
const OPTIONAL: ReadonlySet<DataField> = new Set<DataField>(['side', 'buyerIsMaker']);
const CANDLE_HEADER = 'timestamp,open,high,low,close,volume';
const TRADE_HEADER = 'timestamp,price,quantity,side';
/** Most typing slips in a name that is still suggested. */
const MAX_SLIPS = 2;

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Finds the columns of candles or trades. Throws InputError naming what is found and needed. */
export function recognizeColumns(place: string, names: readonly string[]): DataColumns {
  const plainNames = names.map(plain);
  if (plainNames.every((name, i) => name === '' || /^[+-]?[\d.]/.test((names[i] ?? '').trim()))) {
    throw new InputError(
      `${place}: the first line holds values, not names; put a header before it: ` +
        `${CANDLE_HEADER} or ${TRADE_HEADER}`,
    );
  }
  const find = (field: DataField): number => {
    for (const name of NAMES[field]) {
      const index = plainNames.indexOf(name);
      if (index < 0 || (name === '' && index > 0)) continue;
      if (name !== '' && plainNames.includes(name, index + 1)) {
        throw new InputError(`${place}: column "${names[index] ?? ''}" appears twice; keep one`);
      }
      return index;
    }
    return -1;
  };
  const found = (fields: readonly DataField[]): number =>
    fields.filter((field) => find(field) >= 0).length;
  const isTrades = found(['price', 'quantity']) > found(['open', 'high', 'low', 'close']) / 2;
  const fields: readonly DataField[] = isTrades ? TRADE_FIELDS : CANDLE_FIELDS;
  const missing = fields.filter((field) => find(field) < 0 && !OPTIONAL.has(field));
  if (missing.length > 0) {
    throw new InputError(`${place}: ${missingColumns({ missing, names, isTrades })}`);
  }
  const indexes = fields.map(find);
  return {
    kind: isTrades ? 'trades' : 'candles',
    fields,
    indexes,
    names: indexes.map((index, i) => names[index] || (fields[i] ?? '')),
  };
}

function missingColumns(of: {
  missing: readonly DataField[];
  names: readonly string[];
  isTrades: boolean;
}): string {
  const known = new Set(Object.values(NAMES).flat());
  const guesses = of.missing.flatMap((field) => {
    const slips = of.names.find((name) => isSlip(plain(name), field, known));
    return slips === undefined ? [] : [`did you mean "${field}" where it says "${slips}"?`];
  });
  const shown = of.names
    .slice(0, 20)
    .map((name) => (name === '' ? '(unnamed)' : name.slice(0, 40)));
  return [
    `no column ${of.missing.join(', ')}; found: ${shown.join(', ')};`,
    `needed: ${of.isTrades ? TRADE_HEADER : `${CANDLE_HEADER} or ${TRADE_HEADER}`}`,
    ...guesses,
  ].join(' ');
}

function isSlip(name: string, field: DataField, known: ReadonlySet<string>): boolean {
  if (known.has(name) || name.length < 3) return false;
  return NAMES[field].some((one) => one.length > 2 && editDistance(one, name) <= MAX_SLIPS);
}
