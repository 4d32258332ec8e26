/** One line about a value that a schema refuses: place, value, what is allowed, default. */
import { z } from 'zod';
import { didYouMean, quoted } from './nearest.ts';

type Json = Readonly<Record<string, unknown>>;

/** What zod found wrong first, in our words. `prefix` stands before the path, e.g. `risk.`. */
export function explainIssue(schema: z.ZodType, input: unknown, prefix = ''): string | null {
  const result = schema.safeParse(input);
  const issue = result.success ? undefined : result.error.issues[0];
  if (issue === undefined) return null;
  const json = toJsonSchema(schema);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const known = Object.keys(asObject(schemaAt(json, issue.path)?.['properties']) ?? {});
    return `${prefix}${pathText([...issue.path, key])} is unknown${nearestOrAll(key, known)}`;
  }
  const place = `${prefix}${pathText(issue.path)}`;
  const value = valueAt(input, issue.path);
  const given = value === undefined ? 'is missing' : `is ${quoted(value)}`;
  const leaf = schemaAt(json, issue.path);
  const own = /^(Invalid|Too|Unrecognized)\b/.test(issue.message) ? null : issue.message;
  const allowed = own ?? (leaf === null ? issue.message : describeAllowed(leaf));
  const where = place === '' || place === prefix ? '' : `${place} ${given}; `;
  if (issue.code === 'custom' && issue.path.length === 0) return `${prefix}${issue.message}`;
  return `${where}allowed: ${allowed}${defaultText(leaf)}${nearestEnum(value, leaf)}`;
}

/** JSON schema of what a user writes: keys with a default may be left out. */
export function toJsonSchema(schema: z.ZodType): Json {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}

/** What a JSON schema lets through, in words: `whole number from 1 to 1000`. */
export function describeAllowed(schema: Json): string {
  const choices = schema['anyOf'];
  if (Array.isArray(choices)) return choices.map((one: Json) => describeAllowed(one)).join(' or ');
  if (Array.isArray(schema['enum'])) return `one of ${schema['enum'].join(', ')}`;
  if ('const' in schema) return JSON.stringify(schema['const']);
  switch (schema['type']) {
    case 'integer':
      return `whole number${rangeText(schema)}`;
    case 'number':
      return `number${rangeText(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'string':
      return 'text';
    case 'array':
      return `list of ${describeAllowed(asObject(schema['items']) ?? {})}`;
    case 'object':
      return 'an object { … }';
    default:
      return Array.isArray(schema['type']) ? schema['type'].join(' or ') : 'another value';
  }
}

/** The schema of one key inside a JSON schema; null when it has none. */
export function schemaAt(schema: Json, path: readonly PropertyKey[]): Json | null {
  let at: Json | null = schema;
  for (const key of path) {
    const properties: Json | null = asObject(at?.['properties']);
    const named = typeof key === 'string' && properties !== null && Object.hasOwn(properties, key);
    const item: unknown = typeof key === 'number' ? itemsOf(at) : at?.['additionalProperties'];
    at = named ? asObject(properties[key]) : asObject(item);
  }
  return at;
}

function itemsOf(schema: Json | null): unknown {
  const choices = schema?.['anyOf'];
  if (!Array.isArray(choices)) return schema?.['items'];
  return choices.map((one: Json) => one['items']).find((items) => items !== undefined);
}

/** ` (default 10)` where the schema has one. */
export function defaultText(schema: Json | null): string {
  return schema !== null && 'default' in schema ? ` (default ${shown(schema['default'])})` : '';
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function nearestOrAll(key: string, known: readonly string[]): string {
  const near = didYouMean(key, known);
  return near === '' ? `; known: ${known.filter((name) => name !== '$schema').join(', ')}` : near;
}

function nearestEnum(value: unknown, leaf: Json | null): string {
  const names = leaf?.['enum'];
  if (typeof value !== 'string' || !Array.isArray(names)) return '';
  return didYouMean(value, names.map(String));
}

function rangeText(schema: Json): string {
  const low = schema['minimum'] ?? schema['exclusiveMinimum'];
  const high = schema['maximum'] ?? schema['exclusiveMaximum'];
  const above = 'exclusiveMinimum' in schema;
  const below = 'exclusiveMaximum' in schema;
  const unbounded = (bound: unknown) =>
    typeof bound !== 'number' || Math.abs(bound) >= Number.MAX_SAFE_INTEGER;
  const from = unbounded(low) ? '' : above ? ` above ${String(low)}` : ` from ${String(low)}`;
  const to = unbounded(high) ? '' : below ? ` below ${String(high)}` : ` up to ${String(high)}`;
  return from.startsWith(' from') && to.startsWith(' up')
    ? from + to.replace(' up', '')
    : from + to;
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      return index === 0 ? String(key) : `.${String(key)}`;
    })
    .join('');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = input;
  for (const key of path) {
    const has = typeof at === 'object' && at !== null && Object.hasOwn(at, key);
    at = has ? (at as Record<PropertyKey, unknown>)[key] : undefined;
  }
  return at;
}

function asObject(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : null;
}
