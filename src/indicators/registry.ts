import { INDICATORS } from './catalog.ts';
import type { IndicatorParam, IndicatorParams, IndicatorSpec } from './spec.ts';

/** Every registered indicator, by name. */
export function listIndicators(): readonly IndicatorSpec[] {
  return INDICATORS;
}

/** The indicator of that name, null if there is none. */
export function findIndicator(name: string): IndicatorSpec | null {
  return INDICATORS.find((spec) => spec.name === name) ?? null;
}

export type ParsedIndicatorParams =
  | { readonly kind: 'params'; readonly params: IndicatorParams }
  | { readonly kind: 'error'; readonly message: string };

/**
 * Parameters from text as a user types them (`period` → `20`), completed with defaults. The error
 * is one line: which parameter, what was given, what is allowed.
 */
export function parseIndicatorParams(
  spec: IndicatorSpec,
  raw: Readonly<Record<string, string>>,
): ParsedIndicatorParams {
  for (const name of Object.keys(raw)) {
    if (!spec.params.some((param) => param.name === name)) return unknownParam(spec, name);
  }
  const params: Record<string, number> = {};
  for (const param of spec.params) {
    const text = Object.hasOwn(raw, param.name) ? raw[param.name] : undefined;
    const value = text === undefined ? param.default : parseNumber(text);
    if (value === null || !isAllowed(param, value)) {
      return { kind: 'error', message: `${spec.name}.${param.name}: ${allowed(param, text)}` };
    }
    params[param.name] = value;
  }
  const fault = spec.fault?.(params) ?? null;
  if (fault !== null) return { kind: 'error', message: `${spec.name}: ${fault}` };
  return { kind: 'params', params };
}

function unknownParam(spec: IndicatorSpec, name: string): ParsedIndicatorParams {
  const names = spec.params.map((param) => param.name).join(', ');
  const takes = names === '' ? 'it takes none' : `it takes: ${names}`;
  return { kind: 'error', message: `${spec.name} has no parameter "${name}"; ${takes}` };
}

/** Plain decimal notation only: Number() alone would also take '', '0x10' and 'Infinity'. */
function parseNumber(text: string): number | null {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : null;
}

function isAllowed(param: IndicatorParam, value: number): boolean {
  return value >= param.min && value <= param.max && (!param.integer || Number.isInteger(value));
}

function allowed(param: IndicatorParam, text: string | undefined): string {
  const given = text === undefined ? `default ${param.default}` : `"${text}"`;
  const number = param.integer ? 'whole number' : 'number';
  return `${given} is not a ${number} from ${param.min} to ${param.max}`;
}
