import type { TcpAddress } from "../kernel/address.ts";

/** Where health is served, or "off". */
export type AdminAddress = TcpAddress | "off";
