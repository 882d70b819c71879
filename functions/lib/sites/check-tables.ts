import { acceptedUnits, conversionFactor } from '#lib/formats/units.ts';
import { fieldNames, fieldOf, identifierPattern, isFieldName } from '#lib/formats/vocabulary.ts';
import type { MeasuredColumn, SiteLabel, SiteTable } from './site.ts';

export interface TableProblem {
  readonly path: (string | number)[];
  readonly message: string;
}

/** What a table's description says that cannot be, beyond its shape: fields, units, codes, whose rows these are. */
export function checkTables(tables: readonly SiteTable[]): TableProblem[] {
  return [
    ...tables.flatMap((table, index) => checkTable(table).map((problem) => within([index], problem))),
    ...checkApart(tables),
  ];
}

/** Names of all columns that must be in the header for the table to be this one. */
export function columnsOf(table: SiteTable): string[] {
  const columns = Object.values(table.columns).map(({ column }) => column);
  const others = [
    ...Object.values(table.groups ?? {}).map(({ column }) => column),
    table.patientId?.column,
    table.studyId?.column,
    table.record?.column,
    ...givenLabels(table).flatMap(({ column, date }) => [column, date?.column]),
    table.labelsOf?.rowColumn,
  ].filter((column) => column !== undefined);
  return [...new Set([...columns, ...others].map((column) => column.normalize('NFC').trim()))];
}

/** All labels of a table's rows. */
export function givenLabels({ label, labels = [] }: SiteTable): readonly SiteLabel[] {
  return label === undefined ? labels : [label, ...labels];
}

function checkTable(table: SiteTable): TableProblem[] {
  const fields = Object.entries(table.columns).flatMap(([name, column]) =>
    checkField(name, column).map((problem) => within(['columns', name], problem)),
  );
  return [
    ...fields,
    ...checkGroups(table),
    ...checkOwners(table),
    ...checkLabels(table),
    ...checkDecimal(table),
    ...checkOneUse(table),
  ];
}

/** Groups that every report has already. */
const reservedGroups = ['site', 'hospital', 'sex', 'age', 'device'];

/** More names than this are a number or an identifier, not groups of people. */
const mostGroups = 200;

function checkGroups({ groups = {}, columns, record }: SiteTable): TableProblem[] {
  const names = Object.keys(groups);
  const carries = Object.keys(columns).length > 0 || record !== undefined;
  if (names.length > 0 && !carries) {
    const message =
      'found groups in a table of labels, accepted in a table with columns or record: groups belong to studies';
    return [{ path: ['groups'], message }];
  }
  return names.flatMap((name) => {
    const refuse = (message: string): TableProblem[] => [{ path: ['groups', name], message }];
    if (reservedGroups.includes(name)) return refuse('found a name that reports use already, accepted another');
    const distinct = new Set(Object.values(groups[name].codes)).size;
    if (distinct === 0) return refuse('found no codes, accepted at least one');
    if (distinct <= mostGroups) return [];
    return refuse(`found ${distinct} groups, accepted at most ${mostGroups}: a number or an identifier is no group`);
  });
}

function checkField(name: string, column: MeasuredColumn): TableProblem[] {
  if (!isFieldName(name)) return [{ path: [], message: `found an unknown field, accepted ${fieldNames.join(', ')}` }];
  const field = fieldOf(name);
  if (field.kind === 'number') {
    if (column.codes !== undefined) return [{ path: ['codes'], message: 'found codes for a number, accepted a unit' }];
    if (column.unit === undefined || conversionFactor(field, column.unit) !== undefined) return [];
    return [{ path: ['unit'], message: `found unit "${column.unit}", accepted ${acceptedUnits(field)}` }];
  }
  if (column.unit !== undefined) return [{ path: ['unit'], message: 'found a unit for a code, accepted none' }];
  if (field.kind === 'identifier') return checkIdentifiers(column);
  const allowed = [...field.codes.keys()];
  return Object.entries(column.codes ?? {})
    .filter(([, code]) => !field.codes.has(code))
    .map(([cell, code]) => ({
      path: ['codes', cell],
      message: `found code ${JSON.stringify(code)}, accepted ${allowed.map((value) => JSON.stringify(value)).join(', ')}`,
    }));
}

