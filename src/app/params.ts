/** Names and parameters of strategies as people write them, checked by each strategy's schema. */
import { explainIssue, toJsonSchema } from '../config/issues.ts';
import { nearOrKnown, quoted } from '../config/nearest.ts';
import type { SettingValue } from '../domain/command.ts';
import { InputError } from '../domain/errors.ts';
import type { ParamSpec } from '../engine/view.ts';
import type { StrategyDefinition } from '../ports.ts';
import { findStrategy, STRATEGIES } from '../strategies/registry.ts';

export type RawParams = Readonly<Record<string, number | string | boolean>>;

/** The strategy of that name. Throws InputError naming the nearest one; `place` is said first. */
export function requireStrategy(name: string, place = '--strategy'): StrategyDefinition {
  const found = findStrategy(name);
  if (found !== null) return found;
  const names = STRATEGIES.map((one) => one.name);
  throw new InputError(`${place}: strategy ${quoted(name)} is unknown${nearOrKnown(name, names)}`);
}

/** Parameters completed with defaults. Throws InputError: parameter, value, allowed, default. */
export function checkParams(
  definition: Pick<StrategyDefinition, 'name' | 'params'>,
  raw: RawParams,
  place = '',
): unknown {
  const prefix = `${place === '' ? '' : `${place}: `}${definition.name}.`;
  const problem = explainIssue(definition.params, raw, prefix);
  if (problem !== null) throw new InputError(problem);
  const known = paramSchemas(definition).map(([name]) => name);
  for (const name of Object.keys(raw)) {
    if (known.includes(name)) continue;
    throw new InputError(`${prefix}${name} is unknown${nearOrKnown(name, known)}`);
  }
  return definition.params.parse(raw);
}

/** Parameters of a strategy in the order of its schema: name and JSON schema of each. */
export function paramSchemas(
  definition: Pick<StrategyDefinition, 'params'>,
): readonly (readonly [string, JsonSchema])[] {
  const properties = toJsonSchema(definition.params)['properties'] ?? {};
  return Object.entries(properties as Readonly<Record<string, JsonSchema>>);
}

type JsonSchema = Readonly<Record<string, unknown>>;

/** What each parameter means and may be. */
export function describeParams(definition: Pick<StrategyDefinition, 'params'>): ParamSpec[] {
  return paramSchemas(definition).map(([name, schema]) => ({
    name,
    description: textOf(schema['description']),
    kind: kindOf(schema),
    standard: (schema['default'] ?? null) as SettingValue,
    min: boundOf(schema['minimum'] ?? schema['exclusiveMinimum']),
    max: boundOf(schema['maximum'] ?? schema['exclusiveMaximum']),
    choices: Array.isArray(schema['enum']) ? schema['enum'].map(String) : [],
  }));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A whole number without a bound has the largest safe one in its schema: none. */
function boundOf(value: unknown): number | null {
  const isBound = typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER;
  return isBound ? value : null;
}

function kindOf(schema: JsonSchema): ParamSpec['kind'] {
  if (Array.isArray(schema['enum'])) return 'choice';
  const type = schema['type'];
  return type === 'integer' || type === 'number' || type === 'boolean' ? type : 'text';
}

export interface StrategySpec {
  readonly name: string;
  readonly params: RawParams;
}

/** `sma-cross:fast=10,slow=30`. Throws InputError. */
export function parseStrategySpec(text: string): StrategySpec {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  const rest = colon < 0 ? '' : text.slice(colon + 1);
  if (colon >= 0 && rest === '') {
    throw new InputError(`--strategy ${quoted(text)} ends with ":"; write NAME:param=value`);
  }
  return { name, params: parseParams(rest === '' ? [] : rest.split(','), '--strategy') };
}

/** Parameters from `name=value` texts: numbers, true, false, else text. Throws InputError. */
export function parseParams(texts: readonly string[], place: string): RawParams {
  const params = Object.entries(splitParams(texts, place));
  return Object.fromEntries(params.map(([name, text]) => [name, parseValue(text)]));
}

/** Names and values of `name=value` texts. Throws InputError. */
export function splitParams(
  texts: readonly string[],
  place: string,
): Readonly<Record<string, string>> {
  const params = new Map<string, string>();
  for (const text of texts) {
    const equals = text.indexOf('=');
    const name = text.slice(0, Math.max(equals, 0)).trim();
    const value = text.slice(equals + 1).trim();
    if (name === '' || value === '') {
      throw new InputError(`${place}: ${quoted(text)} is not a parameter; write name=value`);
    }
    if (params.has(name))
      throw new InputError(`${place}: parameter ${quoted(name)} is given twice`);
    params.set(name, value);
  }
  return Object.fromEntries(params);
}

function parseValue(text: string): number | string | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}
