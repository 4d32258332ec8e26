/** Inside the process of a user strategy: makes its code run there with nothing but its argument. */
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { basename } from 'node:path';
import { InputError, messageOf } from '../../domain/errors.ts';
import type { StrategyDefinition } from '../../ports.ts';
import { toDefinition } from './contract.ts';

/** A user's file as it was read once: what is shown by its hash is what runs. */
export interface UserSource {
  /** Name of the file, for messages. */
  readonly file: string;
  readonly text: string;
}

/**
 * What reaches out of a process, or reads what it was given, and needs no import. Node's permission
 * model stands behind this; both are a seat belt, no prison (RELIABILITY 5).
 */
const OUTWARD = [
  'process',
  'fetch',
  'WebSocket',
  'EventSource',
  'BroadcastChannel',
  'navigator',
  'console',
  'localStorage',
  'sessionStorage',
  'setTimeout',
  'setInterval',
  'setImmediate',
] as const;

/** A standing for the user's file while it is imported; nothing is read from there. */
const PLACE = 'file:///strategy/';

/** Runs the file's own code for the first time. Throws InputError; later code runs unarmed. */
export async function evaluate(source: UserSource): Promise<StrategyDefinition> {
  const name = basename(source.file);
  const place = `${PLACE}${encodeURIComponent(name)}`;
  const text = /\.[cm]?ts$/.test(name) ? withoutTypes(source) : source.text;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === place) return { url: place, format: 'module', shortCircuit: true };
      if (context.parentURL !== undefined && !context.parentURL.startsWith(PLACE)) {
        return next(specifier, context);
      }
      throw new InputError(
        `${name} imports ${JSON.stringify(specifier)}: a strategy is one file and imports ` +
          'nothing; use the argument of strategy(api), and "import type" for types',
      );
    },
    load(url, context, next) {
      if (url !== place) return next(url, context);
      return { format: 'module', source: text, shortCircuit: true };
    },
  });
  disarm();
  try {
    const module = (await import(place)) as { readonly strategy?: unknown };
    return toDefinition(module.strategy);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${name} cannot be run: ${messageOf(error)}${placeOf(error)}`);
  }
}

function disarm(): void {
  for (const name of OUTWARD) Reflect.deleteProperty(globalThis, name);
  // Quiet: there is nobody to read it, and an unread pipe would end the process.
  const quiet = { value: new Proxy({}, { get: () => () => undefined }) };
  Object.defineProperty(globalThis, 'console', quiet);
}

function withoutTypes({ file, text }: UserSource): string {
  try {
    return stripTypeScriptTypes(text);
  } catch (error) {
    throw new InputError(`${basename(file)} is no TypeScript that can run: ${messageOf(error)}`);
  }
}

/** Line and column in the user's file, where the error tells. */
export function placeOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const found = /file:\/\/\/strategy\/[^\s:)]+:(\d+):(\d+)/.exec(stack);
  return found === null ? '' : ` (line ${found[1]}, column ${found[2]})`;
}
