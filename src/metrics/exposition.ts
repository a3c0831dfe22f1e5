import Registry from "prom-client/lib/registry.js";
import { formOf, type MetricsForm } from "./accept.ts";
import { type MetricDefinition, METRICS } from "./definitions.ts";
import type { MetricSources } from "./sources.ts";

/** All metrics at one moment, as text. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** The expositions that are being made. */
export type Expositions = Map<MetricsForm, Promise<Exposition>>;

/**
 * Writes all metrics in the form that an `Accept` field asks for: Prometheus' text, or OpenMetrics. Who asks meanwhile gets the same
 * one: those who wait for an engine that hangs take the one thread once, however many they are.
 */
export function expose(
  look: () => Promise<MetricSources>,
  accept: string | undefined,
  underWay: Expositions,
): Promise<Exposition> {
  const form = formOf(accept);
  const known = underWay.get(form);
  if (known !== undefined) return known;
  const exposition = look()
    .then((sources) => write(sources, form))
    .finally(() => underWay.delete(form));
  underWay.set(form, exposition);
  return exposition;
}

async function write(sources: MetricSources, form: MetricsForm): Promise<Exposition> {
  const registry = new Registry(CONTENT_TYPES[form]);
  for (const definition of METRICS) {
    register(registry, definition, sources, form);
  }
  return { contentType: registry.contentType, text: await registry.metrics() };
}

const CONTENT_TYPES: Readonly<Record<MetricsForm, string>> = {
  prometheus: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
};

/** The numbers are ours. Metrics of the library's own would have to be counted by it, with a text of all labels for each. */
function register(
  registry: Registry,
  { name: wholeName, help, type, read }: MetricDefinition,
  sources: MetricSources,
  form: MetricsForm,
): void {
  const samples = read(sources);
  // One without a series says nothing, as where there is no policy.
  if (samples.length === 0) return;
  // OpenMetrics names a counter without that, and the library puts it behind each of its numbers.
  const name = form === "openmetrics" && type === "counter" ? wholeName.replace(/_total$/u, "") : wholeName;
  const values = samples.map(({ labels, value, part }) => ({
    labels,
    value,
    metricName: part === undefined ? name : `${name}_${part}`,
  }));
  registry.registerMetric({ name, get: () => ({ name, help, type, values }) });
}
