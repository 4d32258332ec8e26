/** The only reader of the process environment. */

const SECRET = /(KEY|SECRET|PASSPHRASE|PASSWORD|TOKEN)$/;

/** Environment variables by name. What looks like a secret is left out. */
export function readEnvironment(): Readonly<Record<string, string>> {
  const found = Object.entries(process.env).filter(([name]) => !SECRET.test(name));
  return Object.fromEntries(found.map(([name, value]) => [name, value ?? '']));
}
