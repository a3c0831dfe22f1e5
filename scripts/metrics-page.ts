// Writes docs/metrics.md: every metric, from the definitions that the exposition has.
//   npx tsx scripts/metrics-page.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type MetricDefinition, METRICS } from "../src/metrics/definitions.ts";
import { LABELS } from "../src/metrics/labels.ts";
import { renderTable } from "./page.ts";
import { root } from "./set-up.mjs";

/** Where the page is. */
export const METRICS_PAGE = "docs/metrics.md";

const INTRODUCTION = `# Metrics

<!-- Written by scripts/metrics-page.ts from src/metrics/definitions.ts and labels.ts: change it there. -->

The gate serves \`GET /metrics\` beside \`GET /health\` at its admin address, \`http://127.0.0.1:9375\` where nothing else is set: in
Prometheus' text format, or in OpenMetrics for who asks for it. \`QUAYGATE_METRICS=off\` takes it away. Counting costs a request next
to nothing, and what writes the text is loaded when somebody first asks for it.

## Let Prometheus read them

[examples/observability.yaml](../examples/observability.yaml) is a whole deployment: a gate with a policy, Prometheus with the alerts,
and Grafana with the dashboard. For a gate that you have already:

The admin address is loopback, which nobody outside the container reaches. Give the gate and Prometheus a network of their own, and
bind the admin address to the gate's place on it:

\`\`\`yaml
services:
  socket-proxy:
    environment:
      QUAYGATE_ADMIN: tcp://172.30.93.2:9375
    networks:
      socket-proxy: {}
      monitoring: { ipv4_address: 172.30.93.2 }

  prometheus:
    image: prom/prometheus
    volumes: [./prometheus:/etc/prometheus:ro]
    command: --config.file=/etc/prometheus/prometheus.yaml
    networks: [monitoring]

networks:
  monitoring:
    internal: true
    ipam: { config: [{ subnet: 172.30.93.0/24, ip_range: 172.30.93.128/25 }] }
\`\`\`

\`./prometheus\` is a copy of [deploy/prometheus](../deploy/prometheus). The image's health check asks at the same address. Whoever reads
it learns the names of the clients, which operations they use and how much; no path, no object, no address, nothing that a request
carried. Web pages are refused there as at [the gate itself](settings.md#web-pages).

- **Who has no address of its own gets one of \`ip_range\`.** Without it Prometheus may have the gate's where it starts first, and then
  the gate does not start.
- **The clients' port is open there too.** Who is on that network can call the gate. With a [policy file](policy.md) it is nobody, and
  is refused; without one, bind \`QUAYGATE_LISTEN\` in the same way to the gate's place on the network of its clients.
- **Only callers of that network are let in.** Who reaches the address by another network of the gate's gets 403, and the log says so
  once; \`QUAYGATE_NETWORKS=all\` lets in those too. The clients in the example drop \`NET_RAW\` besides, so that they can't send packets of
  their own making: [what an address proves](../SECURITY.md#who-is-calling-what-each-way-proves).
- \`tcp://[::]:9375\` is open on every network, to all clients.

What Prometheus and Grafana read:

- [deploy/prometheus/prometheus.yaml](../deploy/prometheus/prometheus.yaml) has the scrape, with \`quaygate\` for the job's name.
- [deploy/prometheus/quaygate.rules.yaml](../deploy/prometheus/quaygate.rules.yaml) has alerts: a gate or an engine that is down, a
  policy that was rejected, denials far above the usual, failures, limits that are hit, gaps in the log, connections near their
  bound, a gate that can do no more. \`promtool test rules quaygate.rules.test.yaml\` tries each of them.
- [deploy/grafana/quaygate.json](../deploy/grafana/quaygate.json) is a dashboard: import it, and choose the data source. Grafana does both
  by itself at its start where it has [deploy/grafana/provisioning](../deploy/grafana/provisioning), as in the example.
- Alerts stand in Prometheus and in Grafana (Alerting). To have them sent, name an
  [Alertmanager](https://prometheus.io/docs/alerting/latest/configuration/) in \`prometheus.yaml\` (\`alerting\`).

## The metrics

`;

const LABELS_INTRODUCTION = `
## The labels

Each comes from a closed set, so that no caller can make the number of series grow: a client asks for operations that there are, and
each comes to one of a few ends. A label without a value is left out.

`;

const NOTES = `
## How it counts

- **Each exchange counts once** in \`quaygate_requests_total\`, also where the log leaves it out or sums several up. It is counted when
  it is over: a tunnel of a day, and its bytes, are counted at its end. Until then it stands in \`quaygate_exchanges\`.
- **Denials are not timed.** The two histograms of requests have what the engine answered, and nothing that streams, waits for a
  container or became a tunnel: these are in \`quaygate_stream_duration_seconds\`, by kind, in buckets up to a day.
- **A scrape asks the engine**, as health does, for 3 seconds at most. \`quaygate_engine_up\` is never old. Who
  asks meanwhile gets the same answer. The admin address keeps 100 connections, and closes the oldest for another one. It
  answers one request of each after the other, and reads no further one while an answer is not taken.
- **A policy that is reloaded** keeps all counts. Those of a client that is taken out of it stay as they are, so that none is lost and
  the client goes on where it was if it comes back. Of a hundred former clients at most they are kept: those who left first go first.
- **After a restart** all begin at 0, as Prometheus expects of counters.
`;

/** Returns the text of docs/metrics.md as it should be. */
export function renderMetricsPage(): string {
  return [
    INTRODUCTION,
    renderTable(["metric", "type", "what it says", "labels"], METRICS.map(rowOf)),
    LABELS_INTRODUCTION,
    renderTable(
      ["label", "its values"],
      Object.entries(LABELS).map(([label, values]) => [`\`${label}\``, values]),
    ),
    NOTES,
  ].join("");
}

function rowOf({ name, type, help, labels }: MetricDefinition): readonly string[] {
  return [`\`${name}\``, type, help, labels.map((label) => `\`${label}\``).join(", ")];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, METRICS_PAGE), renderMetricsPage());
}
