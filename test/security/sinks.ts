// Everything that leaves a session, collected for tests that seek a secret in it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { toCsv } from '../../src/app/csv.ts';
import { runDoctor } from '../../src/app/doctor.ts';
import { EXPORTS, exportRows } from '../../src/app/export.ts';
import { logLine, screenText, statusLine } from '../../src/app/plain-text.ts';
import type { RunningSession } from '../../src/app/session.ts';
import { readState } from '../../src/app/state/reader.ts';
import { toStatus } from '../../src/app/status.ts';
import { compose } from '../../src/ui/compose/compose.ts';
import { PANES } from '../../src/ui/layout/panes.ts';
import { createModel } from '../../src/ui/model.ts';
import { PANE_TABLE } from '../../src/ui/panes/registry.ts';
import { createConsoleStore } from '../../src/ui/store.ts';
import { rowText } from '../../src/ui/text/rows.ts';
import { DIALOGS } from '../ui/dialog-states.ts';

const SIZE = { width: 200, height: 50 };

/** Everything that leaves a session, by name; it is closed for that, with `reason`. */
export async function sinksOf(
  session: RunningSession,
  directory: string,
  reason: string,
): Promise<Map<string, string>> {
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
  await session.close(reason);
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(directory, name);
    if (/\.(jsonl?|log|txt)(\.\d+)?$/.test(name)) sinks.set(name, readFileSync(path, 'utf8'));
  }
  for (const kind of EXPORTS) {
    const rows = exportRows(kind, directory);
    sinks.set(`export ${kind} csv`, toCsv(rows));
    sinks.set(`export ${kind} json`, JSON.stringify(rows, plain));
  }
  const place = { directory, mode: view.mode, profile: 'default' };
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
