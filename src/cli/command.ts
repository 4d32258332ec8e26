/** How a command's arguments are declared and read; mistakes become one line and exit code 2. */
import { Command, CommanderError } from 'commander';
import { nearOrKnown, quoted } from '../config/nearest.ts';

/** Wrong use of the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const WIDTH = 80;

/** A command that reports mistakes to `runCommand` and prints its help in 80 columns. */
export function createCommand(of: {
  readonly name: string;
  readonly summary: string;
  readonly examples?: readonly string[];
}): Command {
  return configure(new Command(`tapedeck ${of.name}`), of);
}

function configure(
  command: Command,
  of: { readonly summary: string; readonly examples?: readonly string[] },
): Command {
  command
    .description(of.summary)
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ helpWidth: WIDTH })
    .configureOutput({ getOutHelpWidth: () => WIDTH, writeErr: () => undefined });
  const examples = (of.examples ?? []).map((example) => `  ${example}\n`);
  if (examples.length > 0) command.addHelpText('after', `\nExamples:\n${examples.join('')}`);
  return command;
}

/** Adds a subcommand that behaves like its parent. */
export function addSubcommand(parent: Command, usage: string, summary: string): Command {
  const [name = usage, ...operands] = usage.split(' ');
  const command = configure(new Command(name), { summary });
  for (const operand of operands) command.argument(operand);
  parent.addCommand(command);
  return command;
}

/** Reads the arguments and runs the action they name. Throws UsageError. */
export async function runCommand(command: Command, args: readonly string[]): Promise<void> {
  const hasSubcommands = command.commands.length > 0;
  if (hasSubcommands && args.length === 0) {
    const names = command.commands.map((one) => one.name()).join(', ');
    throw new UsageError(`${command.name()} needs one of: ${names}; see ${command.name()} --help`);
  }
  try {
    refuseFlagsAsValues(command, args);
    await command.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw new UsageError(toLine(error, command.name()));
  }
}

/** `--state --start`: a value was forgotten, and the next option would be taken for it. */
function refuseFlagsAsValues(command: Command, args: readonly string[]): void {
  const takesValue = (arg: string): boolean =>
    [command, ...command.commands].some(({ options }) =>
      options.some(({ long, required }) => required && long === arg),
    );
  args.forEach((arg, index) => {
    const next = args[index + 1] ?? '';
    if (takesValue(arg) && next.startsWith('--')) {
      throw new UsageError(`${arg} needs a value, not ${quoted(next)}`);
    }
  });
}

export function unknownCommand(given: string, known: readonly string[]): UsageError {
  return new UsageError(`command ${quoted(given)} is unknown${nearOrKnown(given, known)}`);
}

function toLine(error: CommanderError, name: string): string {
  const help = `; see ${name} --help`;
  const [first = '', near = ''] = error.message.replace(/^error: /, '').split('\n');
  const hint = /Did you mean (?:one of )?(.*)\?\)/.exec(near)?.[1];
  if (error.code === 'commander.excessArguments') {
    const given = /got \d+: (.*)\.$/s.exec(error.message)?.[1] ?? '';
    return `unexpected argument '${given}'${help}`;
  }
  return `${first}${hint === undefined ? help : `; did you mean ${hint}?`}`;
}

/** For options that may be given several times. */
export function collect(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), value];
}
