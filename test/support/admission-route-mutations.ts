import type { Loose } from "./admission-loose.ts";
import type { Mutation } from "./admission-mutations.ts";

const of = (field: string, change: (target: Loose) => void): Mutation => ({ field, change });
const hosts = (...hostnames: string[]) => of(`hosts ${hostnames.join()}`, (it) => (it.spec.hostnames = hostnames));
const parent = (ref: object) =>
  of(`parent ${JSON.stringify(ref)}`, (it) => (it.spec.parentRefs = [{ name: "gateway", ...ref }]));
const backend = (ref: object) =>
  of(`backend ${JSON.stringify(ref)}`, (it) => it.spec.rules[0].backendRefs.push({ name: "it", port: 80, ...ref }));
const mirror = (namespace?: string) => ({
  type: "RequestMirror",
  requestMirror: { backendRef: { name: "it", port: 80, ...(namespace && { namespace }) } },
});

const routes = [
  hosts(),
  hosts("shop.guardtest.example", "api.guardtest.example"),
  hosts("*.guardtest.example"),
  of("no hosts", (it) => delete it.spec.hostnames),
  parent({ namespace: "guardtest-api" }),
  parent({ namespace: "other-api" }),
  parent({}),
  parent({ namespace: "tenantry-gateway", kind: "Service" }),
  backend({}),
  backend({ namespace: "guardtest-api" }),
  backend({ namespace: "other-api" }),
  backend({ filters: [mirror(), mirror("other-api")] }),
  of("mirror of a rule", (it) => (it.spec.rules[0].filters = [mirror("other-api")])),
  of("mirror at home", (it) => (it.spec.rules[0].filters = [mirror()])),
  of("published name", (it) => (it.metadata.annotations["external-dns.alpha.kubernetes.io/target"] = "192.0.2.1")),
];

/** Changes of objects of the Gateway API. */
export const ROUTE_MUTATIONS: Record<string, Mutation[]> = { HTTPRoute: routes, GRPCRoute: routes };
