/** The forms of a scrape. */
export type MetricsForm = "prometheus" | "openmetrics";

/** The media types that a form answers to, the most specific first. */
const TYPES: Readonly<Record<MetricsForm, readonly string[]>> = {
  openmetrics: ["application/openmetrics-text"],
  prometheus: ["text/plain", "text/*", "*/*"],
};

/** Which form an `Accept` field asks for (RFC 9110 §12.5.1): OpenMetrics only where it is named and nothing is liked more. */
export function formOf(accept: string | undefined): MetricsForm {
  const ranges = (accept ?? "").split(",").map(parseRange);
  const likes = (form: MetricsForm): number =>
    Math.max(0, ...ranges.filter(({ type }) => TYPES[form].includes(type)).map(({ quality }) => quality));
  const openmetrics = likes("openmetrics");
  return openmetrics > 0 && openmetrics >= likes("prometheus") ? "openmetrics" : "prometheus";
}

function parseRange(text: string): { readonly type: string; readonly quality: number } {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice("q=".length);
  const number = Number(quality ?? "1");
  return { type, quality: number >= 0 && number <= 1 ? number : 0 };
}
