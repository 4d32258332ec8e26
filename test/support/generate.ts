// `npm run -s generate`: writes what is made from code, so that it can be committed with it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { jsonSchemas } from '../../src/config/json-schema.ts';
import { fillTables } from './readme-tables.ts';

const root = join(import.meta.dirname, '..', '..');
const readme = join(root, 'README.md');
writeFileSync(readme, await fillTables(readFileSync(readme, 'utf8')));
for (const [name, text] of Object.entries(jsonSchemas())) {
  writeFileSync(
    join(root, 'config', 'schema', name),
    await format(text, { parser: 'json', printWidth: 100 }),
  );
}
