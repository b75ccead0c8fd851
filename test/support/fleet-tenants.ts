import { stringify } from "yaml";

const IMAGE =
  "registry.k8s.io/e2e-test-images/agnhost@sha256:99c6b4bb4a1e1df3f0b3752168c89358794d02258ebebc26bf21c29399011a85";

/** An app as a data file holds it, small enough for any plan. */
export const app = (more: object = {}): object => ({
  kind: "web",
  image: IMAGE,
  args: ["netexec", "--http-port=8080"],
  resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "100m", memory: "128Mi" } },
  ...more,
});

/** The text of a tenant's data file. */
export const tenantFile = (id: string, spaces: object, more: object = {}): string =>
  stringify({
    schemaVersion: 1,
    id,
    owner: { email: `ops@${id}.example`, groups: { admins: [`${id}-admins`] } },
    plan: "team",
    spaces,
    ...more,
  });

/** Three faults, on lines 3, 4 and 6. */
export const BROKEN = `schemaVersion: 1
id: broken
owner: { email: nobody }
plan: gold
spaces:
  a-b: {}
`;
