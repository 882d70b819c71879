import type { FunnelAsymmetry } from './funnel-asymmetry.ts';
import type { Heterogeneity, Range } from './heterogeneity.ts';
import { expit, logit } from './logit.ts';
import type { Prediction } from './random-effects.ts';

/** Only what has a scale on which hospitals can be averaged: never predictive values, F1 or the area under precision and recall. */
export type MeasureName = 'auroc' | 'sensitivity' | 'specificity' | 'observed-expected' | 'calibration-slope';
export type Scale = 'logit' | 'log' | 'identity';

/** Why hospitals are not pooled, or a test not made. */
export interface Unpooled {
  readonly cannotTell: string;
}

/** One hospital in a pooled figure. */
export interface PooledSite extends Range {
  readonly site: string;
  readonly estimate: number;
  /** Standard error on the pooling scale. */
  readonly standardError: number;
  readonly n: number;
  readonly corrected: boolean;
  /** Share in the mean; null where nothing is pooled and in the binomial-normal model, which has no fixed weights. */
  readonly weight: number | null;
  /** The result of the others; null below four hospitals. */
  readonly without: LeftOneOut | null;
}

/** What the other hospitals give, on the figure's own scale, and how far this one moves it. */
export interface LeftOneOut extends Range {
  readonly estimate: number;
  readonly tauSquared: number;
  /** Null in the binomial-normal model. */
  readonly studentizedResidual: number | null;
  readonly dffits: number | null;
  readonly cooksDistance: number | null;
  readonly influential: boolean | null;
}

/** The mean over hospitals; figures on their own scale, tau² on the scale on which they were pooled. */
export interface PooledFigure extends Range {
  readonly estimate: number;
  readonly level: number;
  readonly k: number;
  readonly degreesOfFreedom: number;
  readonly model: 'normal' | 'binomial-normal';
  readonly tauSquared: Range & { readonly estimate: number };
  /** Null in the binomial-normal model. */
  readonly iSquared: Heterogeneity['iSquared'] | null;
  readonly q: Heterogeneity['q'] | null;
  readonly prediction: Prediction | null;
}

/** A figure of several hospitals, and what they give together. */
export interface PooledSites {
  readonly scale: Scale;
  readonly sites: readonly PooledSite[];
  readonly leftOut: readonly { readonly site: string; readonly why: string }[];
  readonly pooled: PooledFigure | Unpooled;
  readonly asymmetry: FunnelAsymmetry | Unpooled;
}

export interface PooledMeasure extends PooledSites {
  readonly measure: MeasureName;
  /** Name of the operating threshold; null where there is none. */
  readonly threshold: string | null;
}

/** From the figure's own scale to the pooling scale. */
export function toScale(scale: Scale, value: number): number {
  if (scale === 'identity') return value;
  return scale === 'log' ? Math.log(value) : logit(value);
}

/** From the pooling scale to the figure's own. */
export function fromScale(scale: Scale, value: number): number {
  if (scale === 'identity') return value;
  return scale === 'log' ? Math.exp(value) : expit(value);
}
