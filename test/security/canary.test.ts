// One secret, fed into everything a session hears, sought in everything it says.
import { afterEach, describe, expect, test } from 'vitest';

import { openSession } from '../../src/app/build.ts';
import { framesOf, redactorOf, toFailure } from '../../src/app/failure.ts';
import { logLine } from '../../src/app/plain-text.ts';
import type { Command } from '../../src/domain/command.ts';
import { Secret } from '../../src/domain/secret.ts';
import { demoOptions, removeAll, until } from '../support/session-kit.ts';
import { sinksOf } from './sinks.ts';

afterEach(removeAll);

/** With every character that an encoding changes. */
const CANARY = 'cAn4ry"/+&=?ü secret~>';
const bytes = Buffer.from(CANARY);
const FORMS: Readonly<Record<string, string>> = {
  raw: CANARY,
  base64: bytes.toString('base64'),
  base64url: bytes.toString('base64url'),
  hex: bytes.toString('hex'),
  url: encodeURIComponent(CANARY),
};
/** Text of a line that is not the secret, in each form: it proves that the sink was reached. */
const MARKER = 'marker-of-the-canary';
const fed = Object.values(FORMS).map((form) => `${MARKER} ${form} end`);

const SECRETS = new Map([['binance', new Map([['secret' as const, Secret.of(CANARY)]])]]);

/** A session that heard the secret wherever it listens to words. */
async function told(secrets: readonly Secret[]) {
  const options = demoOptions({ secrets, strategies: [] });
  const session = await openSession(options);
  session.start();
  await until(() => session.view().markets.every(({ lastPrice }) => lastPrice !== null));
  for (const text of fed) {
    for (const level of ['debug', 'info', 'warn', 'error'] as const) {
      session.log({ level, category: 'system', message: text });
      session.notice(level === 'debug' ? 'info' : level, text);
    }
    const commands: readonly Command[] = [
      { kind: 'pause', reason: text },
      { kind: 'halt', reason: text },
    ];
    for (const command of commands) session.dispatch(command);
  }
  session.dispatch({ kind: 'exportLog', lines: session.view().log.map(logLine) });
  session.lastWords(new Error(fed.join(' ')));
  return sinksOf(session, options.stateDirectory, `${MARKER} closed`);
}

/** Names of sinks and forms where the secret came out. */
function leaks(sinks: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  for (const [sink, text] of sinks) {
    for (const [name, form] of Object.entries(FORMS)) {
      // In a JSON text the raw form is escaped; as a screen shows it, it may be cut.
      const written = [form, JSON.stringify(form).slice(1, -1)];
      if (written.some((one) => text.includes(one))) found.push(`${sink}: ${name}`);
    }
    if (text.includes('cAn4ry')) found.push(`${sink}: a part`);
  }
  return found;
}

describe('S16: a secret of the environment', () => {
  test('is in none of the sinks, in none of its forms', async () => {
    const sinks = await told([Secret.of(CANARY)]);
    expect(sinks.size).toBeGreaterThanOrEqual(40);
    expect(leaks(sinks)).toEqual([]);
    const reached = [...sinks].filter(([, text]) => text.includes(MARKER)).map(([name]) => name);
    const wanted = ['view', 'notices', 'log ring', 'export journal json', 'export journal csv'];
    expect(reached).toEqual(expect.arrayContaining([...wanted, 'pane log', 'status']));
    expect(reached.some((name) => name.includes('exports/log-'))).toBe(true);
    expect(reached.some((name) => name.includes('tapedeck.log'))).toBe(true);
    expect(reached.some((name) => name.startsWith('journal-'))).toBe(true);
    expect(reached.some((name) => name.startsWith('state-') || name.includes('snapshot'))).toBe(
      true,
    );
  });

  test('would be found in these sinks if nobody took it out', async () => {
    const found = leaks(await told([]));
    expect(found.length).toBeGreaterThan(30);
    for (const name of Object.keys(FORMS)) {
      expect(found.filter((one) => one.endsWith(`: ${name}`)).length).toBeGreaterThan(4);
    }
  });

  test('is not in the line and the frames of a crash', () => {
    const redact = redactorOf(SECRETS);
    for (const text of fed) {
      const error = new Error(text);
      error.stack = `${error.message}\n    at sign (${text}.js:1:1)`;
      const { line } = toFailure(error, redact);
      const frames = framesOf(error, redact);
      expect(line).toContain(MARKER);
      expect(frames).toHaveLength(1);
      expect(
        leaks(
          new Map([
            ['line', line],
            ['frames', frames.join('\n')],
          ]),
        ),
      ).toEqual([]);
    }
  });
});
