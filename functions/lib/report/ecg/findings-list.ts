import type { VNode } from 'preact';
import type { Finding } from '#functions/study.ts';
import { list } from '../answer.ts';
import { element } from '../element.ts';

const FINDING_WORDS: Readonly<Record<string, string>> = {
  noisy: 'Noise',
  'baseline-wander': 'Wandering baseline',
  'leads-swapped': 'Arm electrodes may be exchanged',
  'flat-line': 'Flat',
  'lead-missing': 'No valid sample',
  'samples-missing': 'Samples missing',
  saturated: 'Amplifier or converter at its limit',
  'amplitude-implausible': 'Implausible amplitude',
};

/** Findings as a list: warnings first and bold, several leads with the same finding in one line, the lead that was read named. */
export function findingsList(findings: readonly Finding[], read: ReadonlySet<string>): VNode {
  const byCode = [...Map.groupBy(findings, ({ code }) => code).values()];
  const rank = ([first]: readonly Finding[]) => (first.severity === 'warning' ? 0 : 1);
  const items = byCode.sort((a, b) => rank(a) - rank(b)).map((alike) => findingItem(alike, read));
  return items.length === 0
    ? element('p', null, 'Quality: no fault was found in the recording.')
    : element('ul', null, items);
}

function findingItem(alike: readonly Finding[], read: ReadonlySet<string>): VNode {
  const [{ code, severity }] = alike;
  const words = FINDING_WORDS[code] ?? code.replaceAll('-', ' ').replace(/^./, (first) => first.toUpperCase());
  const leads = alike.flatMap(leadsOf);
  const concerned = leads.filter((lead) => read.has(lead));
  const which = concerned.length > 0 ? ` That concerns lead ${list(concerned)}, which was read.` : '';
  const text =
    alike.length === 1 || leads.length !== alike.length
      ? alike.map((one) => one.message).join('; ')
      : `leads ${list(leads)}`;
  return element('li', null, [
    element(severity === 'warning' ? 'strong' : 'span', null, `${words}: `),
    `${text}.${which}`,
  ]);
}

/** The leads that a finding names at its beginning: "lead I: …", "leads I and V6: …". */
const leadsOf = ({ message }: Finding): readonly string[] =>
  /^leads? ([^:]+):/.exec(message)?.[1].split(/, | and /) ?? [];
