/** Parameters of a strategy as they are typed: text until every value is one of its schema. */
import type { SessionView } from '../../app/session-types.ts';
import type { SettingValue } from '../../domain/command.ts';
import { neighbor } from './choice.ts';
import { type Typing, typeOnly, typeWords } from './text-field.ts';

export type ParamInfo = SessionView['strategies'][number]['paramInfo'][number];
type Values = Readonly<Record<string, SettingValue>>;

/** A value as it stands in its field. */
export const inputText = (value: SettingValue): string =>
  value === null ? '' : typeof value === 'object' ? value.join(',') : String(value);

export const inputOf = (values: Values): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, inputText(value)]));

export type ParamResult =
  | { readonly ok: true; readonly value: SettingValue }
  | { readonly ok: false; readonly problem: string };

const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?$/i;

/** The value a text stands for, checked against kind and range. */
export function readParam(info: ParamInfo, text: string): ParamResult {
  const problem = (words: string): ParamResult => ({ ok: false, problem: `${info.name} ${words}` });
  switch (info.kind) {
    case 'number':
    case 'integer': {
      const value = NUMBER.test(text) ? Number(text) : Number.NaN;
      if (!Number.isFinite(value)) return problem('needs a number');
      if (info.kind === 'integer' && !Number.isSafeInteger(value)) {
        return problem('needs a whole number');
      }
      if (info.min !== null && value < info.min) return problem(`is at least ${String(info.min)}`);
      if (info.max !== null && value > info.max) return problem(`is at most ${String(info.max)}`);
      return { ok: true, value };
    }
    case 'boolean':
      return text === 'true' || text === 'false'
        ? { ok: true, value: text === 'true' }
        : problem('is true or false');
    case 'choice':
      return info.choices.includes(text)
        ? { ok: true, value: text }
        : problem(`is one of ${info.choices.join(', ')}`);
    case 'text':
      return { ok: true, value: textValue(info, text) };
  }
}

/** Lists stay lists, and nothing typed stays nothing where it may be nothing. */
function textValue({ value, standard }: ParamInfo, text: string): SettingValue {
  if (Array.isArray(value) || Array.isArray(standard)) {
    return text.split(',').flatMap((part) => part.trim() || []);
  }
  return text === '' && (value === null || standard === null) ? null : text;
}

export interface ParamChange {
  readonly name: string;
  readonly from: SettingValue;
  readonly to: SettingValue;
}

export interface ParamEdit {
  /** In the order of the schema; only what differs from what is in force. */
  readonly changes: readonly ParamChange[];
  /** The first value that is none; null when all are. */
  readonly problem: { readonly index: number; readonly text: string } | null;
  /** Every parameter as it would be. */
  readonly params: Values;
}

/** What the typed texts would change. */
export function editOf(
  infos: readonly ParamInfo[],
  texts: Readonly<Record<string, string>>,
): ParamEdit {
  const changes: ParamChange[] = [];
  const values: Record<string, SettingValue> = {};
  let problem: ParamEdit['problem'] = null;
  infos.forEach((info, index) => {
    const { name, value: from } = info;
    const text = texts[name];
    values[name] = from;
    if (text === undefined || text === inputText(from)) return;
    const read = readParam(info, text);
    if (!read.ok) {
      problem ??= { index, text: read.problem };
      return;
    }
    if (inputText(read.value) === inputText(from)) return;
    values[name] = read.value;
    changes.push({ name, from, to: read.value });
  });
  return { changes, problem, params: values };
}

/** Do keys turn it through its values, or type into it? */
export const isTurned = ({ kind }: ParamInfo): boolean => kind === 'boolean' || kind === 'choice';

/** The next or previous value of a parameter that has few. */
export function turnParam(info: ParamInfo, text: string, step: 1 | -1): string {
  return neighbor(info.kind === 'boolean' ? ['false', 'true'] : info.choices, text, step);
}

const MAX_LENGTH = 60;
const typeNumber = typeOnly(/[^0-9.eE-]/g, MAX_LENGTH);
const typeText = typeWords(MAX_LENGTH);

/** Only what can be part of its value is taken. */
export const typingOf = ({ kind }: ParamInfo): Typing => (kind === 'text' ? typeText : typeNumber);

/** `2 to 500`, `at least 2`, `long, short`; empty without bounds. */
export function rangeText(info: ParamInfo): string {
  const { min, max, choices, kind } = info;
  if (kind === 'choice') return choices.join(', ');
  if (kind === 'boolean') return 'true, false';
  if (min !== null && max !== null) return `${String(min)} to ${String(max)}`;
  if (min !== null) return `at least ${String(min)}`;
  return max === null ? '' : `at most ${String(max)}`;
}
