import { type Call, IDLE, NEGOTIATION, type ProgramCall, pull } from "./calls.ts";

/** What Compose asks from `up` to `down` of a project with one service, which changes in between. */
export function composeProject(project: string): readonly Call[] {
  const [web, network, volume] = [`${project}-web-1`, `${project}_default`, `${project}_data`];
  const ofProject = `filters={"label":["com.docker.compose.project=${project}"]}`;
  const labels = { "com.docker.compose.project": project, "com.docker.compose.version": "2.40.3" };
  const createContainer = (name: string): ProgramCall => ({
    call: `POST /v1.41/containers/create?name=${name}`,
    body: {
      AttachStdout: true,
      AttachStderr: true,
      Image: "nginx:1",
      Cmd: IDLE,
      Env: ["COLOUR=blue"],
      Labels: { ...labels, "com.docker.compose.service": "web" },
      HostConfig: {
        Binds: [`${volume}:/data:rw`],
        NetworkMode: network,
        RestartPolicy: { Name: "unless-stopped", MaximumRetryCount: 0 },
      },
      NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [web, "web"] } } },
    },
  });
  return [
    ...NEGOTIATION,
    "GET /v1.41/info",
    "GET /v1.41/version",
    "GET /v1.41/images/nginx:1/json",
    `GET /v1.41/containers/json?all=1&${ofProject}`,
    pull("POST /v1.41/images/create?fromImage=redis&tag=7"),
    `GET /v1.41/networks?filters={"name":{"${network}":true}}`,
    { call: "POST /v1.41/networks/create", body: { Name: network, Driver: "bridge", Labels: labels } },
    `GET /v1.41/networks/${network}`,
    `GET /v1.41/volumes?${ofProject}`,
    { call: "POST /v1.41/volumes/create", body: { Name: volume, Driver: "local", Labels: labels } },
    `GET /v1.41/volumes/${volume}`,
    createContainer(web),
    { call: "POST /v1.41/networks/shop/connect", body: { Container: "{container}", EndpointConfig: {} } },
    `POST /v1.41/containers/${web}/start`,
    `GET /v1.41/containers/${web}/json`,
    `GET /v1.41/containers/${web}/logs?follow=1&stdout=1&stderr=1`,
    `GET /v1.41/images/json?${ofProject}`,
    `POST /v1.41/containers/${web}/restart?t=1`,
    // A service that changed: the new one is made first, and gets the name when the old one is gone.
    createContainer(`${web}-new`),
    `POST /v1.41/containers/${web}/stop?t=1`,
    `DELETE /v1.41/containers/${web}`,
    `POST /v1.41/containers/${web}-new/rename?name=${web}`,
    // A network that changed.
    { call: `POST /v1.41/networks/${network}/disconnect`, body: { Container: web, Force: true } },
    { call: `POST /v1.41/networks/${network}/connect`, body: { Container: web, EndpointConfig: {} } },
    `POST /v1.41/containers/${web}/start`,
    `POST /v1.41/containers/${web}/kill?signal=SIGKILL`,
    `DELETE /v1.41/containers/${web}?force=1`,
    `DELETE /v1.41/networks/${network}`,
    `DELETE /v1.41/volumes/${volume}`,
  ];
}
