import type { Socket } from "node:net";

/** Who is told what happens on a client's connection. */
export interface ClientListener {
  /** Whether bytes behind the request may be input that waits for an upgrade, and not only the next request. */
  readonly awaitsInput: boolean;
  /** Takes what belongs to it and gives back the rest. */
  clientOnData(chunk: Buffer): Buffer;
  /** The client sends no more. */
  clientOnEnd(): void;
  clientOnDrain(): void;
  /** The deadline that was set has passed. */
  clientOnDeadline(): void;
  /** The connection is gone, by the client's doing or by the gate's. */
  clientOnClose(by: "client" | "gate"): void;
  /** The gate stops: what only watches ends, and nothing else does. */
  gateOnStop?(): void;
}

/** An exchange that has been decided and not yet begun. */
export interface Exchange extends ClientListener {
  /** Begins with the bytes that came behind the head, and gives back those that are not of this request. */
  begin(bytes: Buffer): Buffer;
}

/** What an exchange may do with the connection that it came on. */
export interface ClientSide {
  readonly socket: Socket;
  /** Where the client called from: an IP address, or the listener's socket. */
  readonly address: string;
  /** Whether it may be a browser that calls, so that requests are held to whose page they are. */
  readonly mayBeBrowser: boolean;
  /** Asks to be told after so many milliseconds, or never. */
  setDeadline(milliseconds: number | undefined): void;
  /** The exchange is over: the connection reads the next request, or closes when `keep` is false. */
  exchangeOnDone(keep: boolean, isEngineAnswer: boolean): void;
  /** Sends what happens from now on to the next part of the same exchange; what came early stays. */
  passOn(listener: ClientListener): void;
  /** The same with a part that has yet to begin: it gets the bytes that came early, as if they came now. */
  beginNext(next: Exchange): void;
  /** Sends what happens from now on to a tunnel, and gives the bytes that came early. */
  handOver(listener: ClientListener): Buffer;
}
