import type { Base } from "./admission-bases.ts";

/** What only Kubernetes' own controllers write. */
export const ENDPOINTS: Base[] = [
  {
    apiVersion: "v1",
    kind: "Endpoints",
    body: { subsets: [{ addresses: [{ ip: "198.51.100.7" }], ports: [{ port: 80 }] }] },
  },
  {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    body: { addressType: "IPv4", endpoints: [{ addresses: ["198.51.100.7"] }], ports: [{ port: 80 }] },
  },
];
