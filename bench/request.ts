import { request } from "node:http";

/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

const DEADLINE = 10_000;

/** Sends one request; resolves to undefined when nothing answers. */
export function ask(
  place: { readonly port: number } | { readonly socketPath: string },
  method: "GET" | "POST",
  path: string,
  body?: string,
): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const headers = body === undefined ? {} : { "Content-Type": "application/json" };
    const outgoing = request(
      { ...place, method, path, headers, agent: false, timeout: DEADLINE },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.once("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.once("error", () => resolve(undefined));
      },
    );
    outgoing.once("timeout", () => outgoing.destroy());
    outgoing.once("error", () => resolve(undefined));
    outgoing.end(body);
  });
}
