// One line of a limits file, such as `AUROC lower bound >= 0.80 at every hospital`.
import { RefusedInput } from '#functions/errors.ts';
import { ageBands } from '#lib/fairness/groups.ts';
import { isAtThreshold, isCompared, type Limit, MEASURES, type Measure, type Where } from './limit.ts';
import { nearestWord } from './nearest-word.ts';

/** What a limit may name: thresholds of the model's contract and hospitals of the cohort. */
export interface LimitNames {
  readonly thresholds: readonly string[];
  readonly sites: readonly string[];
}

export const LIMIT_FORMS =
  '"<measure> lower bound >= <number> <where>", "<measure> upper bound <= <number> <where>", "<measure> interval within [<from>, <to>] <where>", "|<measure> gap <group> vs <group>| <= <number> points <where>"; where: nothing, "at <hospital>", "at every hospital", "in women", "in men", "in age <band>", "in every sex", "in every age band", "in every device"';

const ALIASES: Readonly<Record<string, Measure>> = {
  auc: 'AUROC',
  'o/e': 'O:E',
  brier: 'Brier score',
  'positive predictive value': 'PPV',
  'negative predictive value': 'NPV',
  ...Object.fromEntries(MEASURES.map((measure) => [measure.toLowerCase(), measure])),
};

const WORDS =
  'lower upper bound interval within at in every hospital sex age band device gap points point tost vs women men and'.split(
    ' ',
  );

/** Reads a line; `place` names it in messages. Throws RefusedInput with what was found, what is allowed and the nearest word. */
export function parseLimit(line: string, place: string, names: LimitNames): Limit {
  const text = line.trim().replaceAll(/\s+/g, ' ').replaceAll('≥', '>=').replaceAll('≤', '<=');
  refuseUnknownWords(text, place, names);
  const lower = text.toLowerCase();
  const said: Line = { text: text.replaceAll('>=', '≥').replaceAll('<=', '≤'), place, names };
  const gap =
    /^\|\s*(?<subject>.+?) gap (?<groups>.+?)\s*\|\s*<=\s*(?<most>\S+?)\s*(?<unit>points?|%)?\s*(?:,?\s*tost)?(?: (?<where>.+))?$/.exec(
      lower,
    );
  if (gap?.groups) return gapOf(said, gap.groups);
  const bound =
    /^(?<subject>.+?) (?<side>lower|upper) bound\s*(?<sign>>=|<=)\s*(?<value>\S+?)\s*(?<unit>%)?(?: (?<where>.+))?$/.exec(
      lower,
    );
  if (bound?.groups) return boundOf(said, bound.groups);
  const range =
    /^(?<subject>.+?) interval within\s*\[\s*(?<from>[^\s,]+)\s*,\s*(?<to>[^\s\]]+)\s*\](?: (?<where>.+))?$/.exec(
      lower,
    );
  if (range?.groups) return rangeOf(said, range.groups);
  throw new RefusedInput(`${place}: found "${said.text}", allowed ${LIMIT_FORMS}`);
}

/** A misspelt word is refused by name, before the sentence is looked at. */
function refuseUnknownWords(text: string, place: string, { thresholds, sites }: LimitNames): void {
  const measureWords = [...MEASURES, 'AUC', 'O/E', 'positive predictive value', 'negative predictive value'];
  const known = [
    ...measureWords.flatMap((measure) => measure.split(' ')),
    ...WORDS,
    ...thresholds.flatMap((name) => name.split(' ')),
    ...sites,
  ];
  const bands = ageBands();
  const allowed = new Set([...known, ...bands, '>=', '<=', '%'].map((word) => word.toLowerCase()));
  for (const raw of text.split(/[\s,|[\]]+/)) {
    const word = raw.toLowerCase().replace(/^(?:>=|<=)(?=\S)/, '');
    const parts = allowed.has(word) ? [word] : word.split(/^(women|men)-(?=women$|men$)/).filter((part) => part !== '');
    for (const part of parts) {
      if (part === '' || allowed.has(part) || /^[-−+]?[\d.]+%?$/.test(part)) continue;
      const near = nearestWord(part, [...known, ...bands]);
      throw new RefusedInput(
        `${place}: found "${part}"${near === undefined ? ',' : `, did you mean "${near}"?`} allowed measures ${MEASURES.join(', ')}; thresholds ${thresholds.join(', ') || 'none'}; hospitals ${sites.join(', ') || 'any'}; forms ${LIMIT_FORMS}`,
      );
    }
  }
}

type Parts = Readonly<Record<string, string | undefined>>;

/** One sentence, with what messages need. */
interface Line {
  readonly text: string;
  readonly place: string;
  readonly names: LimitNames;
}

