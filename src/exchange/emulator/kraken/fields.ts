import { type Decimal, parseDecimal } from '../../../domain/decimal.ts';

/** The parameters of a request, whatever carried them: form, query, JSON or a WebSocket message. */
export class Fields {
  private readonly values: ReadonlyMap<string, unknown>;

  private constructor(values: ReadonlyMap<string, unknown>) {
    this.values = values;
  }

  /** Of `a=1&b=2`. */
  static ofForm(text: string): Fields {
    return new Fields(new Map(new URLSearchParams(text)));
  }

  /** Of a JSON object as text; null when it is none. */
  static ofJson(text: string): Fields | null {
    return Fields.of(parsed(text));
  }

  /** Of an object; null when it is none. */
  static of(value: unknown): Fields | null {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return new Fields(new Map(Object.entries(value)));
  }

  /** As text: numbers and booleans too. Undefined when absent, empty or no plain value. */
  text(name: string): string | undefined {
    const value = this.values.get(name);
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** Undefined when absent, null when it is no decimal number. */
  decimal(name: string): Decimal | null | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : parseDecimal(text);
  }

  /** Undefined when absent, NaN when it is no number. */
  number(name: string): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : Number(text);
  }

  isTrue(name: string): boolean {
    const text = this.text(name);
    return text === 'true' || text === 'True' || text === '1';
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  /** Is there one under this name or within it, such as `close[price]`? */
  hasNested(name: string): boolean {
    return this.has(name) || [...this.values.keys()].some((key) => key.startsWith(`${name}[`));
  }

  /** An object within; null when there is none. */
  inner(name: string): Fields | null {
    return Fields.of(this.values.get(name));
  }

  /** A list within, or one value as a list of one; empty when absent. */
  list(name: string): readonly unknown[] {
    const value = this.values.get(name);
    if (Array.isArray(value)) return value;
    return value === undefined ? [] : [value];
  }
}

/** What JSON text says; undefined when it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
