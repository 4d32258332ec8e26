import { toJsonSchema } from './issues.ts';
import { exchangeSchema } from './exchange-schema.ts';
import { instanceSchema, settingsSchema } from './schema.ts';

/** JSON schemas for editors by file name under `config/schema/`; the committed files equal them. */
export function jsonSchemas(): Readonly<Record<string, string>> {
  return {
    'tapedeck.schema.json': toText('Settings of Tapedeck', settingsSchema),
    'exchange.schema.json': toText('One account of an exchange', exchangeSchema),
    'strategy.schema.json': toText('One instance of a strategy', instanceSchema),
  };
}

function toText(title: string, schema: Parameters<typeof toJsonSchema>[0]): string {
  const { $schema, ...rest } = toJsonSchema(schema);
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}
