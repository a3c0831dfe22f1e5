import type { RawPeer } from "../support/raw-peer.ts";
import { openRig, type Rig, type RigOptions } from "./rig.ts";

/** A request to attach, as the `docker` command sends it. */
export const ATTACH_REQUEST: string =
  "POST /containers/web/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\n" +
  "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n";

/** What the engine gets of {@link ATTACH_REQUEST}. */
export const ATTACH_RECEIVED: string =
  "POST /containers/web/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: docker\r\n" +
  "Content-Length: 0\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";

/** The engine's agreement, which reaches the client as it is. */
export const UPGRADED: string =
  "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n" +
  "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n";

/** Both ends of a tunnel through a gate, and what each received of the other since it opened. */
export interface OpenTunnel extends Rig {
  readonly client: RawPeer;
  readonly server: RawPeer;
  /** What the client received through the tunnel. */
  output(): Buffer;
  /** What the engine received through the tunnel. */
  input(): Buffer;
}

/** Opens a rig, and a tunnel through its gate. */
export async function openTunnel(options: RigOptions = {}): Promise<OpenTunnel> {
  const rig = await openRig(options);
  const client = await rig.connect();
  await client.send(ATTACH_REQUEST);
  const server = await rig.engine.connection();
  await server.until(ATTACH_RECEIVED);
  await server.send(UPGRADED);
  await client.until(UPGRADED);
  return {
    ...rig,
    client,
    server,
    output: () => client.received.subarray(UPGRADED.length),
    input: () => server.received.subarray(ATTACH_RECEIVED.length),
  };
}
