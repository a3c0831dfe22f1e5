import type { AnswerPart } from "./answer-table.ts";
import { hiddenForm } from "./hidden-form.ts";
import { nameBeside } from "./object-parts.ts";
import { always, each, is, map, reviewObject, shape } from "./shape.ts";

const usage: AnswerPart = is("usage");
/** What it may take, by which its share is told. */
const limit: AnswerPart = is("usage", "resources");

/** What the kernel counts, by its own names; a container's limits are among them. */
const statistics: AnswerPart = {
  contents: ["usage"],
  review: (value, viewer) =>
    viewer.hides("usage")
      ? hiddenForm(value)
      : reviewObject(value, (count, key) =>
          /^hierarchical_.*limit$/u.test(key) ? limit.review(count, viewer) : count,
        ),
};

/** Kept with all its fields where it is hidden: programs divide what they find in it without looking. */
const processor: AnswerPart = shape({
  cpu_usage: shape(each(usage, "total_usage", "percpu_usage", "usage_in_kernelmode", "usage_in_usermode")),
  ...each(usage, "system_cpu_usage", "online_cpus"),
  throttling_data: shape(each(usage, "periods", "throttled_periods", "throttled_time")),
});

/** What a container takes, once or every second. */
export const containerStats: AnswerPart = shape({
  ...each(always, "id", "os_type", "read", "preread"),
  name: nameBeside("id"),
  ...each(processor, "cpu_stats", "precpu_stats"),
  memory_stats: shape({
    ...each(usage, "usage", "max_usage", "failcnt", "commitbytes", "commitpeakbytes", "privateworkingset"),
    limit,
    stats: statistics,
  }),
  networks: map(
    shape(
      each(
        usage,
        "rx_bytes",
        "rx_packets",
        "rx_errors",
        "rx_dropped",
        "tx_bytes",
        "tx_packets",
        "tx_errors",
        "tx_dropped",
        "endpoint_id",
        "instance_id",
      ),
    ),
  ),
  network: usage,
  pids_stats: shape({ current: usage, limit }),
  blkio_stats: shape(
    each(
      usage,
      "io_service_bytes_recursive",
      "io_serviced_recursive",
      "io_queue_recursive",
      "io_service_time_recursive",
      "io_wait_time_recursive",
      "io_merged_recursive",
      "io_time_recursive",
      "sectors_recursive",
    ),
  ),
  num_procs: usage,
  storage_stats: shape(
    each(usage, "read_count_normalized", "read_size_bytes", "write_count_normalized", "write_size_bytes"),
  ),
});
