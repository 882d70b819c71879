import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { RefusedInput } from '#functions/errors.ts';
import { attemptKey, attemptOf } from '#lib/ledger/attempt.ts';
import { receiptKey } from '#lib/ledger/keys.ts';
import { replay as begin } from '#lib/ledger/replay.ts';
import { type AttemptEnd, attemptEnd, attemptsOf, type DropAttempt } from '#lib/ledger/replayed.ts';
import { attemptWords } from './attempt-lines.ts';
import { EXIT } from './exit.ts';
import { type Choice, type ChosenDrop, chooseDrops } from './replay-choice.ts';
import { requireTarget, type Target } from './target.ts';

const LOOK_EVERY_MS = 1000;
const LONGEST_REASON = 200;

interface Options extends Pick<Choice, 'quarantined' | 'all'> {
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly wait: boolean;
  readonly minutes: string;
}

/** `tricuspid replay`: drops that were set aside or rejected are tried again, after the cause was repaired. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('try drops again that were set aside or rejected, after the cause was repaired')
    .argument('[site]', 'site of the drop; with --quarantined all sites when absent')
    .argument('[drop]', 'path below drops/<site>/ (its newest version), or the drop key of its receipt')
    .option('--quarantined', 'every drop in which something was set aside')
    .option('--all', 'also results that stand, and drops in which nothing was set aside or rejected')
    .option('--reason <text>', 'why, kept with the attempt; no patient data')
    .option('--dry-run', 'only say what would be done')
    .option('--no-wait', 'do not wait for the outcome')
    .option('--minutes <n>', 'how long to wait for the outcome', '15')
    .addHelpText('after', HELP)
    .action(replay);
}

const HELP = `
What an attempt before has finished stays as it is; only units with something set aside are scored again, by the
models of today. The highest attempt counts, earlier ones stay visible (tricuspid ledger --attempts).
Exits with 1 when a drop is set aside or rejected again, or has not ended in time.
Examples:
  $ tricuspid replay --quarantined --dry-run
  $ tricuspid replay northgate 2026/heart.csv --reason "unit of cholesterol corrected"`;

async function replay(site: string | undefined, drop: string | undefined, options: Options): Promise<void> {
  const target = await requireTarget();
  const minutes = Number(options.minutes);
  if (!(minutes > 0)) throw new RefusedInput(`replay: found --minutes ${options.minutes}, allowed: a number above 0`);
  if ((options.reason?.length ?? 0) > LONGEST_REASON)
    throw new RefusedInput(
      `replay: found a reason of ${options.reason?.length} characters, allowed: ${LONGEST_REASON}`,
    );
  const chosen = await chooseDrops(
    {
      ...(site !== undefined && { site }),
      ...(drop !== undefined && { drop }),
      quarantined: options.quarantined ?? false,
      all: options.all ?? false,
    },
    target.operator,
  );
  if (chosen.length === 0) return print('Nothing is set aside.');
  for (const one of chosen) print(`${nameOf(one)}: ${before(one)}; ${intention(one, options.dryRun ?? false)}`);
  const todo = chosen.filter(({ decision }) => decision.act !== 'leave');
  if (todo.length < chosen.length && drop !== undefined) process.exitCode = EXIT.refused;
  if (options.dryRun || todo.length === 0) return;
  await beginAll(todo, options, target);
  if (options.wait) await followAll(todo, minutes, target);
}

async function beginAll(todo: readonly ChosenDrop[], { reason, all }: Options, target: Target): Promise<void> {
  const { archive, queues } = target.operator;
  if (queues === undefined)
    throw new RefusedInput(
      'replay: found no address of the intake queue, expected TRICUSPID_INTAKE_QUEUE_URL (output IntakeQueueUrl)',
    );
  const ports = { archive, queues, clock: { now: Date.now } };
  const why = { ...(reason !== undefined && { reason }), ...(all && { all: true as const }) };
  for (const { attempts, decision } of todo) {
    const last = attempts.at(-1);
    if (last !== undefined && decision.act !== 'leave') await begin(last.received, decision, why, ports);
  }
}

/** Waits until the attempt of every drop has its receipt, or for so many minutes. */
async function followAll(todo: readonly ChosenDrop[], minutes: number, target: Target): Promise<void> {
  const deadlineMs = Date.now() + minutes * 60_000;
  const open = new Set(todo);
  while (open.size > 0 && Date.now() < deadlineMs) {
    for (const drop of open) {
      const ended = await endOf(drop, target);
      if (ended === undefined) continue;
      open.delete(drop);
      print(`${nameOf(drop)}: attempt ${ended.end.attempt} ${attemptWords(ended.end)}; receipt ${ended.receipt}`);
      if (ended.end.outcomes.quarantined > 0 || ended.end.state === 'rejected') process.exitCode = EXIT.failed;
    }
    if (open.size > 0) await sleep(LOOK_EVERY_MS);
  }
  for (const drop of open) print(`${nameOf(drop)}: still in flight after ${minutes} minutes; see tricuspid status`);
  if (open.size > 0) process.exitCode = EXIT.failed;
}

/** How the attempt ended, once its receipt is there. */
async function endOf(
  { site, dropKey, key, decision }: ChosenDrop,
  { operator }: Target,
): Promise<{ readonly end: AttemptEnd; readonly receipt: string } | undefined> {
  if (decision.act === 'leave' || key === undefined) return undefined;
  const wanted = attemptKey(dropKey, decision.attempt);
  const attempt = (await attemptsOf(operator.archive, site, dropKey)).find((one) => one.received.dropKey === wanted);
  if (attempt === undefined) return undefined;
  const receipt = receiptKey(key, attempt.received.versionId, decision.attempt);
  for await (const listed of operator.intake.list(receipt)) {
    if (listed.key === receipt) return { end: attemptEnd(attempt), receipt };
  }
  return undefined;
}

const nameOf = ({ site, dropKey, key }: ChosenDrop): string => (key === undefined ? `${site} ${dropKey}` : key);

const before = ({ attempts }: ChosenDrop): string => {
  const last = attempts.at(-1) as DropAttempt;
  return `attempt ${attemptOf(last.received.dropKey)} ${attemptWords(attemptEnd(last))}`;
};

function intention({ decision }: ChosenDrop, dryRun: boolean): string {
  if (decision.act === 'leave') return `left as it is: ${decision.why}`;
  const verb = decision.act === 'try' ? 'follow' : 'be sent again';
  return `attempt ${decision.attempt} ${dryRun ? 'would' : 'will'} ${verb}`;
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
