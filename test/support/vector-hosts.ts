import { ROUTES } from "./admission-gateway-api.ts";
import type { Loose } from "./admission-loose.ts";
import { admitted, type Attempt, by, inside, INSIDE, LOOSE, merge, NETWORKING, post, refused } from "./vector.ts";

const ingresses = inside(NETWORKING, "ingresses");
const backend = { service: { name: "web", port: { number: 80 } } };
const http = { paths: [{ path: "/", pathType: "Prefix", backend }] };
const ingress = (spec: object, annotations = {}) => post(ingresses, { metadata: { name: "try", annotations }, spec });
const rules = (host?: string) => ({ rules: [{ ...(host !== undefined && { host }), http }] });
const own = by("own-hosts");
/** What is no host name at all, the API server itself refuses, by the name of the field. */
const invalid = /^422 .*(spec\.rules\[0\]\.host|spec\.tls\[0\]\.hosts\[0\]): Invalid value/;
const ownOrInvalid = new RegExp(`${own.source}|${invalid.source}`);

const FOREIGN_HOSTS = [
  "evilacme.example",
  "shop.globex.example",
  "acme.example.globex.example",
  "*.acme.example",
  "xn--cme-7cd.example",
  "Shop.acme.example",
  "shop.acme.example.",
  "localhost",
];
const OWN_HOSTS = ["acme.example", "new.acme.example", "a.b.acme.example", "xn--bcher-kva.acme.example"];
const HOSTS: Attempt[] = [
  ...FOREIGN_HOSTS.flatMap((host) => [
    refused(24, `the host ${host}`, INSIDE, ingress(rules(host)), ownOrInvalid),
    refused(
      24,
      `a certificate for ${host}`,
      INSIDE,
      ingress({ ...rules("a.acme.example"), tls: [{ hosts: [host] }] }),
      ownOrInvalid,
    ),
    refused(24, `the host ${host} by update`, INSIDE, merge(`${ingresses}/web`, { spec: rules(host) }), ownOrInvalid),
  ]),
  refused(24, "every host", INSIDE, ingress(rules()), own),
  refused(24, "every host by update", INSIDE, merge(`${ingresses}/web`, { spec: rules() }), own),
  refused(24, "what nobody else serves", INSIDE, ingress({ defaultBackend: backend }), own),
  refused(
    24,
    "a certificate for any name",
    INSIDE,
    ingress({ ...rules("a.acme.example"), tls: [{ secretName: "it" }] }),
    own,
  ),
  ...OWN_HOSTS.flatMap((host) => [
    admitted(24, `the host ${host}`, INSIDE, ingress({ ...rules(host), tls: [{ hosts: [host], secretName: "it" }] })),
    admitted(24, `the host ${host} by update`, INSIDE, merge(`${ingresses}/web`, { spec: rules(host) })),
  ]),
];

/** Text into a gateway's configuration, another namespace's Secret, another tenant's load balancer, another name on a certificate. */
const ANNOTATIONS = [
  ...["configuration-snippet", "server-snippet", "stream-snippet", "auth-snippet", "modsecurity-snippet"].map(nginx),
  ...["server-alias", "auth-url", "auth-signin", "auth-tls-secret", "auth-tls-match-cn", "auth-secret"].map(nginx),
  ...["mirror-target", "mirror-host", "permanent-redirect", "rewrite-target", "upstream-vhost"].map(nginx),
  ...["proxy-ssl-secret", "fastcgi-params-configmap", "custom-headers", "auth-proxy-set-headers"].map(nginx),
  ...["nginx.org/server-snippets", "nginx.org/location-snippets", "nginx.org/mergeable-ingress-type"],
  ...["haproxy.org/backend-config-snippet", "haproxy-ingress.github.io/config-backend"],
  ...["traefik.ingress.kubernetes.io/router.middlewares", "traefik.ingress.kubernetes.io/router.entrypoints"],
  ...["alb.ingress.kubernetes.io/group.name", "alb.ingress.kubernetes.io/actions.x", "konghq.com/plugins"],
  ...["cert-manager.io/alt-names", "cert-manager.io/common-name", "external-dns.alpha.kubernetes.io/hostname"],
  "kubernetes.io/ingress.class",
];
function nginx(name: string): string {
  return `nginx.ingress.kubernetes.io/${name}`;
}
const NOTES = ["team", "cert-manager.io/cluster-issuer", "kubectl.kubernetes.io/last-applied-configuration"];
const SNIPPETS: Attempt[] = [
  ...ANNOTATIONS.map((key) =>
    refused(25, `the annotation ${key}`, INSIDE, ingress(rules("new.acme.example"), { [key]: "x" }), own),
  ),
  refused(
    25,
    "a snippet by update",
    INSIDE,
    merge(`${ingresses}/web`, { metadata: { annotations: { [nginx("server-snippet")]: "x" } } }),
    own,
  ),
  ...NOTES.map((key) =>
    admitted(25, `the annotation ${key}`, INSIDE, ingress(rules("new.acme.example"), { [key]: "x" })),
  ),
];

const GROUP = "gateway.networking.k8s.io/v1";
const at = (kind: string) => inside(GROUP, `${kind.toLowerCase()}s`);
const route = (change: (spec: Loose) => void = () => undefined) => {
  const spec: Loose = {
    hostnames: ["new.acme.example"],
    parentRefs: [{ name: "gateway", namespace: "tenantry-gateway" }],
    rules: [{ backendRefs: [{ name: "web", port: 80 }] }],
  };
  change(spec);
  return post(at("HTTPRoute"), { apiVersion: GROUP, kind: "HTTPRoute", metadata: { name: "try" }, spec });
};
const copies = [{ requestMirror: { backendRef: { name: "web", namespace: "globex-portal" } } }];
const HOSTILE: [string, (spec: Loose) => void][] = [
  ["to another tenant's service", (spec) => (spec.rules[0].backendRefs[0].namespace = "globex-portal")],
  ["with copies to another tenant", (spec) => (spec.rules[0].filters = copies)],
  ["on another tenant's gateway", (spec) => (spec.parentRefs[0].namespace = "globex-portal")],
  ["for another tenant's host", (spec) => (spec.hostnames = ["shop.globex.example"])],
  ["for every host", (spec) => delete spec.hostnames],
];
const none = /^403 .*forbidden: User ".*" cannot create resource/;
const GATEWAYS: Attempt[] = [
  ...ROUTES.map(({ kind }) =>
    refused(
      26,
      `one of ${kind}`,
      INSIDE,
      post(at(kind), { apiVersion: GROUP, kind, metadata: { name: "try" }, spec: {} }),
      none,
    ),
  ),
  ...["Gateway", "ReferenceGrant", "TCPRoute", "UDPRoute"].map((kind) =>
    refused(
      26,
      `one of ${kind}`,
      LOOSE,
      post(at(kind), { apiVersion: GROUP, kind, metadata: { name: "try" }, spec: {} }),
      by("own-routes"),
    ),
  ),
  ...HOSTILE.map(([what, change]) => refused(26, `a route ${what}`, LOOSE, route(change), by("own-routes"))),
  admitted(26, "a route of its own", LOOSE, route()),
];

export const HOSTNAMES: Attempt[] = [...HOSTS, ...SNIPPETS, ...GATEWAYS];
