import { RefusedInput } from '#functions/errors.ts';
import { type SexGroup, sexGroup } from '#lib/fairness/groups.ts';
import { binaryColumn, type Columns, classColumn, columnOf, readColumns, scoreColumn } from './columns.ts';
import type { StudyDescription } from './description.ts';
import { type PublishedCell, readPublished } from './published.ts';

/** Who answered: a model, or a reader or group of readers whose answers count as one. */
export interface Rater {
  readonly id: string;
  readonly title: string;
  readonly kind: 'model' | 'readers';
  /** [label][study], 1 where the rater says that the finding is there. */
  readonly answers: readonly Uint8Array[];
  /** [label][study], higher for more likely. */
  readonly scores: readonly Float64Array[] | null;
  /** Took part in the reference, so that its agreement with it says nothing. */
  readonly formedReference: boolean;
}

/** A question with one of several answers, given as places in `values`. */
export interface ClassQuestion {
  readonly column: string;
  readonly title: string;
  readonly values: readonly string[];
  /** The values are grades, lowest first. */
  readonly ordered: boolean;
  readonly reference: Uint8Array;
  /** [rater][study] */
  readonly answers: readonly Uint8Array[];
  /** [rater][class][study], null where a rater gives none. */
  readonly scores: readonly (readonly Float64Array[] | null)[];
}

/** A reference and several raters on the same studies. */
export interface ReaderStudy {
  /** With every value of every question as a finding of its own: this value against all others. */
  readonly description: StudyDescription;
  readonly classes: readonly ClassQuestion[];
  readonly studies: number;
  /** [label][study] */
  readonly reference: readonly Uint8Array[];
  readonly raters: readonly Rater[];
  readonly sex: readonly SexGroup[] | null;
  readonly ageYears: readonly (number | null)[] | null;
  /** Whose study it is; undefined where nobody has more than one, or nothing is known of it. */
  readonly clusters?: Int32Array;
  readonly published: readonly PublishedCell[];
}

/** Names of the files that a description asks for. */
export function filesOf({ reference, raters, attributes, published }: StudyDescription): string[] {
  const ofRaters = raters.flatMap(({ file, scores }) => (scores === undefined ? [file] : [file, scores]));
  const others = [attributes?.file, published?.file].filter((file) => file !== undefined);
  return [...new Set([reference.file, ...ofRaters, ...others])];
}

/** The study from the bytes of its files; refuses files that differ in their studies and cells that are no answer, by row and column. */
export function openReaderStudy(description: StudyDescription, files: ReadonlyMap<string, Uint8Array>): ReaderStudy {
  const tableOf = (file: string): Columns => readColumns(file, bytesOf(files, file));
  const reference = tableOf(description.reference.file);
  if (reference.rows === 0) throw new RefusedInput(`${reference.file}: found no study, accepted at least one`);
  const arranged = (file: string): Columns => inOrderOf(reference, tableOf(file), description.study);
  const attributes = description.attributes;
  const about = attributes === undefined ? undefined : arranged(attributes.file);
  const clusters =
    about && attributes?.person !== undefined ? clustersOf(columnOf(about, attributes.person)) : undefined;
  const raters = description.raters.map((rater) => ({
    ...rater,
    table: arranged(rater.file),
    scoreTable: rater.scores === undefined ? null : arranged(rater.scores),
  }));
  const classes = (description.classes ?? []).map(
    (question): ClassQuestion => ({
      ...question,
      ordered: question.ordered ?? false,
      reference: classColumn(reference, question.column, question.values),
      answers: raters.map(({ table }) => classColumn(table, question.column, question.values)),
      scores: raters.map(({ scoreTable }) =>
        scoreTable === null
          ? null
          : question.values.map((value) => scoreColumn(scoreTable, `${question.column}=${value}`)),
      ),
    }),
  );
  const findings = [
    ...description.labels,
    ...classes.flatMap(({ column, title, values }) =>
      values.map((value) => ({ column: `${column}=${value}`, title: `${title}: ${value}` })),
    ),
  ];
  const columns = (table: Columns, ofClasses: (question: ClassQuestion) => Uint8Array): Uint8Array[] => [
    ...description.labels.map(({ column }) => binaryColumn(table, column)),
    ...classes.flatMap((question) => oneAgainstRest(ofClasses(question), question.values.length)),
  ];
  return {
    description: { ...description, labels: findings },
    classes,
    studies: reference.rows,
    reference: columns(reference, (question) => question.reference),
    raters: raters.map(({ id, title, kind, table, scoreTable, formedReference }, place) => ({
      ...{ id, title, kind, formedReference: formedReference ?? false },
      answers: columns(table, ({ answers }) => answers[place]),
      scores: scoreTable === null ? null : findings.map(({ column }) => scoreColumn(scoreTable, column)),
    })),
    sex: about && attributes?.sex !== undefined ? columnOf(about, attributes.sex).map(sexOf) : null,
    ageYears: about && attributes?.ageYears !== undefined ? agesOf(about, attributes.ageYears) : null,
    ...(clusters !== undefined && { clusters }),
    published:
      description.published === undefined ? [] : readPublished(description, bytesOf(files, description.published.file)),
  };
}

