import { expect, test } from 'vitest';

import { statusLine } from '../../src/app/plain-text.ts';
import { aView } from '../ui/session-fixture.ts';

test('a line of a drill names the drill, as the screen does', () => {
  expect(statusLine(aView({ mode: 'demo' }))).toContain('  DEMO  ');
  expect(statusLine(aView({ mode: 'demo', drill: 'storm' }))).toContain('  DRILL storm  ');
});
