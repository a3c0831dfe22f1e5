import type { ServerResponse } from "node:http";
import type { Call } from "../call.ts";
import type { Description } from "../descriptions.ts";
import type { Route } from "./answers.ts";

/** What becomes of containers, told to everyone who listens. */
export class PretendedEvents {
  readonly #listeners: Set<ServerResponse> = new Set();

  readonly routes: readonly Route[] = [[/^GET \/events$/u, (call) => this.#listen(call)]];

  /** Says that something happened to a container. */
  announce(action: string, id: string, attributes: Description): void {
    const now = Date.now();
    const event = {
      Type: "container",
      Action: action,
      Actor: { ID: id, Attributes: attributes },
      scope: "local",
      time: Math.floor(now / 1000),
      timeNano: now * 1_000_000,
      status: action,
      id,
    };
    for (const listener of this.#listeners) listener.write(`${JSON.stringify(event)}\n`);
  }

  /** Who asks for what was until some moment gets nothing: it is all from before. */
  #listen({ query, response }: Call): undefined {
    response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    if (query.has("until")) {
      response.end();
      return undefined;
    }
    this.#listeners.add(response);
    response.on("close", () => this.#listeners.delete(response));
    return undefined;
  }
}
