// The size of what an object keeps alive, counted instead of measured: no collector, no noise.
import { type Runtime, Session } from 'node:inspector/promises';
import { types } from 'node:util';

/**
 * Everything reachable from `root`, as a number of values: properties, elements, map entries,
 * characters of strings, bytes of typed arrays. It sees private `#fields` and the variables of
 * closures, which only the debugger's own protocol shows, statics of classes and variables of our
 * modules; packages are not entered. The same state always gives the same count.
 */
export async function countReachable(root: object): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    return await new Walk(session).count(root);
  } finally {
    session.disconnect();
  }
}

/** What the walk looks at now, where an expression of the debugger can reach it. */
const DESK = '__reachableDesk';
const GROUP = 'reachable';
const SKIPPED_SLOTS = new Set(['[[Scopes]]', '[[Prototype]]', '[[FunctionLocation]]']);
const NATIVE = /\{\s*\[native code\]\s*\}$/;

/** Answers of the debugger about an object; the `[[…]]` entries are the engine's own slots. */
interface Slot {
  readonly name: string;
  readonly value?: Runtime.RemoteObject | undefined;
  readonly get?: Runtime.RemoteObject | undefined;
  readonly set?: Runtime.RemoteObject | undefined;
}

class Walk {
  readonly #session: Session;
  readonly #seen = new Set<object>();
  readonly #open: object[] = [];
  #count = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  async count(root: object): Promise<number> {
    this.#visit(root);
    for (let next = this.#open.pop(); next !== undefined; next = this.#open.pop()) {
      this.#visitOwn(next);
      if (!Array.isArray(next) && !types.isArrayBufferView(next)) await this.#visitHidden(next);
    }
    return this.#count;
  }

  /** Counts one value, and keeps an object that was not met before for later. */
  #visit(value: unknown): void {
    this.#count += 1;
    if (typeof value === 'string') this.#count += value.length;
    else if (typeof value === 'bigint') this.#count += String(value).length;
    const isObject = typeof value === 'object' || typeof value === 'function';
    if (!isObject || value === null || isForeign(value) || this.#seen.has(value)) return;
    this.#seen.add(value);
    this.#open.push(value);
  }

  #visitOwn(of: object): void {
    if (types.isAnyArrayBuffer(of)) this.#count += of.byteLength;
    if (types.isArrayBufferView(of)) {
      this.#visit(of.buffer);
      return;
    }
    for (const key of Reflect.ownKeys(of)) {
      const property: object = Reflect.getOwnPropertyDescriptor(of, key) ?? {};
      for (const slot of ['value', 'get', 'set']) {
        const value: unknown = Reflect.get(property, slot);
        if (value !== undefined) this.#visit(value);
      }
    }
    if (types.isMap(of)) for (const entry of of) entry.forEach((one) => this.#visit(one));
    if (types.isSet(of)) for (const one of of) this.#visit(one);
    const prototype: unknown = Object.getPrototypeOf(of);
    if (typeof prototype === 'object' && prototype !== null) this.#visit(prototype);
  }

  /** Private fields, variables of closures, and what the engine holds for the object. */
  async #visitHidden(of: object): Promise<void> {
    const desk = { of, found: [] as unknown[] };
    Reflect.set(globalThis, DESK, desk);
    const { result } = await this.#session.post('Runtime.evaluate', {
      expression: `globalThis.${DESK}.of`,
      objectGroup: GROUP,
    });
    const { internal, hidden } = await this.#slots(result.objectId);
    const values = [...internal, ...hidden];
    const scopes = internal.find(({ name }) => name === '[[Scopes]]')?.value?.objectId;
    for (const { value } of scopes === undefined ? [] : (await this.#slots(scopes)).own) {
      if (value?.description === 'Global' || value?.description === 'Script') continue;
      values.push(...(await this.#slots(value?.objectId)).own);
    }
    const known = values.filter(({ name }) => !SKIPPED_SLOTS.has(name));
    const found = known.flatMap(({ value, get, set }) =>
      [value, get, set].filter((one) => one !== undefined),
    );
    await this.#session.post('Runtime.callFunctionOn', {
      functionDeclaration: `(...found) => globalThis.${DESK}.found.push(...found)`,
      objectId: result.objectId ?? '',
      arguments: found.map(argumentOf),
    });
    await this.#session.post('Runtime.releaseObjectGroup', { objectGroup: GROUP });
    Reflect.deleteProperty(globalThis, DESK);
    for (const one of desk.found) this.#visit(one);
  }

  async #slots(objectId = ''): Promise<Record<'own' | 'internal' | 'hidden', readonly Slot[]>> {
    const answer = await this.#session.post('Runtime.getProperties', {
      objectId,
      ownProperties: true,
    });
    const { result: own, internalProperties: internal = [] } = answer;
    const hidden = (answer as { readonly privateProperties?: readonly Slot[] }).privateProperties;
    return { own, internal, hidden: hidden ?? [] };
  }
}

/** A found value, named so that the debugger hands over that very value. */
function argumentOf(found: Runtime.RemoteObject): Runtime.CallArgument {
  const { objectId, unserializableValue } = found;
  if (objectId !== undefined) return { objectId };
  if (unserializableValue !== undefined) return { unserializableValue };
  return { value: found.value as unknown };
}

/**
 * What belongs to the platform or to a package: it grows for reasons of its own. A bound function
 * looks like one of the platform, but holds what it was bound to.
 */
function isForeign(value: object): boolean {
  if (value === globalThis || types.isModuleNamespaceObject(value) || types.isProxy(value))
    return true;
  if ('_zod' in value) return true;
  const made: unknown = Object.getOwnPropertyDescriptor(value, 'constructor')?.value ?? value;
  if (typeof made !== 'function' || made.name.startsWith('bound ')) return false;
  return NATIVE.test(Function.prototype.toString.call(made));
}
