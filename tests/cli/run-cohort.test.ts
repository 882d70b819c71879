import { beforeEach, describe, expect, it } from 'vitest';
import { runCohort } from '#cli/pass.ts';
import { type RunSuccess, reportPrefix, runKey } from '#lib/cohort/run.ts';
import { toJson } from '#lib/ledger/once.ts';
import { MemoryBucket, MemoryQueues } from '#lib/local/memory.ts';

/** What happens while the command sleeps, look by look. */
const looks: (() => Promise<unknown>)[] = [];
const pause = async (): Promise<unknown> => looks.shift()?.();

const RUN = { run: 'r1', publicData: true, command: 'tricuspid run' };
const cohort = { name: 'c', title: 'c', model: { name: 'm', version: '1.0.0' }, label: 'l', sites: ['s'] };
const nothing = async (): Promise<void> => {};

describe('runCohort', () => {
  let archive: MemoryBucket;
  let queues: MemoryQueues;
  beforeEach(() => {
    archive = new MemoryBucket();
    queues = new MemoryQueues();
    looks.length = 0;
  });
  const run = () => runCohort({ researcher: { archive, queues } } as never, { ...RUN, cohort }, pause);
  const asked = () => queues.sent.filter(({ queue }) => queue === 'audit').length;
  const closes = () => archive.create(runKey('r1', '_CLOSED'), '{}');
  const succeeds = async () => {
    await archive.create(`${reportPrefix('c', 'r1')}internal/report.html`, 'page');
    const success: RunSuccess = { run: 'r1', report: reportPrefix('c', 'r1'), sha256: 'a' };
    await archive.create(runKey('r1', '_SUCCESS'), toJson(success));
  };

  it('asks again and again for a run that waits for the ledger', async () => {
    looks.push(...Array(29).fill(nothing), succeeds);
    await run();
    expect(asked()).toBe(4);
  });

  it('does not ask a second time for a report that is being written, however long that takes', async () => {
    looks.push(closes, ...Array(98).fill(nothing), succeeds);
    expect([...(await run()).keys()]).toEqual(['internal/report.html']);
    expect(asked()).toBe(1);
  });

  it('ends when the run has failed', async () => {
    looks.push(closes, () => archive.create(runKey('r1', '_FAILED'), '{}'));
    await expect(run()).rejects.toThrow('run r1: found it failed');
  });
});
