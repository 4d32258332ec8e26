/** Every setting of one account of an exchange. */
import { z } from 'zod';
import { isLoopback } from './files.ts';
import { EXCHANGE_ID, EXCHANGE_WORDS, editorSchema, riskSchema, symbolsSchema } from './schema.ts';

type RiskShape = typeof riskSchema.shape;

/** Every limit without its default: what an account leaves out is the same as everywhere. */
const accountRiskSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(riskSchema.shape).map(([name, limit]) => [
      name,
      limit
        .unwrap()
        .optional()
        .describe(limit.description ?? ''),
    ]),
  ) as unknown as { [K in keyof RiskShape]: z.ZodOptional<ReturnType<RiskShape[K]['unwrap']>> },
);

const ACCOUNT_NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;
const ENDPOINT_WORDS =
  'null, or the address of an emulator on this machine such as http://127.0.0.1:8777';

/** `config/exchanges/<name>.json`: one account of one exchange. */
export const exchangeSchema = z.strictObject({
  $schema: editorSchema,
  id: z
    .string({ error: EXCHANGE_WORDS })
    .regex(EXCHANGE_ID, EXCHANGE_WORDS)
    .describe('Exchange, such as binance or kraken: `tapedeck doctor --exchange ID`.'),
  enabled: z.boolean().default(true).describe('false: left out unless --exchange names it.'),
  account: z
    .string()
    .regex(ACCOUNT_NAME, '1 to 32 of a-z, 0-9 or "-"')
    .default('main')
    .describe('Your own name of this account; the live gate asks for it.'),
  sandbox: z
    .boolean()
    .default(false)
    .describe("true: an account of the exchange's test network, never used by mode live."),
  symbols: symbolsSchema
    .nullable()
    .default(null)
    .describe('Markets of this account; null: general.symbols.'),
  key: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'name of a key: `tapedeck keys list`')
    .nullable()
    .default(null)
    .describe('Name of its key in the keystore; null: the environment, or the only key there is.'),
  endpoint: z
    .string({ error: ENDPOINT_WORDS })
    .refine(isLoopback, ENDPOINT_WORDS)
    .nullable()
    .default(null)
    .describe('Address of an emulator on this machine in the place of the exchange.'),
  risk: accountRiskSchema
    .prefault({})
    .describe('Limits of this account that differ from those of tapedeck.json.'),
  options: z
    .strictObject({
      maxRetriesOnFailure: z
        .literal(0, { error: '0: an order is never sent twice' })
        .optional()
        .describe('Requests are never repeated by the library: only 0 is allowed.'),
    })
    .prefault({})
    .describe('Options of the library behind exchanges that may be named.'),
});

export type ExchangeFile = Omit<z.output<typeof exchangeSchema>, '$schema'>;
