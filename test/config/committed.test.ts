import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_INSTANCES } from '../../src/config/default-instances.ts';
import { jsonSchemas } from '../../src/config/json-schema.ts';
import { loadConfig } from '../../src/config/load.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const readJson = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

describe('the committed configuration', () => {
  test('has the JSON schemas of the settings as they are', () => {
    expect(readdirSync(join(ROOT, 'config/schema')).sort()).toEqual(
      Object.keys(jsonSchemas()).sort(),
    );
    for (const [name, text] of Object.entries(jsonSchemas())) {
      const hint = `refresh with: npm run -s tapedeck -- config schema ${name.split('.')[0] ?? ''}`;
      expect(readJson(`config/schema/${name}`), hint).toEqual(JSON.parse(text));
    }
  });

  test('says what the built-in defaults say', () => {
    const options = { directory: null, environment: { HOME: '/nowhere' }, flags: [] };
    const committed = loadConfig({ ...options, cwd: ROOT });
    const builtIn = loadConfig({ ...options, cwd: '/nowhere' });
    expect(committed.directory).toBe(join(ROOT, 'config'));
    expect(committed.hash).not.toBe('');
    expect(committed.settings).toEqual(builtIn.settings);
    const withoutSource = ({ source: _source, ...rest }: (typeof builtIn.instances)[number]) =>
      rest;
    expect(committed.instances.map(withoutSource)).toEqual(builtIn.instances.map(withoutSource));
    expect(Object.keys(DEFAULT_INSTANCES)).toEqual(builtIn.instances.map(({ id }) => id));
  });

  test('describes every setting', () => {
    for (const text of Object.values(jsonSchemas())) {
      const schema = JSON.parse(text) as { properties: Record<string, Described> };
      for (const [name, one] of Object.entries(schema.properties)) {
        for (const [key, inner] of Object.entries(one.properties ?? { '': one })) {
          expect(inner.description ?? '', `${name}.${key}`).not.toBe('');
        }
      }
    }
  });
});

interface Described {
  readonly description?: string;
  readonly properties?: Record<string, Described>;
}
