import { formatAddress, type SocketAddress, type TcpAddress } from "./address.ts";

/** A file that the log is appended to. */
export interface LogFile {
  readonly kind: "file";
  readonly path: string;
  /** How long it gets, in bytes, before it is kept under another name; as long as it may where there is no bound. */
  readonly size: number | undefined;
  /** How many such files are kept beside it. */
  readonly keep: number;
}

/** A syslog receiver to whom each line is a datagram of its own (RFC 5426). */
export interface SyslogDatagrams {
  readonly kind: "syslog-udp";
  readonly address: TcpAddress;
  /** The number of the facility (RFC 5424 §6.2.1). */
  readonly facility: number;
}

/** A syslog receiver at the other end of a connection. */
export interface SyslogStream {
  readonly kind: "syslog-stream";
  readonly address: SocketAddress;
  readonly facility: number;
  /** How the receiver tells messages apart: by their length before them, or by a line's end (RFC 6587 §3.4). */
  readonly framing: "octets" | "lines";
}

/** Where the log goes. */
export type LogPlace = { readonly kind: "stdout" } | LogFile | SyslogDatagrams | SyslogStream;

/** Says a place as it is written in settings, without options. */
export function formatLogPlace(place: LogPlace): string {
  switch (place.kind) {
    case "stdout":
      return "stdout";
    case "file":
      return `file://${place.path}`;
    case "syslog-udp":
      return `syslog+${formatAddress(place.address).replace(/^tcp/u, "udp")}`;
    case "syslog-stream":
      return `syslog+${formatAddress(place.address)}`;
  }
}
