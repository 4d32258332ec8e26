/**
 * Layers of settings: built-in defaults < configuration directory < environment < flags. Every
 * value keeps where it came from, so that `config show` and messages can say it.
 */
import { InputError } from '../domain/errors.ts';
import type { Environment } from './files.ts';
import { explainIssue, schemaAt, toJsonSchema } from './issues.ts';
import { nearestName } from './nearest.ts';
import { settingsSchema, type Settings } from './schema.ts';

type Section = keyof Settings;
export type SettingPath = { [S in Section]: `${S}.${keyof Settings[S] & string}` }[Section];

/** `default`, a file's name, a variable's name or a flag. */
export type Source = string;

interface LayerValue {
  readonly value: unknown;
  readonly source: Source;
}

/** Values of one or several layers by path; a later layer overwrites. */
export type Layers = Map<SettingPath, LayerValue>;

/** A value from the command line, as typed. */
export interface FlagValue {
  readonly flag: string;
  readonly path: SettingPath;
  readonly text: string;
}

const SECTIONS: readonly Section[] = ['general', 'simulation', 'risk', 'ui'];

/** Every setting's path, in the order of the schema. */
export function settingPaths(): SettingPath[] {
  const { shape } = settingsSchema;
  return SECTIONS.flatMap((section) => {
    const keys = Object.keys(shape[section].unwrap().shape);
    return keys.map((key) => `${section}.${key}` as SettingPath);
  });
}

/** Adds what a settings file says. Throws InputError about the first thing wrong in it. */
export function addFile(layers: Layers, file: { name: string; value: unknown }): void {
  const { name, value } = file;
  if (!isObject(value)) throw new InputError(`${name}: allowed: an object { … }`);
  const problem = explainIssue(settingsSchema, value);
  if (problem !== null) throw new InputError(`${name}: ${problem}`);
  for (const section of SECTIONS) {
    const values = Object.hasOwn(value, section) ? value[section] : undefined;
    if (!isObject(values)) continue;
    for (const [key, one] of Object.entries(values)) {
      layers.set(`${section}.${key}` as SettingPath, { value: one, source: name });
    }
  }
}

/** Variables that say where files lie; everything else under our name is a setting. */
const PLACES = ['TAPEDECK_CONFIG', 'TAPEDECK_STATE'];

/** Adds `TAPEDECK_MODE`, `TAPEDECK_RISK_MAX_POSITIONS` and so on. Throws InputError. */
export function addEnvironment(layers: Layers, environment: Environment): void {
  const known = new Map(settingPaths().map((path) => [variableName(path), path]));
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith('TAPEDECK_') || PLACES.includes(name)) continue;
    const path = known.get(name);
    if (path === undefined) {
      const fix = nearestVariable(name, [...known.keys(), ...PLACES]);
      throw new InputError(`environment variable ${name} is unknown${fix}`);
    }
    layers.set(path, { value: fromText(path, text), source: name });
    check(path, layers.get(path));
  }
}

/** Compared without what all of them begin with, which would make any two look alike. */
function nearestVariable(given: string, known: readonly string[]): string {
  const own = (name: string): string => name.slice('TAPEDECK_'.length);
  const near = nearestName(own(given), known.map(own));
  return near === null ? '; unset it' : `; did you mean "TAPEDECK_${near}"?`;
}

/** Adds what was typed on the command line. Throws InputError. */
export function addFlags(layers: Layers, flags: readonly FlagValue[]): void {
  for (const { flag, path, text } of flags) {
    layers.set(path, { value: fromText(path, text), source: flag });
    check(path, layers.get(path));
  }
}

/** The settings of all layers with defaults. */
export function mergeLayers(layers: Layers): Settings {
  const raw: Record<Section, Record<string, unknown>> = {
    general: {},
    simulation: {},
    risk: {},
    ui: {},
  };
  for (const [path, { value }] of layers) {
    const [section, key] = path.split('.') as [Section, string];
    raw[section][key] = value;
  }
  const { $schema: _schema, ...settings } = settingsSchema.parse(raw);
  return settings;
}

/** `risk.maxPositions` is `TAPEDECK_RISK_MAX_POSITIONS`; general settings drop the section. */
export function variableName(path: SettingPath): string {
  const words = path.replace(/^general\./, '').replace(/[A-Z]/g, (letter) => `_${letter}`);
  return `TAPEDECK_${words.replace('.', '_').toUpperCase()}`;
}

function check(path: SettingPath, layer: LayerValue | undefined): void {
  if (layer === undefined) return;
  const [section = '', key = ''] = path.split('.');
  const problem = explainIssue(settingsSchema, { [section]: { [key]: layer.value } });
  if (problem === null) return;
  const rest = problem.startsWith(path) ? problem.slice(path.length) : `: ${problem}`;
  // An element of a list is known by its value: `--symbols "BTC-USDT"`, not `--symbols[0]`.
  throw new InputError(`${layer.source}${rest.replace(/^\[\d+\]/, '')}`);
}

const DECIMAL_NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** Text of a variable or flag as the type its setting has; what does not fit stays text. */
function fromText(path: SettingPath, text: string): unknown {
  const types = typesOf(leafSchema(path));
  if (types.has('null') && text === 'null') return null;
  if (types.has('array')) return text.split(',').map((part) => part.trim());
  if (types.has('boolean') && /^(true|false)$/.test(text)) return text === 'true';
  const number = types.has('number') || types.has('integer');
  // Decimals are kept as typed: a detour through a float could lose their last digits.
  const exact = types.has('string') && !types.has('const');
  return number && !exact && DECIMAL_NUMBER.test(text) ? Number(text) : text;
}

function leafSchema(path: SettingPath): Readonly<Record<string, unknown>> | null {
  const [section, key] = path.split('.') as [Section, string];
  return schemaAt(toJsonSchema(settingsSchema.shape[section].unwrap()), [key]);
}

function typesOf(schema: Readonly<Record<string, unknown>> | null): ReadonlySet<string> {
  const types = new Set<string>();
  if (schema === null) return types;
  if ('const' in schema) types.add('const');
  for (const type of [schema['type']].flat()) if (typeof type === 'string') types.add(type);
  const choices = schema['anyOf'];
  if (Array.isArray(choices)) {
    for (const one of choices) typesOf(one as Record<string, unknown>).forEach((t) => types.add(t));
  }
  return types;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
