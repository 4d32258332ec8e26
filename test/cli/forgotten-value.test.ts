import { expect, it } from 'vitest';
import { createCommand, runCommand } from '../../src/cli/command.ts';

it('refuses an option whose value was forgotten instead of taking the next option for it', async () => {
  const command = createCommand({ name: 'run', summary: 'Run.' });
  command.option('--state <DIR>', 'directory').option('--start', 'begin');
  await expect(runCommand(command, ['--state', '--start'])).rejects.toThrow(
    '--state needs a value, not "--start"',
  );
});
