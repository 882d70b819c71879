#!/usr/bin/env node
// The `tricuspid` command: each subcommand is one file.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { compareCommand } from './compare.ts';
import { datasetsCommand } from './datasets.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { EXIT, exitCodeOf, messageOf } from './exit.ts';
import { inspectCommand } from './inspect.ts';
import { ledgerCommand } from './ledger.ts';
import { modelsCommand } from './models.ts';
import { poolCommand } from './pool.ts';
import { readersCommand } from './readers.ts';
import { replayCommand } from './replay.ts';
import { runCommand } from './run.ts';
import { simulateCommand } from './simulate.ts';
import { sitesCommand } from './sites.ts';
import { statusCommand } from './status.ts';
import { upCommand } from './up.ts';

const { version, description } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
  version: string;
  description: string;
};

const program = new Command('tricuspid')
  .description(description)
  .version(version)
  .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 refused input.\nExample:\n  $ tricuspid demo');
const commands = [
  demoCommand,
  runCommand,
  readersCommand,
  upCommand,
  simulateCommand,
  statusCommand,
  ledgerCommand,
  replayCommand,
  sitesCommand,
  modelsCommand,
  inspectCommand,
  compareCommand,
  poolCommand,
  datasetsCommand,
  doctorCommand,
];
for (const command of commands) program.addCommand(command());
for (const command of [program, ...program.commands, ...program.commands.flatMap((child) => child.commands)]) {
  command.exitOverride();
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.refused;
  else {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
