/** Tables of README.md that are made from the code they describe. */
import { format } from 'prettier';
import { jsonSchemas } from '../../src/config/json-schema.ts';
import { DENIAL_CODES } from '../../src/domain/verdict.ts';
import { KEYMAP, keyNames } from '../../src/ui/input/keymap.ts';
import { makeGallery } from './gallery.ts';
import { drillTable } from './drill-table.ts';
import { exchangeTable } from './exchange-table.ts';
import { controlTable } from './emulator-table.ts';
import { attackTable, faultTable, proofTable } from './reliability-tables.ts';
import { row, table } from './tables.ts';

function keyTable(): string {
  const bound = KEYMAP.filter(({ keys }) => keys.length > 0);
  const rows = bound.map((binding) => {
    const where = binding.scope === 'global' ? '' : binding.scope;
    const keys = binding.keys.length === 0 ? '' : `\`${keyNames(binding)}\``;
    return row(keys, `\`${binding.id}\``, binding.text, where);
  });
  return table(['Key', 'Action', 'What it does', 'Where'], rows);
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly default?: unknown;
  readonly description?: string;
}

function settingTable(): string {
  const schema = JSON.parse(jsonSchemas()['tapedeck.schema.json'] ?? '{}') as SchemaNode;
  const rows = Object.entries(schema.properties ?? {}).flatMap(([section, node]) =>
    Object.entries(node.properties ?? {}).map(([name, setting]) =>
      row(
        `\`${section}.${name}\``,
        `\`${JSON.stringify(setting.default ?? null)}\``,
        setting.description ?? '',
      ),
    ),
  );
  return table(['Setting', 'Default', 'Meaning'], rows);
}

function ruleTable(): string {
  const rows = Object.entries(DENIAL_CODES).map(([code, text]) => row(`\`${code}\``, text));
  return table(['Code', 'Denied because'], rows);
}

/** What stands between the marks of each name. */
async function sections(): Promise<Readonly<Record<string, string>>> {
  const gallery = await makeGallery();
  return {
    screen: gallery.screen,
    keys: keyTable(),
    gallery: gallery.panes,
    settings: settingTable(),
    rules: ruleTable(),
    drills: drillTable(),
    exchanges: exchangeTable(),
    emulator: controlTable(),
    proofs: proofTable(),
    faults: faultTable(),
    attacks: attackTable(),
  };
}

/** README with every marked table and screen as the code has it now. Throws when a mark is missing. */
export async function fillTables(readme: string): Promise<string> {
  let filled = readme;
  for (const [name, text] of Object.entries(await sections())) {
    const marked = new RegExp(`(<!-- ${name}:[^>]*-->)[^]*?(<!-- /${name} -->)`);
    if (!marked.test(filled)) throw new Error(`README.md has no mark for ${name}`);
    filled = filled.replace(marked, (_all, from: string, to: string) => {
      return `${from}\n\n${text}\n\n${to}`;
    });
  }
  return format(filled, { parser: 'markdown', printWidth: 100, singleQuote: true });
}
