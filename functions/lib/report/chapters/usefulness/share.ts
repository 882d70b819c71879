import type { SharedView } from '../../chapter.ts';
import { type Figure, isEstimate, isSuppressed, SUPPRESSED } from '../../record.ts';
import type { SiteUsefulness, ThresholdWorkload, Usefulness, WorkloadFigures } from './value.ts';

const HIDDEN_WORKLOAD: WorkloadFigures = { flagged: SUPPRESSED, missed: SUPPRESSED, falseAlarmsPerTrue: SUPPRESSED };

/**
 * What may leave: of open hospitals the points of the curve that tell of nobody, and the workload where all four counts of the threshold are
 * shown. Two curves would tell of those who came between them: none is shown of sites that an earlier report shows otherwise. All sites together only where every hospital is open, because the rest of them could be computed.
 */
export function shareUsefulness({ sites }: Usefulness, view: SharedView): Usefulness {
  const all = sites.every(({ site }) => view.isOpen({ site }));
  return {
    sites: sites.map((site) => shareSite(site, view, site.site === null ? all : view.isOpen({ site: site.site }))),
  };
}

function shareSite(
  site: SiteUsefulness,
  { shows, isSettled = () => true }: SharedView,
  isOpen: boolean,
): SiteUsefulness {
  const isPlain = isOpen && isSettled({ site: site.site });
  const counted = (i: number): boolean =>
    isOpen &&
    ['truePositives', 'falsePositives', 'trueNegatives', 'falseNegatives'].every((name) =>
      shows({ site: site.site }, `${name} ${i}`),
    );
  const { curve } = site;
  return {
    ...site,
    ...(isOpen ? {} : { n: SUPPRESSED, events: SUPPRESSED }),
    curve: !isPlain ? SUPPRESSED : Array.isArray(curve) ? curve.filter(({ mayLeave }) => mayLeave) : curve,
    workloads: site.workloads.map((workload, i) => (counted(i) ? workload : hidden(workload))),
    sensitivities: site.sensitivities.map((at) => ({
      ...at,
      threshold: isPlain && at.mayLeave ? rounded(at.threshold) : SUPPRESSED,
      specificity: SUPPRESSED,
    })),
    highestBenefit: site.highestBenefit.map((at) => (isPlain ? at : { ...at, threshold: SUPPRESSED })),
  };
}

const hidden = ({ name, atPrevalence }: ThresholdWorkload): ThresholdWorkload => ({
  name,
  seen: HIDDEN_WORKLOAD,
  atPrevalence: atPrevalence.map(({ prevalence }) => ({ prevalence, ...HIDDEN_WORKLOAD })),
});

/** An order statistic is the score of one person: outwards to hundredths, and down for the threshold itself. */
function rounded(figure: Figure): Figure {
  if (isSuppressed(figure) || !isEstimate(figure)) return figure;
  const { estimate, lower, upper } = figure;
  return {
    ...figure,
    estimate: Math.floor(estimate * 100) / 100,
    lower: Math.floor(lower * 100) / 100,
    upper: Math.ceil(upper * 100) / 100,
  };
}
