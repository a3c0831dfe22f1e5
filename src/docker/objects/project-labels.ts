/** Compose and `docker stack` say with these to what a thing belongs. */
export const PROJECT_LABELS: readonly string[] = ["com.docker.compose.project", "com.docker.stack.namespace"];
