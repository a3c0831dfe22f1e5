/** One of the gate's settings, beside the switches of the dialects. */
export interface SettingDefinition {
  readonly name: string;
  /** The values that it takes and what they mean, in Markdown, for the page of settings. */
  readonly meaning: string;
  /** What holds where it is not set; empty where that says nothing. */
  readonly fallback: string;
}

/** A setting that `quaygate --help` lists. */
interface OwnSetting extends SettingDefinition {
  /** What it is for, in a few words. */
  readonly help: string;
}

/** The settings of the gate's own. The reader of the environment, `quaygate --help` and docs/settings.md have this list. */
export const OWN_SETTINGS: readonly OwnSetting[] = [
  {
    name: "QUAYGATE_LISTEN",
    help: "where clients connect: tcp://host:port, unix:///path?mode=0660, fd://",
    meaning: "where clients connect: [addresses](#where-clients-connect), divided by commas",
    fallback: "tcp://127.0.0.1:2375",
  },
  {
    name: "QUAYGATE_ENGINE",
    help: "the engine; else SOCKET_PATH, else DOCKER_HOST",
    meaning:
      "the engine: a path, `unix:///path` or `tcp://host:port`; else `SOCKET_PATH`, else `DOCKER_HOST`",
    fallback: "/var/run/docker.sock",
  },
  {
    name: "QUAYGATE_ENGINE_GONE",
    help: "seconds without an engine after which the gate ends with 75",
    meaning:
      "seconds without [an engine](#an-engine-that-is-gone) after which the gate ends with exit code 75",
    fallback: "never",
  },
  {
    name: "QUAYGATE_ADMIN",
    help: "where health and metrics are served, or off",
    meaning: "where `GET /health` and [`GET /metrics`](metrics.md) are served, or `off`",
    fallback: "tcp://127.0.0.1:9375",
  },
  {
    name: "QUAYGATE_NETWORKS",
    help: "who is let in at an address of one network: own, its callers, or all",
    meaning:
      "from where [an address of one network](#an-address-of-one-network) may be called: `own`, that network, or `all`",
    fallback: "own",
  },
  {
    name: "QUAYGATE_METRICS",
    help: "whether metrics for Prometheus are served beside health: on or off",
    meaning: "whether [metrics](metrics.md) are served beside health: `on` or `off`",
    fallback: "on",
  },
  {
    name: "QUAYGATE_LOG",
    help: "json or text",
    meaning: "the form of [the log](log.md): `json`, or `text` for people",
    fallback: "text on a terminal, else json",
  },
  {
    name: "QUAYGATE_LOG_TO",
    help: "where the log goes: stdout, file:///path?size=100MB&keep=5, syslog+udp://...",
    meaning: "[where the log goes](log.md#where-it-goes), divided by commas: `stdout`, files, syslog",
    fallback: "stdout",
  },
  {
    name: "QUAYGATE_LOG_POLLS",
    help: "what repeats in the log: sum, each, or off without pings",
    meaning:
      "[polls](replay.md#polls) and [limits](log.md#at-a-limit): `sum` a line a minute, `each` all, `off` as `sum`, no pings",
    fallback: "each on a terminal, else sum",
  },
  {
    name: "QUAYGATE_LOG_CHAIN",
    help: "on chains each line of the log to the one before, for quaygate log --verify",
    meaning: "`on` has each line follow from the one before by [a chain of hashes](log.md#the-chain)",
    fallback: "off",
  },
  {
    name: "QUAYGATE_GRACE",
    help: "seconds that a stop waits for what is under way",
    meaning: "seconds that a stop waits for what is under way, 0 to 3600",
    fallback: "8",
  },
  {
    name: "QUAYGATE_USER",
    help: "whom a gate becomes that was started as root: a number, or USER:GROUP",
    meaning: "whom a gate becomes that was [started as root](#started-as-root): a number, or `USER:GROUP`",
    fallback: "",
  },
  {
    name: "QUAYGATE_COMPAT",
    help: "whose switches are understood: tecnativa or linuxserver",
    meaning: "whose variables are understood: `tecnativa` or [`linuxserver`](#linuxservers-dialect)",
    fallback: "tecnativa",
  },
  {
    name: "QUAYGATE_POLICY",
    help: "a file that says what each of several clients may do, in the place of switches",
    meaning: "a [policy file](policy.md), which says who may do what in the place of switches and powers",
    fallback: "",
  },
  {
    name: "QUAYGATE_POWERS",
    help: "what requests may ask for: all, default, or a list (default, -image)",
    meaning: "[what requests may ask for](powers.md), such as `default, bind:/srv/**:ro, -cap`",
    fallback: "all",
  },
  {
    name: "QUAYGATE_MODE",
    help: "enforce, or learn: to record what clients ask for, and let more through",
    meaning:
      "`enforce`, or [`learn`](learn-mode.md): to record all that clients ask for, and let more through",
    fallback: "enforce",
  },
  {
    name: "QUAYGATE_WITHIN",
    help: "what passes besides while it learns: default, none, or words as in a policy",
    meaning:
      "[what passes besides](learn-mode.md#the-ceiling) with `QUAYGATE_MODE=learn`, such as `default, containers:logs`",
    fallback: "default",
  },
  {
    name: "QUAYGATE_API_SHIM",
    help: "API versions too old for the engine: off, reads or lifecycle go on",
    meaning:
      "requests in [API versions that the engine no longer speaks](#old-api-versions): `off`, `reads`, `lifecycle`",
    fallback: "off",
  },
  {
    name: "QUAYGATE_ORIGINS",
    help: "web pages and names to let in where browsers are held off",
    meaning: "what may come in where [web pages](#web-pages) are refused: origins, names, `everywhere`",
    fallback: "",
  },
];

/** The settings that other proxies and programs have under the same names. */
export const SHARED_SETTINGS: readonly SettingDefinition[] = [
  {
    name: "LOG_LEVEL",
    meaning:
      "`emerg` `alert` `crit` `err` `warning` `notice` `info` `debug`; denials are `warning`, allowed requests `info`",
    fallback: "info",
  },
  {
    name: "OTEL_EXPORTER_OTLP_ENDPOINT",
    meaning: "where [traces](traces.md) are exported to, over OTLP: `http://collector:4318`",
    fallback: "",
  },
  {
    name: "SOCKET_PATH",
    meaning: "the engine where `QUAYGATE_ENGINE` is not set: a path, or `host:port`",
    fallback: "",
  },
  {
    name: "DOCKER_HOST",
    meaning: "the engine where neither of these two is set",
    fallback: "",
  },
  {
    name: "BIND_CONFIG",
    meaning: "Tecnativa's listen address: `127.0.0.1:2375`, `/run/proxy.sock mode 660 group docker`",
    fallback: "",
  },
  {
    name: "DISABLE_IPV6",
    meaning: "`1`, `true` or `yes` (LinuxServer's: `1` only): `tcp://[::]` listens on IPv4 only",
    fallback: "",
  },
];
