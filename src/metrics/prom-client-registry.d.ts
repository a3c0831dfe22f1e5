/**
 * The part of prom-client that writes the text. Its index loads more of Node than a gate does, and the packages for
 * summaries and exemplars: 3 MB that a gate would keep from its first scrape on.
 */
declare module "prom-client/lib/registry.js" {
  /** What one metric is at this moment. */
  interface MetricValues {
    readonly name: string;
    readonly help: string;
    readonly type: string;
    readonly values: readonly {
      readonly metricName: string;
      readonly labels: Readonly<Record<string, string | undefined>>;
      readonly value: number;
    }[];
  }

  /** Writes all metrics that are registered, in the form that a content type names. */
  class Registry {
    static readonly PROMETHEUS_CONTENT_TYPE: string;
    static readonly OPENMETRICS_CONTENT_TYPE: string;
    readonly contentType: string;
    constructor(contentType: string);
    registerMetric(metric: { readonly name: string; get(): MetricValues }): void;
    metrics(): Promise<string>;
  }

  export default Registry;
}
