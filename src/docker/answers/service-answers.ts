import type { OperationName } from "../operations.ts";
import type { AnswerPart, AnswerTable } from "./answer-table.ts";
import { trouble } from "./free-text.ts";
import { labels } from "./labels.ts";
import { entry, ownedBy } from "./object-parts.ts";
import { always, each, is, list, shape, time, under } from "./shape.ts";
import { swarmObject } from "./swarm-answers.ts";
import { listAnswer, valueAnswer } from "./tables.ts";
import { taskSpec, wantedNetworks } from "./task-spec.ts";

/** How a service is reached. */
const endpointSpec: AnswerPart = shape({ Mode: is("settings"), Ports: is("addresses") });

/** How many tasks there are to be. The mode stays where the number is hidden: it is what tells the fields apart. */
const mode: AnswerPart = shape({
  Replicated: shape({ Replicas: is("state") }),
  Global: shape({}),
  ReplicatedJob: shape(each(is("state"), "MaxConcurrent", "TotalCompletions")),
  GlobalJob: shape({}),
});

const serviceSpec: AnswerPart = shape({
  Name: is("names"),
  Labels: labels,
  TaskTemplate: taskSpec,
  Mode: mode,
  ...each(is("settings"), "UpdateConfig", "RollbackConfig"),
  Networks: wantedNetworks,
  EndpointSpec: endpointSpec,
});

const service: AnswerPart = shape({
  ...swarmObject,
  ...each(serviceSpec, "Spec", "PreviousSpec"),
  Endpoint: shape({
    Spec: endpointSpec,
    Ports: is("addresses"),
    VirtualIPs: list(shape({ NetworkID: is("networks"), Addr: is("addresses") })),
  }),
  UpdateStatus: shape({
    State: is("state"),
    ...each(time("state"), "StartedAt", "CompletedAt"),
    Message: trouble,
  }),
  ServiceStatus: is("state"),
  JobStatus: shape({ JobIteration: is("state"), LastExecution: time("state") }),
});

/** A network as the swarm's own objects have it: in other words than a network itself. */
const swarmNetwork: AnswerPart = shape({
  ...swarmObject,
  Spec: shape({
    Name: is("networks"),
    Labels: labels,
    DriverConfiguration: is("settings", "addresses"),
    ...each(is("settings"), "IPv6Enabled", "Internal", "Attachable", "Ingress", "Scope", "ConfigFrom"),
    IPAMOptions: is("addresses"),
  }),
  DriverState: is("settings", "addresses"),
  IPAMOptions: is("addresses"),
});

const task: AnswerPart = shape({
  ...swarmObject,
  Name: is("names"),
  Labels: labels,
  Spec: taskSpec,
  ...each(always, "ServiceID", "NodeID", "Slot"),
  AssignedGenericResources: is("resources"),
  Status: shape({
    Timestamp: time("state"),
    State: is("state"),
    ...each(trouble, "Message", "Err"),
    ContainerStatus: shape({ ContainerID: always, ...each(is("state"), "PID", "ExitCode") }),
    PortStatus: is("addresses"),
  }),
  DesiredState: is("state"),
  JobIteration: is("state"),
  NetworksAttachments: under("networks", list(shape({ Network: swarmNetwork, Addresses: is("addresses") }))),
  Volumes: is("mounts"),
});

/** What the operations on services answer, and on their tasks, which say by an id whose they are. */
export const serviceAnswers: Partial<Record<OperationName, AnswerTable>> = {
  ServiceList: listAnswer(entry("service", service)),
  ServiceInspect: valueAnswer(service),
  TaskList: listAnswer(ownedBy("service", "ServiceID", task), "service"),
  TaskInspect: valueAnswer(task),
};
