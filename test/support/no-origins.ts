import type { Origins } from "../../src/policy/origins.ts";

/** What of browsers is let in where no setting says anything: no page, and no name with a dot. */
export const noOrigins: Origins = { everywhere: false, pages: new Set(), hosts: new Set() };
