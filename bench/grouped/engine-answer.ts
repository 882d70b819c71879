/** What either side prints of one run. */
export interface EngineAnswer {
  readonly rows: number;
  readonly readSeconds: number;
  readonly wallSeconds: number;
  /** User and system time of all threads: what one core needs. */
  readonly cpuSeconds: number;
  /** Largest resident memory of the process. */
  readonly peakMegabytes: number;
  /** Some figures of every group, so that both sides are seen to agree. */
  readonly groups: readonly {
    readonly name: string;
    readonly n: number;
    readonly auroc: number | null;
    readonly standardError: number | null;
    readonly slope: number | null;
    readonly brier: number | null;
  }[];
}
