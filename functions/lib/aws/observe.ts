// Logs and metrics of a function: keys and counts only.
import { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';
import type { Log, Metrics } from '#functions/ports.ts';

export const logger = new Logger();

export const metrics = new PowertoolsMetrics();

export const log: Log = {
  info: (message, fields) => logger.info(message, { ...fields }),
  warn: (message, fields) => logger.warn(message, { ...fields }),
};

/** Each count is its own record, so that a site can be a dimension of one and not of the next. */
export const counts: Metrics = {
  count(name, value, site) {
    const single = metrics.singleMetric();
    if (site !== undefined) single.addDimension('site', site);
    single.addMetric(name, MetricUnit.Count, value);
  },
};