/** What leaves the intake boundary is what the site's description says, never a cell. */
function checkIdentifiers({ codes = {} }: MeasuredColumn): TableProblem[] {
  if (Object.keys(codes).length === 0) return [{ path: ['codes'], message: 'found no codes, accepted at least one' }];
  return Object.entries(codes)
    .filter(([, code]) => typeof code !== 'string' || !identifierPattern.test(code))
    .map(([cell]) => ({
      path: ['codes', cell],
      message: 'found no identifier, accepted 1 to 63 lower-case letters, digits and hyphens, no hyphen first',
    }));
}

const ofRecords = ['age', 'sex', 'device'];

/** Every row must say whose it is, in exactly one way. */
function checkOwners(table: SiteTable): TableProblem[] {
  const problems: TableProblem[] = [];
  const measures = Object.keys(table.columns).length > 0;
  const refuse = (message: string) => problems.push({ path: [], message });
  const labelled = givenLabels(table).length > 0;
  const { labelsOf, patientId, record, studyId } = table;
  if (!measures && !labelled && !(record && patientId)) {
    refuse('found neither columns nor a label, accepted at least one');
  }
  if (studyId !== undefined && patientId === undefined) refuse('found studyId without patientId, accepted both');
  if (labelsOf !== undefined && (measures || patientId !== undefined || record !== undefined || !labelled)) {
    refuse('found labelsOf together with columns, patientId or record, or without label; accepted with label alone');
  }
  if (!measures && labelled && [patientId, record, labelsOf].every((owner) => owner === undefined)) {
    refuse(
      'found labels without patientId, record or labelsOf, accepted one of them: nobody could say whose labels these are',
    );
  }
  const others = record === undefined ? [] : Object.keys(table.columns).filter((name) => !ofRecords.includes(name));
  for (const name of others) {
    const message = `found a measurement in a table that describes records, accepted ${ofRecords.join(', ')}`;
    problems.push({ path: ['columns', name], message });
  }
  return problems;
}

function checkLabels(table: SiteTable): TableProblem[] {
  const labels = givenLabels(table);
  const names = labels.map(({ name }) => name);
  return labels.flatMap(({ name, codes }, index) => {
    const place = table.label === undefined ? ['labels', index] : index === 0 ? ['label'] : ['labels', index - 1];
    const problems: TableProblem[] = [];
    if (Object.keys(codes).length === 0) {
      problems.push({ path: [...place, 'codes'], message: 'found no codes, accepted at least one' });
    }
    if (names.indexOf(name) !== index) {
      problems.push({ path: [...place, 'name'], message: 'found twice, accepted once' });
    }
    return problems;
  });
}

function checkDecimal(table: SiteTable): TableProblem[] {
  const same = table.decimal === ',' && table.delimiter === ',';
  return same
    ? [{ path: ['decimal'], message: 'found "," as delimiter and decimal sign, accepted two different ones' }]
    : [];
}

function checkOneUse(table: SiteTable): TableProblem[] {
  const uses = new Map<string, string>();
  return Object.entries(table.columns).flatMap(([name, { column }]) => {
    const earlier = uses.get(column);
    uses.set(column, name);
    if (earlier === undefined) return [];
    return [
      { path: ['columns', name], message: `found column "${column}" already used for ${earlier}, accepted once` },
    ];
  });
}

/** Two tables with the same columns could not be told apart by their headers. */
function checkApart(tables: readonly SiteTable[]): TableProblem[] {
  const names = new Set<string>();
  const headers = new Map<string, string>();
  return tables.flatMap((table, index) => {
    const header = JSON.stringify(columnsOf(table).sort());
    const twin = headers.get(header);
    headers.set(header, table.name);
    const problems: TableProblem[] = [];
    if (names.has(table.name)) problems.push({ path: [index, 'name'], message: 'found twice, accepted once' });
    if (twin !== undefined) {
      problems.push({ path: [index], message: `found the same columns as table ${twin}, accepted different ones` });
    }
    names.add(table.name);
    return problems;
  });
}

function within(path: (string | number)[], problem: TableProblem): TableProblem {
  return { path: [...path, ...problem.path], message: problem.message };
}
