import { readAddressesElsewhere, rewriteAddresses } from "../addresses.ts";
import { matchConsumer } from "../consumers.ts";
import { urlOf } from "../gates.ts";
import { GATE_PORT } from "../image.ts";
import { guestsOf, type Place, whomMeans } from "../reach.ts";
import type { Remark } from "../remark.ts";
import { addName, closeServiceEdit, openServiceEdit, replaceNames } from "../service-edit.ts";
import { readText, readWords } from "../service-settings.ts";
import type { Draft } from "../source.ts";
import type { PolicyPlan } from "./plan-policy.ts";
import type { PlannedClient } from "./planned-client.ts";
import { saysOfOutsider, usersOf } from "./proxy-users.ts";

/** Tells those who used proxies of the gate, and frees all others of the proxies' names; says what that leaves to decide. */
export function moveUsers(draft: Draft, plan: PolicyPlan, step: number): readonly Remark[] {
  const moved = plan.clients.filter((client) => client.kind === "proxy");
  const gone = new Set(moved.map(({ proxy }) => proxy.service.name));
  const mounted = new Set(plan.clients.filter(({ kind }) => kind === "mount").map(({ name }) => name));
  return plan.places.flatMap((place): readonly Remark[] => {
    const { name, own } = place.service;
    const client = moved.find(({ consumers }) => consumers.includes(place));
    if (gone.has(name) || mounted.has(name)) return [];
    const outsider = plan.users.some((user) => user.place === place && user.proxies.length === 0)
      ? saysOfOutsider(
          draft,
          place,
          plan.places,
          moved.map(({ proxy }) => proxy),
        )
      : undefined;
    const left = readAddressesElsewhere(draft, place.service).filter(({ host }) =>
      whomMeans(host, place, plan.places).some(({ service }) => gone.has(service.name)),
    );
    const told = [
      ...(outsider === undefined ? [] : [outsider]),
      ...left.map(({ key, host }) => `still names ${host} in its ${key}`),
    ].map((says): Remark => ({ kind: "decide", service: name, says }));
    if (own === undefined) return told;
    const edit = openServiceEdit(draft, place.service, own, step);
    if (client !== undefined) {
      const isProxy = (host: string): boolean =>
        whomMeans(host, place, plan.places).some(({ service }) => service === client.proxy.service);
      rewriteAddresses(edit, GATE_PORT, ({ host, port = client.proxy.port }) =>
        port === client.proxy.port && isProxy(host) ? plan.gate : undefined,
      );
      const network = plan.networks.added.get(name);
      if (network !== undefined) addName(edit, "networks", ["default", network], []);
    }
    replaceNames(edit, "depends_on", gone, plan.gate);
    replaceNames(edit, "links", gone, undefined);
    closeServiceEdit(edit);
    return client === undefined ? told : [...remarksOn(draft, plan, client, place), ...told];
  });
}

function remarksOn(
  draft: Draft,
  plan: PolicyPlan,
  client: Extract<PlannedClient, { kind: "proxy" }>,
  place: Place,
): readonly Remark[] {
  const { service } = place;
  const user = usersOf(client.proxy, plan.users).find((each) => each.place === place);
  const says = (kind: Remark["kind"], text: string): Remark => ({ kind, service: service.name, says: text });
  const consumer = matchConsumer(readText(draft, service.resolved, "image") ?? "");
  const files = readWords(draft, service.resolved, "env_file");
  return [
    says("done", `is told of ${plan.gate}, to which it is the client ${client.name}`),
    ...(user?.isByHand === true
      ? [says("decide", `must be told by hand: ${explainByHand(consumer, plan.gate)}`)]
      : []),
    ...(files.length === 0
      ? []
      : [says("decide", `${files.join(", ")} was not read: look there for ${client.proxy.service.name}`)]),
    ...guestsOf(place, plan.places).map((guest) =>
      says(
        "decide",
        `lends its network to ${guest.service.name}, which is the client ${client.name} as well`,
      ),
    ),
  ];
}

function explainByHand(consumer: ReturnType<typeof matchConsumer>, gate: string): string {
  const says =
    consumer?.connection.kind === "by hand" ? consumer.connection.says : "put {url} where its engine stands";
  return says
    .replaceAll("{url}", urlOf(gate))
    .replaceAll("{host}", gate)
    .replaceAll("{port}", String(GATE_PORT));
}
