import type { Tried } from "../check.ts";
import { object, TRIAL_NAME } from "../sample.ts";
import type { Space } from "../space.ts";

const INGRESSES = "ingresses.networking.k8s.io";
const backend = { service: { name: TRIAL_NAME, port: { number: 80 } } };
const http = { paths: [{ path: "/", pathType: "Prefix", backend }] };
const toHost = (host: string | undefined) => ({ rules: [{ ...(host !== undefined && { host }), http }] });
const ingress = (what: string, spec: object, annotations = {}) =>
  object(what, INGRESSES, { metadata: { name: TRIAL_NAME, annotations }, spec });
const ours = (space: Space): string => `verify.${space.domain}`;

interface Row {
  id: string;
  title: string;
  controls: string[];
  tries: Tried["tries"];
}

const ROWS: Row[] = [
  {
    id: "foreign-host",
    title: "Nobody serves another's host name",
    controls: ["OWASP K05"],
    tries: (space) => [
      ingress("an Ingress for a host of somebody else", toHost("shop.tenantry-verify.example")),
      ingress("an Ingress for a host that ends like its own", toHost(`evil${space.domain}`)),
      ingress("an Ingress with another's host for TLS", {
        ...toHost(ours(space)),
        tls: [{ hosts: ["shop.tenantry-verify.example"] }],
      }),
    ],
  },
  {
    id: "wildcard",
    title: "Nobody serves every host name",
    controls: ["OWASP K05"],
    tries: (space) => [
      ingress("an Ingress for every host of a domain", toHost(`*.${space.domain}`)),
      ingress("an Ingress without a host", toHost(undefined)),
    ],
  },
  {
    id: "default-backend",
    title: "Nobody catches what is for no one",
    controls: ["OWASP K05"],
    tries: (space) => [
      ingress("an Ingress with a default backend", { ...toHost(ours(space)), defaultBackend: backend }),
    ],
  },
  {
    id: "annotations",
    title: "Nobody configures the gateway by annotations (CVE-2021-25742)",
    controls: ["OWASP K07", "OWASP K04"],
    tries: (space) =>
      ["configuration-snippet", "server-snippet", "auth-url", "server-alias"].map((it) =>
        ingress(`an Ingress with ${it}`, toHost(ours(space)), {
          [`nginx.ingress.kubernetes.io/${it}`]: "http://tenantry-verify.example",
        }),
      ),
  },
];

export const INGRESS_CHECKS: Tried[] = ROWS.map(({ id, title, controls, tries }) => ({
  ...{ id: `ingresses.${id}`, title, controls: [...controls, "NSA network separation"], tries },
  fix: "allow full host names of the namespace's own domains only, by an admission policy",
  control: (space) => ingress("an Ingress for a host of its own", toHost(ours(space))),
}));
