// The key patterns of both buckets, as the policies name them. `*` stands for parts that are unknown at deployment.

/** One family of object keys and why its name has to hold a wildcard. */
export interface KeyPattern {
  readonly pattern: string;
  /** What the wildcard stands for: the sentence that a security officer reads beside the acknowledged finding. */
  readonly reason: string;
}

function keys(pattern: string, reason: string): KeyPattern {
  return { pattern, reason };
}

const perDrop = 'one object per site and drop, and neither exists at deployment';
const perUnit = 'one folder per site and unit, and neither exists at deployment';

/** Keys of the archive bucket, which holds no direct identifier. */
export const archiveKeys = {
  sites: keys('sites/*', 'Sites are data: one JSON file per hospital, added after deployment'),
  ledger: keys('ledger/*', `The whole ledger: ${perDrop}`),
  received: keys('ledger/*/received.json', `Receipt into the ledger: ${perDrop}`),
  plan: keys('ledger/*/plan.json', `Plan of a drop: ${perDrop}`),
  resend: keys('ledger/*/resend-*.json', `Record of a repeated message, numbered: ${perDrop}`),
  open: keys('ledger/open/*', `Hint that a drop is open: ${perDrop}`),
  attemptReceived: keys(
    'ledger/*-attempt-*/received.json',
    `A further attempt at a drop that was set aside: ${perDrop}`,
  ),
  attemptOpen: keys('ledger/open/*-attempt-*', `Hint that a further attempt is open: ${perDrop}`),
  units: keys('units/*', `State of units: ${perUnit}`),
  owner: keys('units/*/owner*.json', `Owner of a unit and of its attempts: ${perUnit}`),
  withdrawn: keys('units/*/withdrawn.json', `Models that were off when the unit was published: ${perUnit}`),
  closed: keys('units/*/closed.json', `Outcome of a unit: ${perUnit}`),
  studies: keys('studies/*', `De-identified payloads: ${perUnit}`),
  studyRows: keys('studies/*/rows.parquet', `Rows of a de-identified table: ${perUnit}`),
  studySignals: keys('studies/*/ecg.bin', `De-identified ECGs: ${perUnit}`),
  labels: keys('labels/*', `Labels as given: ${perDrop}`),
  predictions: keys('predictions/*', `One slot per unit and model version: ${perUnit}`),
  results: keys('results/*', `Pages, bundles and pictures: ${perUnit}`),
  tables: keys('tables/*', 'Parquet parts are named by the hash of their content'),
  currentTable: keys('tables/*/_current.json', 'What each table consists of: one file per table, and tables are added'),
  ledgerTable: keys('tables/ledger/*', 'Parts of the ledger table are named by the hash of their content'),
  models: keys('models/*', 'Models are added after deployment, one folder per name and version'),
  disabledModels: keys(
    'models/disabled/*',
    'One mark per disabled model version, made when a model has to stop at once',
  ),
  runs: keys('runs/*', 'One folder per run, named when a researcher launches it'),
  runPlan: keys('runs/*/plan.json', 'The plan of a run, which is named when a researcher launches it'),
  runClosed: keys('runs/*/_CLOSED', 'The closing mark of a run, which is named when a researcher launches it'),
  runReruns: keys('runs/*/_RERUNS*', 'What a model said of disturbed studies, once per run, which a researcher names'),
  runSuccess: keys('runs/*/_SUCCESS', 'The end of a run, which is named when a researcher launches it'),
  runFailed: keys('runs/*/_FAILED', 'The failure of a run, which is named when a researcher launches it'),
  reports: keys('reports/*', 'One folder per cohort and run, named when a researcher launches it'),
  cohorts: keys('cohorts/*', 'Cohort files are written by researchers'),
  quarantine: keys('quarantine/*', 'One record per dead letter, named by its message'),
} as const satisfies Readonly<Record<string, KeyPattern>>;

/** Keys of the intake bucket: names and contents identify people. */
export const intakeKeys = {
  drops: keys('drops/*', 'Hospitals choose the names below their own prefix'),
  receipts: keys('receipts/*', 'A receipt is named after its drop, which the hospital named'),
  links: keys('links/*', `The way back from a drop's key to its object version: ${perDrop}`),
  names: keys('names/*', `Names of the ECGs of a drop, for its receipt: ${perDrop}`),
  sets: keys('sets/*', `Parts of the set that a header or a manifest closes: ${perDrop}`),
  waiting: keys('waiting/*', 'One mark per object that a header or a manifest waits for, named by the hash of its key'),
  ownDrops: keys(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an IAM policy variable, filled by AWS at each request
    'drops/${aws:PrincipalTag/site}/*',
    'A hospital chooses the names below its own prefix; the session tag confines it to that prefix',
  ),
  ownReceipts: keys(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an IAM policy variable, filled by AWS at each request
    'receipts/${aws:PrincipalTag/site}/*',
    'Receipts are named after the drops of the hospital; the session tag confines it to its own',
  ),
} as const satisfies Readonly<Record<string, KeyPattern>>;

/** What stands before the first wildcard, as a pattern for the `s3:prefix` of a list request. */
export function listPrefix({ pattern }: KeyPattern): string {
  return `${pattern.slice(0, pattern.indexOf('*'))}*`;
}
