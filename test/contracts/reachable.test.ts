// The counter behind "keeps no memory per candle": every place a plug-in could hoard in is seen.
import { expect, test } from 'vitest';

import { countReachable } from '../support/reachable.ts';

/** Something fed with numbers. */
interface Fed {
  add(value: number): void;
}

const moduleList: number[] = [];
const moduleMap = new Map<number, string>();

class Hidden implements Fed {
  readonly #list: number[] = [];
  add(value: number): void {
    this.#list.push(value);
  }
}
class Nested implements Fed {
  readonly #inner = new Hidden();
  add(value: number): void {
    this.#inner.add(value);
  }
}
class Chain implements Fed {
  #last: object = {};
  add(value: number): void {
    this.#last = { value, before: this.#last };
  }
}
class Text implements Fed {
  #text = '';
  add(value: number): void {
    this.#text = `${this.#text}${value % 10}`;
  }
}
class Digits implements Fed {
  #all = 1n;
  add(value: number): void {
    this.#all = this.#all * 10n + BigInt(value % 10);
  }
}
class Typed implements Fed {
  #values = new Float64Array();
  add(value: number): void {
    this.#values = Float64Array.of(...this.#values, value);
  }
}
class Keyed implements Fed {
  readonly #weak = new WeakMap<object, number>();
  readonly #keys = new Set<object>();
  add(value: number): void {
    const key = {};
    this.#keys.add(key);
    this.#weak.set(key, value);
  }
}
class Shared implements Fed {
  static readonly all: number[] = [];
  add(value: number): void {
    Shared.all.push(value);
  }
}
class OfModule implements Fed {
  add(value: number): void {
    moduleList.push(value);
    moduleMap.set(moduleMap.size, String(value));
  }
}
class Properties implements Fed {
  [key: `k${number}`]: number;
  #count = 0;
  add(value: number): void {
    this[`k${this.#count}`] = value;
    this.#count += 1;
  }
}
function createClosure(): Fed {
  const values: number[] = [];
  const add = (value: number) => void values.push(value);
  return { add: add.bind(null) };
}
class Calm implements Fed {
  #sum = 0;
  readonly #recent = new Float64Array(10);
  #next = 0;
  add(value: number): void {
    this.#sum = this.#sum + value;
    this.#recent[this.#next] = value;
    this.#next = (this.#next + 1) % 10;
  }
}

const feed = (fed: Fed, count: number): void => {
  for (let i = 0; i < count; i += 1) fed.add(i);
};

test.each([
  ['a private field', () => new Hidden()],
  ['an object in an object', () => new Nested()],
  ['a chain', () => new Chain()],
  ['a string', () => new Text()],
  ['a bigint', () => new Digits()],
  ['a typed array', () => new Typed()],
  ['a set and a weak map', () => new Keyed()],
  ['a static field', () => new Shared()],
  ['its module', () => new OfModule()],
  ['own properties', () => new Properties()],
  ['a bound closure', createClosure],
])('counts every number kept in %s', async (_name, create) => {
  const fed = create();
  feed(fed, 10);
  const before = await countReachable(fed);
  feed(fed, 200);
  expect((await countReachable(fed)) - before).toBeGreaterThanOrEqual(200);
});

test('gives the same count for the same state, whatever it has seen', async () => {
  const fed = new Calm();
  feed(fed, 10);
  const before = await countReachable(fed);
  feed(fed, 100_000);
  expect(await countReachable(fed)).toBe(before);
});
