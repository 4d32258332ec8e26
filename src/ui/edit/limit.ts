/** A limit as it is typed, and whether the new one would let more through. */
import { decimal, div, toNumber } from '../../domain/decimal.ts';
import { LIMIT_RANGES, type NumberLimit, isLoosening, isNumberLimit } from '../../domain/limits.ts';
import type { LimitView } from '../slices.ts';
import { formatNumber, withoutZeros } from '../text/format.ts';
import { readNumber } from './amount.ts';

export interface LimitSetting {
  readonly name: NumberLimit;
  /** In the setting's own unit: fractions as fractions. Null while equity does not give it. */
  readonly value: number | null;
  /** A fraction of something, typed in percent. */
  readonly isFraction: boolean;
  /** What is typed behind the number: `%`, `s`, … */
  readonly sign: string;
}

const SIGNS: Readonly<Record<LimitView['unit'], string>> = {
  fraction: '%',
  bps: 'bp',
  quote: '',
  count: '',
  seconds: 's',
  ratio: '×',
};

/** A limit shown in quote may be set as a fraction of equity: what one edits is the setting. */
export function settingOf(limit: LimitView, equity: number): LimitSetting | null {
  const name = (limit.setting ?? '').replace(/^risk\./, '');
  if (!isNumberLimit(name)) return null;
  const isFraction = name.endsWith('Fraction');
  if (!isFraction) return { name, value: limit.limit, isFraction, sign: SIGNS[limit.unit] };
  if (limit.unit === 'fraction') return { name, value: limit.limit, isFraction, sign: '%' };
  const value = equity > 0 ? Number((limit.limit / equity).toPrecision(12)) : null;
  return { name, value, isFraction, sign: '% of equity' };
}

/** The setting in the unit it is typed in, without its sign: `5`, `0.25`. */
export function settingText({ isFraction }: LimitSetting, value: number | null): string {
  return withoutZeros(formatNumber(value === null ? null : isFraction ? value * 100 : value, 4));
}

const HUNDRED = decimal('100');

export type LimitResult =
  | { readonly ok: true; readonly to: number; readonly loosens: boolean }
  | { readonly ok: false; readonly problem: string };

/** The value a text stands for; `loosens` where it lets more through than before. */
export function readLimit(text: string, setting: LimitSetting): LimitResult {
  const { name, value: from, isFraction } = setting;
  const problem = (words: string): LimitResult => ({ ok: false, problem: words });
  if (from === null) return problem('without equity its setting is not known');
  if (text === '') return problem('type the new limit');
  const typed = readNumber(text);
  if (typed === null) return problem(`${text} is not a number`);
  const to = toNumber(isFraction ? div(typed, HUNDRED) : typed);
  const { min, above, max, whole } = LIMIT_RANGES[name];
  if (whole === true && !Number.isInteger(to)) return problem('it is a whole number');
  if (to > max) return problem(`it is at most ${settingText(setting, max)}`);
  if (to < min || (above === true && to === min)) {
    return problem(`it is ${above === true ? 'above' : 'at least'} ${settingText(setting, min)}`);
  }
  if (to === from) return problem('this is the limit now');
  return { ok: true, to, loosens: isLoosening(name, { from, to }) };
}
