import { formatFigure } from '../format.ts';
import { siteGroups } from '../groups.ts';
import type { ReportBody } from '../record.ts';
import { type Answer, type Checklist, itemsOf, type Line, notApplicable, reported } from './item.ts';

/** The fields of the Applied Model Card of the Coalition for Health AI, version 0.2, filled from contract and run. */
export const modelCard = (body: ReportBody): Checklist => ({
  id: 'model-card',
  title: 'Model card with the fields of the CHAI Applied Model Card 0.2',
  source: 'mc.chai.org/v0.2',
  items: itemsOf([...basics(body), ...warnings(body), ...trust(body), ...metrics(body)], body.cohort),
});

const basics = ({ model }: ReportBody): readonly Line[] => [
  ['BasicInfo', 'Name of the model', reported('provenance', `${model.title} (${model.name})`)],
  ['BasicInfo', 'Developer and contact', 'developer'],
  ['ReleaseInfo', 'Version', reported('provenance', model.version)],
  ['ReleaseInfo', 'Stage and approval', reported('answer', model.regulatoryStatus)],
  ['ModelSummary', 'Summary', reported('answer', 'Headline')],
  ['UsesAndDirections', 'Intended use', reported('purpose', model.intendedUse)],
  ['UsesAndDirections', 'Users and how to use it', 'users'],
  ['UsesAndDirections', 'Out of scope', reported('purpose', model.notFor.join('; '))],
];

const warnings = (body: ReportBody): readonly Line[] => [
  ['Warnings', 'Known risks and limitations', reported('cautions', 'Cautions')],
  ['Warnings', 'Known biases', reported('fairness', 'Fairness')],
  ['Warnings', 'Clinical risk level', 'risk'],
  [
    'AISystemFacts',
    'Output',
    reported('answer', `Probability of ${body.cohort.label}, 0 to 1; how far it was right here: Calibration`),
  ],
];

const trust = ({ model }: ReportBody): readonly Line[] => [
  ['AISystemFacts', 'Foundation models', notApplicable('None is named by the contract')],
  ['AISystemFacts', 'Development data', trainedOn(model)],
  ['AISystemFacts', 'Bias mitigation', 'fairDevelopment'],
  ['AISystemFacts', 'Maintenance', 'monitoring'],
  ['AISystemFacts', 'Security', 'security'],
  ['Transparency', 'Funding', 'funding'],
  ['Transparency', 'Stakeholders consulted', 'involvement'],
  ['Resources', 'Publications', publications(model)],
  ['Resources', 'Consent or disclosure', 'ethics'],
];

function trainedOn({ trainingSites, trainedOn: words }: ReportBody['model']): Answer {
  if (words !== null) return reported('cautions', words);
  const sites = trainingSites.map(({ site, n }) => `${site} (${n})`).join(', ');
  return reported('cautions', `People by hospital: ${sites}`);
}

const publications = ({ citation }: ReportBody['model']): Answer =>
  citation.length === 0 ? notApplicable('The contract cites none') : reported('methods', citation.join('; '));

/** The three groups of metrics that the card asks for. */
const metrics = (body: ReportBody): readonly Line[] => [
  ['KeyMetrics', 'Usefulness', reported('discrimination', aurocs(body))],
  ['KeyMetrics', 'Fairness and equity', reported('fairness', 'Gaps between groups, each with its interval')],
  ['KeyMetrics', 'Safety and reliability', reported('calibration', 'Calibration, silence and cautions')],
];

function aurocs({ primary }: ReportBody): string {
  const texts = siteGroups(primary).map(({ site, auroc }) => `${site} ${formatFigure(auroc, 'fraction')}`);
  return texts.length === 0 ? 'No study is in the primary analysis' : `AUROC: ${texts.join('; ')}`;
}
