// Who may touch which objects: the table behind every policy. A role that is not in it touches nothing.
import { archiveKeys as archive, intakeKeys as intake } from '#infra/keys.ts';
import type { ObjectAccess } from '#infra/object-access.ts';

/** What one role may do in the two buckets. `intake` is for roles inside the intake boundary (and for people, by name). */
export interface Permissions {
  readonly archive: ObjectAccess;
  readonly intake?: ObjectAccess;
  /** Derives keys of subjects and drops with the secret that never leaves KMS. */
  readonly identifies?: true;
}

const predict: Permissions = {
  archive: { reads: [archive.studies, archive.models], createsOnce: [archive.predictions] },
};

export const stepPermissions = {
  route: {
    archive: {
      reads: [archive.sites],
      creates: [archive.open],
      createsOnce: [archive.received, archive.plan],
    },
    intake: { createsOnce: [intake.links] },
    identifies: true,
  },
  intake: {
    archive: {
      reads: [archive.sites, archive.models, archive.ledger, archive.units],
      createsOnce: [archive.owner, archive.studies, archive.labels, archive.plan],
    },
    intake: {
      // The current version too: a header looks for the signal files beside it.
      reads: [intake.drops, intake.links],
      readsVersions: [intake.drops],
      createsOnce: [intake.names, intake.sets, intake.waiting],
    },
    identifies: true,
  },
  predict,
  'predict-large': predict,
  publish: {
    archive: {
      reads: [archive.plan, archive.studies, archive.predictions, archive.models],
      createsOnce: [archive.results, archive.withdrawn, archive.closed],
    },
  },
  settle: {
    archive: { reads: [archive.ledger, archive.closed], deletes: [archive.open] },
    intake: {
      reads: [intake.links, intake.names, intake.sets],
      createsOnce: [intake.receipts],
      tags: [intake.drops],
      lists: [intake.drops],
      listsVersions: [intake.drops],
    },
  },
  tabulate: {
    archive: {
      reads: [archive.ledger, archive.units, archive.studies, archive.predictions, archive.labels],
      createsOnce: [archive.tables],
    },
  },
  merge: {
    archive: {
      reads: [archive.tables],
      createsOnce: [archive.tables],
      creates: [archive.currentTable],
      deletes: [archive.tables],
    },
  },
  audit: {
    archive: {
      reads: [
        ...[archive.tables, archive.runs, archive.models],
        // A bounded draw of ECGs goes through the model again, disturbed; a drop's plan says where each lies.
        ...[archive.studySignals, archive.plan],
      ],
      // Counts both sides of the ledger by key, without opening one object.
      lists: [archive.ledger, archive.units],
      createsOnce: [archive.reports, archive.runClosed, archive.runReruns, archive.runSuccess],
    },
  },
  sweep: {
    archive: {
      reads: [archive.ledger, archive.units],
      lists: [archive.runs],
      createsOnce: [archive.resend, archive.plan, archive.closed],
    },
  },
  'quarantine-inside': {
    archive: {
      reads: [archive.sites, archive.ledger, archive.closed],
      creates: [archive.open],
      createsOnce: [archive.received, archive.plan, archive.quarantine],
    },
    intake: { createsOnce: [intake.links, intake.receipts] },
    identifies: true,
  },
  'quarantine-archive': {
    archive: {
      // A failed slot names each row of its unit.
      reads: [archive.plan, archive.units, archive.predictions, archive.studyRows],
      createsOnce: [archive.predictions, archive.closed, archive.runFailed, archive.quarantine],
    },
  },
  install: { archive: { createsOnce: [archive.models] } },
} as const satisfies Readonly<Record<string, Permissions>>;

/** The functions of the pipeline; the names are construct ids. */
export type StepName = keyof typeof stepPermissions;

export const peoplePermissions = {
  /** A hospital's own system, confined to its prefix by the session tag `site`. A stolen session gets no drop back. */
  uploader: {
    archive: {},
    intake: { reads: [intake.ownReceipts], puts: [intake.ownDrops], lists: [intake.ownDrops] },
  },
  /** Keeps sites and models, watches the ledger, has drops tried again; sees the names of drops but opens none. */
  operator: {
    archive: {
      reads: [archive.ledger, archive.units, archive.quarantine, archive.ledgerTable],
      lists: [archive.tables],
      creates: [archive.sites, archive.disabledModels, archive.attemptOpen],
      // A version of a model that is installed never changes. A further attempt is begun, its plan and what follows are the steps'.
      createsOnce: [archive.models, archive.attemptReceived],
      deletes: [archive.disabledModels],
    },
    intake: { lists: [intake.drops, intake.receipts], listsVersions: [intake.drops] },
  },
  /** Selects cohorts and reads reports and tables, which hold de-identified rows; no object of a single study. */
  researcher: {
    archive: {
      reads: [archive.reports, archive.tables, archive.runs],
      creates: [archive.cohorts],
      // What a run consists of and how it ended, audit alone writes.
      createsOnce: [archive.runPlan],
    },
  },
} as const satisfies Readonly<Record<string, Permissions>>;

export type PersonName = keyof typeof peoplePermissions;
