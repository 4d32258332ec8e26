// One secret, fed into everything a session hears, sought in everything it says.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { openSession } from '../../src/app/build.ts';
import { toCsv } from '../../src/app/csv.ts';
import { runDoctor } from '../../src/app/doctor.ts';
import { EXPORTS, exportRows } from '../../src/app/export.ts';
import { framesOf, redactorOf, toFailure } from '../../src/app/failure.ts';
import { logLine, screenText, statusLine } from '../../src/app/plain-text.ts';
import type { RunningSession } from '../../src/app/session.ts';
import { readState } from '../../src/app/state/reader.ts';
import { toStatus } from '../../src/app/status.ts';
import type { Command } from '../../src/domain/command.ts';
import { Secret } from '../../src/domain/secret.ts';
import { compose } from '../../src/ui/compose/compose.ts';
import { PANES } from '../../src/ui/layout/panes.ts';
import { createModel } from '../../src/ui/model.ts';
import { PANE_TABLE } from '../../src/ui/panes/registry.ts';
import { createConsoleStore } from '../../src/ui/store.ts';
import { rowText } from '../../src/ui/text/rows.ts';
import { demoOptions, removeAll, until } from '../support/session-kit.ts';
import { DIALOGS } from '../ui/dialog-states.ts';

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
const SIZE = { width: 200, height: 50 };

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
  return sinksOf(session, options.stateDirectory);
}

/** Everything that leaves a session, by name. */
async function sinksOf(session: RunningSession, directory: string): Promise<Map<string, string>> {
  const sinks = new Map<string, string>();
  const view = session.view();
  sinks.set('view', JSON.stringify(view, plain));
  sinks.set('notices', JSON.stringify(view.notices));
  sinks.set('log ring', JSON.stringify(view.log));
  sinks.set('history', JSON.stringify(session.history({ symbol: 'BTC/USDT' })));
  sinks.set('status line', statusLine(view));
  sinks.set('screen as text', screenText(view));
  sinks.set('log as lines', view.log.map(logLine).join('\n'));
  for (const [name, text] of screens(session)) sinks.set(name, text);
  const summary = JSON.stringify(session.summary(), plain);
  sinks.set('summary', summary);
  await session.close(`${MARKER} closed`);
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(directory, name);
    if (/\.(jsonl?|log|txt)(\.\d+)?$/.test(name)) sinks.set(name, readFileSync(path, 'utf8'));
  }
  for (const kind of EXPORTS) {
    const rows = exportRows(kind, directory);
    sinks.set(`export ${kind} csv`, toCsv(rows));
    sinks.set(`export ${kind} json`, JSON.stringify(rows, plain));
  }
  const place = { directory, mode: 'demo', profile: 'default' };
  sinks.set('status', JSON.stringify(toStatus(place, readState(directory), 0), plain));
  const around = { environment: { HOME: directory }, cwd: directory };
  const terminal = { isTty: false, columns: null, rows: null, colorLevel: 0 };
  sinks.set('doctor', JSON.stringify(runDoctor({ place, config: null, around, terminal })));
  return sinks;
}

function screens(session: RunningSession): Map<string, string> {
  const store = createConsoleStore(session, {
    wallMs: () => 0,
    pressPrefix: 'canary',
    fps: 10,
    size: SIZE,
  });
  const scene = store.scene();
  store.close();
  const found = new Map<string, string>();
  for (const id of PANES) {
    const pane = PANE_TABLE[id].draw(scene, SIZE, [id]);
    found.set(`pane ${id}`, [pane.title, ...pane.rows.map(rowText)].join('\n'));
  }
  const all = [null, ...DIALOGS];
  all.forEach((dialog, index) => {
    const model = { ...createModel(), ...scene.model, dialog };
    const rows = compose({ ...scene, model }, SIZE);
    found.set(
      `screen with dialog ${dialog?.kind ?? 'none'} ${index}`,
      rows.map(rowText).join('\n'),
    );
  });
  return found;
}

const plain = (_key: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Map ? [...value] : value;
};

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
