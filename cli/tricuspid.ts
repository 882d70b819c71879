#!/usr/bin/env node
// The `tricuspid` command: each subcommand is one file.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { EXIT, exitCodeOf, messageOf } from './exit.ts';

const { version, description } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
  version: string;
  description: string;
};

const program = new Command('tricuspid')
  .description(description)
  .version(version)
  .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 refused input.\nExample:\n  $ tricuspid demo');
/** By name, in the order of the help. */
const commands: Readonly<Record<string, () => Promise<() => Command>>> = {
  demo: async () => (await import('./demo.ts')).demoCommand,
  run: async () => (await import('./run.ts')).runCommand,
  readers: async () => (await import('./readers.ts')).readersCommand,
  evaluate: async () => (await import('./evaluate.ts')).evaluateCommand,
  up: async () => (await import('./up.ts')).upCommand,
  simulate: async () => (await import('./simulate.ts')).simulateCommand,
  status: async () => (await import('./status.ts')).statusCommand,
  ledger: async () => (await import('./ledger.ts')).ledgerCommand,
  replay: async () => (await import('./replay.ts')).replayCommand,
  sites: async () => (await import('./sites.ts')).sitesCommand,
  models: async () => (await import('./models.ts')).modelsCommand,
  inspect: async () => (await import('./inspect.ts')).inspectCommand,
  compare: async () => (await import('./compare.ts')).compareCommand,
  pool: async () => (await import('./pool.ts')).poolCommand,
  datasets: async () => (await import('./datasets.ts')).datasetsCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
};
// A command starts in half the time when those that were not asked for stay unread.
const [asked = ''] = process.argv.slice(2);
const needed = Object.hasOwn(commands, asked) ? [commands[asked]] : Object.values(commands);
for (const command of await Promise.all(needed.map((load) => load()))) program.addCommand(command());
for (const command of [program, ...program.commands, ...program.commands.flatMap((child) => child.commands)]) {
  command.exitOverride();
}

// A reader that has seen enough (`| head`) ends what is said, not what is done.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.refused;
  else {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