function bytesOf(files: ReadonlyMap<string, Uint8Array>, file: string): Uint8Array {
  const bytes = files.get(file);
  if (bytes === undefined)
    throw new RefusedInput(`reader study: found no file ${file}, accepted the files that study.json names`);
  return bytes;
}

/** Each class as a finding: 1 where it is the answer. */
const oneAgainstRest = (answers: Uint8Array, classes: number): Uint8Array[] =>
  Array.from({ length: classes }, (_, k) => answers.map((answer) => Number(answer === k)));

/** The rows of `columns` in the order of the reference: as they stand, or by the column that names the study. */
function inOrderOf(reference: Columns, columns: Columns, study: string | undefined): Columns {
  if (columns.rows !== reference.rows) {
    throw new RefusedInput(
      `${columns.file}: found ${columns.rows} studies, accepted the ${reference.rows} of ${reference.file}`,
    );
  }
  if (study === undefined) return columns;
  const places = new Map<string, number>();
  for (const [row, name] of columnOf(columns, study).entries()) {
    if (places.has(name))
      throw new RefusedInput(`${columns.file}: row ${row + 1}: found a study twice, accepted each once`);
    places.set(name, row);
  }
  const order = columnOf(reference, study).map((name, row) => {
    const place = places.get(name);
    if (place === undefined) {
      throw new RefusedInput(
        `${columns.file}: found no row for the study in row ${row + 1} of ${reference.file}, accepted one for each`,
      );
    }
    return place;
  });
  const cells = [...columns.cells].map(([name, column]): [string, string[]] => [
    name,
    order.map((place) => column[place]),
  ]);
  return { ...columns, cells: new Map(cells) };
}

/** F and female, M and male in any case; anything else is a group of its own. */
function sexOf(cell: string): SexGroup {
  const letter = cell.toUpperCase();
  if (letter === 'F' || letter === 'FEMALE') return sexGroup('F');
  return letter === 'M' || letter === 'MALE' ? sexGroup('M') : sexGroup(null);
}

function agesOf(columns: Columns, name: string): (number | null)[] {
  return columnOf(columns, name).map((cell, row) => {
    if (cell === '') return null;
    const age = Number(cell);
    if (Number.isFinite(age) && age >= 0 && age <= 130) return age;
    throw new RefusedInput(
      `${columns.file}: column ${name}, row ${row + 1}: found another value, accepted years from 0 to 130`,
    );
  });
}

function clustersOf(people: readonly string[]): Int32Array | undefined {
  const numbers = new Map<string, number>();
  const clusters = Int32Array.from(people, (person) => {
    const number = numbers.get(person) ?? numbers.size;
    numbers.set(person, number);
    return number;
  });
  return numbers.size < people.length ? clusters : undefined;
}
