// The header: what must not give way on a narrow screen, and what appears on a wide one.
import { describe, expect, it } from 'vitest';

import { headerLine } from '../../src/ui/panes/header.ts';
import { rowText } from '../../src/ui/text/rows.ts';
import { account } from './account-fixture.ts';
import { aView } from './session-fixture.ts';

const header = (width: number, change: Partial<ReturnType<typeof account>> = {}): string =>
  rowText(headerLine(aView({ account: { ...account(), ...change } }), 120, width));

describe('the header', () => {
  it('shows the risk of all stops wherever there is room, its limit beside it', () => {
    expect(header(80)).not.toContain('risk');
    expect(header(100)).toMatch(/risk \d+\.\d\/\d+ %/);
    expect(header(120)).toMatch(/risk \d+\.\d of \d+ %/);
  });

  it('says at every size that rules are off, before any figure but the P&L', () => {
    for (const width of [50, 60, 80, 100, 120, 200]) {
      expect(header(width, { riskEnabled: false }), String(width)).toContain('risk rules off');
    }
  });
});