function boundOf(said: Line, { subject, side, sign, value, unit, where }: Parts): Limit {
  if ((side === 'lower') !== (sign === '>='))
    throw refused(said, `"${side} bound ${sign}"`, '"lower bound >=" and "upper bound <="');
  const about = subjectOf(said, subject);
  return {
    kind: 'bound',
    ...about,
    where: whereOf(said, where),
    side: side === 'lower' ? 'lower' : 'upper',
    value: checked(said, about.measure, numberOf(said, value, unit)),
  };
}

function rangeOf(said: Line, { subject, from, to, where }: Parts): Limit {
  const about = subjectOf(said, subject);
  const [low, high] = [from, to].map((edge) => checked(said, about.measure, numberOf(said, edge, undefined)));
  if (low >= high) throw refused(said, `[${low}, ${high}]`, 'the smaller number first');
  return { kind: 'range', ...about, where: whereOf(said, where), from: low, to: high };
}

function gapOf(said: Line, { subject, groups = '', most, unit, where }: Parts): Limit {
  const about = subjectOf(said, subject);
  if (!isCompared(about.measure))
    throw refused(said, `a gap of ${about.measure}`, `gaps of ${MEASURES.filter(isCompared).join(', ')}`);
  const [first, second, ...rest] = groups.split(/ vs |(?<=^(?:women|men))-(?=(?:women|men)$)/);
  if (second === undefined || rest.length > 0) throw refused(said, `groups "${groups}"`, '"<group> vs <group>"');
  const value = numberOf(said, most, undefined) * (unit === undefined ? 1 : 0.01);
  if (!(value > 0 && value < 1))
    throw refused(said, `a gap of ${value}`, 'more than 0 and less than 1, or points of a hundred');
  const sides = { first: groupOf(said, first), second: groupOf(said, second) };
  return { kind: 'gap', ...about, where: whereOf(said, where), ...sides, most: value };
}

function subjectOf(said: Line, subject = ''): { text: string; measure: Measure; threshold?: string } {
  const [name, ...words] = subject.split(' at ');
  const measure = ALIASES[name];
  if (measure === undefined) throw refused(said, `measure "${name}"`, MEASURES.join(', '));
  if (words.length === 0) return { text: said.text, measure };
  const wanted = words.join(' at ');
  if (!isAtThreshold(measure)) throw refused(said, `${measure} at ${wanted}`, `${measure} without a threshold`);
  const threshold = said.names.thresholds.find((known) => known.toLowerCase() === wanted);
  if (threshold === undefined) throw refused(said, `threshold "${wanted}"`, said.names.thresholds.join(', '));
  return { text: said.text, measure, threshold };
}

function whereOf(said: Line, words: string | undefined): Where {
  if (words === undefined) return {};
  const parts = words.split(/(?:^| )(?:at|in) /).filter((part) => part !== '');
  const every = parts.flatMap((part) => {
    const kind = /^every (hospital|sex|age band|device)$/.exec(part)?.[1];
    return kind === undefined ? [] : [kind as 'hospital' | 'sex' | 'age band' | 'device'];
  });
  const named = parts.filter((part) => !part.startsWith('every ')).map((part) => groupOf(said, part));
  if (every.length + named.length !== parts.length) throw refused(said, `"${words}"`, LIMIT_FORMS);
  return Object.assign({}, ...named, every.length > 0 ? { every } : {}) as Where;
}

function groupOf(said: Line, name: string): Omit<Where, 'every'> {
  if (name === 'women') return { sex: 'female' };
  if (name === 'men') return { sex: 'male' };
  const band = name.replace(/^age /, '');
  if (ageBands().includes(band) && band !== 'unknown') return { ageBand: band };
  if (said.names.sites.includes(name)) return { site: name };
  const allowed = ['women', 'men', ...ageBands().slice(0, -1), ...said.names.sites];
  throw refused(said, `group "${name}"`, allowed.join(', '));
}

function numberOf(said: Line, digits: string | undefined, unit: string | undefined): number {
  const percent = digits?.endsWith('%') === true || unit === '%';
  const value = Number((digits ?? '').replace('−', '-').replace(/%$/, ''));
  if (digits === undefined || digits === '' || !Number.isFinite(value)) throw refused(said, `"${digits}"`, 'a number');
  return percent ? value / 100 : value;
}

/** 80 for 0.80 is a slip that would let nothing pass. */
function checked(said: Line, measure: Measure, value: number): number {
  const most = isCompared(measure) || measure === 'Brier score' ? 1 : Infinity;
  const least = measure.startsWith('calibration') ? -Infinity : 0;
  if (!(value >= least && value <= most)) throw refused(said, `${measure} ${value}`, `${least} to ${most}`);
  return value;
}

function refused(said: Line, found: string, allowed: string): RefusedInput {
  return new RefusedInput(`${said.place}: found ${found} in "${said.text}", allowed ${allowed}`);
}
