export interface StageAnswer {
  readonly stage: string;
  readonly cpuSeconds: number;
  /** Highest resident memory of the process so far. */
  readonly peakMegabytes: number;
  /** Rows or characters that the stage made, where it says. */
  readonly size?: number;
}
