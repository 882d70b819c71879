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
    intake: { creates: [intake.links, intake.receipts] },
    identifies: true,
  },
  intake: {
    archive: {
      reads: [archive.sites, archive.models, archive.ledger, archive.units],
      creates: [archive.studies, archive.labels],
      createsOnce: [archive.owner, archive.plan],
    },
    intake: { readsVersions: [intake.drops], reads: [intake.links] },
    identifies: true,
  },
  predict,
  'predict-large': predict,
  publish: {
    archive: {
      reads: [archive.plan, archive.studies, archive.predictions, archive.models],
      creates: [archive.results],
      createsOnce: [archive.closed],
    },
  },
  settle: {
    archive: { reads: [archive.ledger, archive.closed], deletes: [archive.open] },
    intake: {
      reads: [intake.links],
      creates: [intake.receipts],
      tags: [intake.drops],
      lists: [intake.drops],
      listsVersions: [intake.drops],
    },
    identifies: true,
  },
  tabulate: {
    archive: {
      reads: [archive.ledger, archive.units, archive.studies, archive.predictions, archive.labels],
      creates: [archive.tables],
    },
  },
  merge: { archive: { reads: [archive.tables], creates: [archive.tables], deletes: [archive.tables] } },
  audit: {
    archive: {
      reads: [archive.tables, archive.cohorts, archive.runs, archive.sites, archive.models],
      // Counts both sides of the ledger by key, without opening one object.
      lists: [archive.ledger, archive.units],
      creates: [archive.reports, archive.runs],
    },
  },
  sweep: {
    archive: {
      reads: [archive.ledger, archive.units, archive.runs],
      lists: [archive.predictions],
      creates: [archive.resend, archive.runClosed],
      createsOnce: [archive.plan, archive.closed],
    },
  },
  'quarantine-inside': {
    archive: {
      reads: [archive.sites, archive.ledger, archive.closed],
      creates: [archive.quarantine, archive.open],
      createsOnce: [archive.received, archive.plan],
    },
    intake: { reads: [intake.links], creates: [intake.links, intake.receipts] },
    identifies: true,
  },
  'quarantine-archive': {
    archive: {
      // A failed slot names each row of its unit.
      reads: [archive.plan, archive.units, archive.predictions, archive.studyRows],
      creates: [archive.runs, archive.quarantine],
      createsOnce: [archive.predictions, archive.closed],
    },
  },
  install: { archive: { reads: [archive.models], creates: [archive.models] } },
} as const satisfies Readonly<Record<string, Permissions>>;

/** The functions of the pipeline; the names are construct ids. */
export type StepName = keyof typeof stepPermissions;

export const peoplePermissions = {
  /** A hospital's own system, confined to its prefix by the session tag `site`. */
  uploader: {
    archive: {},
    intake: { reads: [intake.ownReceipts], creates: [intake.ownDrops] },
  },
  /** Keeps sites and models, watches the ledger; sees the names of drops but opens none. */
  operator: {
    archive: {
      reads: [archive.ledger, archive.units, archive.quarantine, archive.ledgerTable],
      lists: [archive.tables],
      creates: [archive.sites, archive.models],
      deletes: [archive.disabledModels],
    },
    intake: { lists: [intake.drops, intake.receipts], listsVersions: [intake.drops] },
  },
  /** Selects cohorts and reads reports and tables; no payload of a study. */
  researcher: {
    archive: { reads: [archive.reports, archive.tables], creates: [archive.cohorts, archive.runs] },
  },
} as const satisfies Readonly<Record<string, Permissions>>;

export type PersonName = keyof typeof peoplePermissions;
