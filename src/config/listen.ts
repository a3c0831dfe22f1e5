import { formatAddress, type ListenAddress } from "../kernel/address.ts";
import { parseListenAddress } from "./address.ts";
import type { Dialect } from "./dialect.ts";
import type { SettingReader } from "./setting-reader.ts";

const DEFAULT_LISTEN = "tcp://127.0.0.1:2375";

/** Where clients connect, by the gate's own setting or by that of the dialect; problems are the reader's. */
export function readListen(reader: SettingReader, dialect: Dialect): readonly ListenAddress[] {
  const own = reader.text("QUAYGATE_LISTEN");
  const bound = boundBy(reader, dialect);
  // The image sets the gate's own setting, and a drop-in must still hear the original's.
  const addresses =
    bound !== undefined
      ? [reader.parse(bound.setting, bound.text, bound.parse)]
      : (own ?? DEFAULT_LISTEN)
          .split(",")
          .map((text) => reader.parse("QUAYGATE_LISTEN", text.trim(), parseListenAddress));
  const ipv4Only = dialect.disablesIpv6(reader.text("DISABLE_IPV6"));
  const known = addresses.flatMap((address) => {
    if (address === undefined) {
      return [];
    }
    return address.kind === "tcp" && address.host === "::" && ipv4Only
      ? [{ ...address, host: "0.0.0.0" }]
      : [address];
  });
  return withoutCovered(known);
}

/** Whether the dialect's own setting says where clients connect. */
export function isBoundByDialect(reader: SettingReader, dialect: Dialect): boolean {
  return boundBy(reader, dialect) !== undefined;
}

function boundBy(
  reader: SettingReader,
  { bind }: Dialect,
): (NonNullable<Dialect["bind"]> & { readonly text: string }) | undefined {
  const text = bind === undefined ? undefined : reader.text(bind.setting);
  return bind === undefined || text === undefined ? undefined : { ...bind, text };
}

/** Leaves out every IPv4 address where all addresses are listened on: that takes both. */
function withoutCovered(addresses: readonly ListenAddress[]): readonly ListenAddress[] {
  const places = new Set(addresses.map((address) => formatAddress(address)));
  return addresses.filter(
    (address) =>
      address.kind !== "tcp" ||
      address.host !== "0.0.0.0" ||
      !places.has(formatAddress({ ...address, host: "::" })),
  );
}
