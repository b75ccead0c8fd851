import { binding, group } from "./vector-rights.ts";
import {
  admitted,
  type Asked,
  type Attempt,
  by,
  cannot,
  deployment,
  FOREIGN,
  get,
  inside,
  INSIDE,
  LOOSE,
  post,
  RBAC,
  refused,
  remove,
  type Standing,
} from "./vector.ts";

const BELOW = ["user", "viewer"] as const;
const ALL = [...INSIDE, ...BELOW] as const;
/** Past the guards the answer is whatever comes of a simulated node. */
const PAST = /^(?!403)(\d{3} |ok$)/;
const connect = (asked: Asked): Asked => ({ ...asked, connects: true });
const open = (method: "GET" | "POST", what: string) => (it: Standing) =>
  connect({ method, path: inside("v1", `pods/${it.pod}/${what}`) });

const CONNECTIONS: Attempt[] = [
  ...["proxy/pods", "proxy/run/acme-api/web/app", "proxy/containerLogs/acme-api/web/app"].map((it) =>
    refused(4, `nodes/${it}`, ALL, get(`/api/v1/nodes/general-1/${it}`), cannot("get", "nodes/proxy")),
  ),
  refused(4, "a node", ALL, get("/api/v1/nodes/general-1"), cannot("get", "nodes")),
  admitted(4, "its pods' state", ALL, get(inside("v1", "pods"))),
  admitted(4, "nodes/proxy", ["platform"], get("/api/v1/nodes/general-1/proxy/pods"), PAST),
  ...["exec?command=sh&stdout=true", "attach?stdout=true", "portforward"].flatMap((it) => {
    const resource = `pods/${it.split("?")[0] ?? ""}`;
    return [
      refused(5, `${resource} by get`, BELOW, open("GET", it), cannot("get", resource)),
      refused(5, `${resource} by create`, BELOW, open("POST", it), cannot("create", resource)),
      admitted(5, `${resource} by get`, INSIDE, open("GET", it), PAST),
      admitted(5, `${resource} by create`, INSIDE, open("POST", it), PAST),
    ];
  }),
  refused(5, "pods/proxy by get", ALL, open("GET", "proxy/"), cannot("get", "pods/proxy")),
  refused(5, "pods/proxy by create", ALL, open("POST", "proxy/"), cannot("create", "pods/proxy")),
  refused(5, "services/proxy", ALL, get(inside("v1", "services/web/proxy/")), cannot("get", "services/proxy")),
];

const tokenOf = (account: string) =>
  post(inside("v1", `serviceaccounts/${account}/token`), {
    ...{ apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
  });
const secret = (type: string) =>
  post(inside("v1", "secrets"), {
    metadata: { name: "try", annotations: { "kubernetes.io/service-account.name": "default" } },
    type,
  });
const REASON = { "tenantry.dev/service-account-token": "watches its own jobs" };

const TOKENS: Attempt[] = [
  ...["default", "robot"].flatMap((it) => [
    refused(6, `a token of ${it}`, ALL, tokenOf(it), cannot("create", "serviceaccounts/token")),
    refused(6, `a token of ${it}`, LOOSE, tokenOf(it), by("token-free-pods")),
  ]),
  refused(6, "a token in a Secret", INSIDE, secret("kubernetes.io/service-account-token"), by("token-free-pods")),
  refused(
    6,
    "a pod with a token",
    INSIDE,
    deployment((spec) => delete spec.automountServiceAccountToken),
    by("token-free-pods"),
  ),
  refused(
    6,
    "a token in a volume",
    INSIDE,
    deployment((spec) =>
      spec.volumes.push({ name: "t", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } }),
    ),
    by("token-free-pods"),
  ),
  admitted(6, "a Secret of its own", INSIDE, secret("Opaque")),
  admitted(
    6,
    "a token with its reason",
    INSIDE,
    deployment((spec, _, template) => {
      spec.automountServiceAccountToken = true;
      template.metadata.annotations = REASON;
    }),
  ),
];

const secrets = inside("v1", "secrets");
const forbidden = (verb: string) => cannot(verb, "secrets");
const SECRETS: Attempt[] = [
  refused(10, "a Secret", BELOW, get(`${secrets}/vectors`), forbidden("get")),
  refused(10, "all Secrets", BELOW, get(secrets), forbidden("list")),
  refused(
    10,
    "one Secret by field",
    BELOW,
    get(`${secrets}?fieldSelector=metadata.name%3Dvectors`),
    cannot("list", "secrets"),
  ),
  refused(10, "Secrets as they change", BELOW, get(`${secrets}?watch=true&timeoutSeconds=1`), forbidden("watch")),
  refused(10, "everybody's Secrets", ALL, get("/api/v1/secrets"), forbidden("list")),
  admitted(10, "its Secrets", INSIDE, get(secrets)),
  admitted(10, "ConfigMaps", BELOW, get(inside("v1", "configmaps"))),
  ...["acme-api", "tenantry-system"].map((it) =>
    refused(
      32,
      `a release of ${it}`,
      BELOW,
      get(inside("v1", "secrets/sh.helm.release.v1.web.v1", it)),
      forbidden("get"),
    ),
  ),
  refused(32, "releases by label", BELOW, get(`${secrets}?labelSelector=owner%3Dhelm`), forbidden("list")),
  refused(
    32,
    "a release of the platform",
    INSIDE,
    get(inside("v1", "secrets/sh.helm.release.v1.web.v1", "tenantry-system")),
    forbidden("get"),
  ),
  refused(32, "a release of another tenant", INSIDE, get(inside("v1", "secrets", FOREIGN)), forbidden("list")),
  admitted(32, "a release of its own", INSIDE, get(`${secrets}/sh.helm.release.v1.web.v1`)),
];

const elsewhere = [FOREIGN, "kube-system", "tenantry-system", "default"];
const FOREIGNERS: Attempt[] = [
  ...elsewhere.flatMap((it) => [
    refused(11, `pods in ${it}`, ALL, get(inside("v1", "pods", it)), cannot("list", "pods")),
    refused(
      11,
      `a ConfigMap for ${it}`,
      ALL,
      post(inside("v1", "configmaps", it), { metadata: { name: "try" } }),
      cannot("create", "configmaps"),
    ),
    refused(
      11,
      `access in ${it}`,
      INSIDE,
      post(inside(RBAC, "rolebindings", it), binding("try", "tenantry-tenant-admin", group("acme-admins"))),
      cannot("create", "rolebindings"),
    ),
  ]),
  refused(
    11,
    "to delete another's app",
    INSIDE,
    remove(inside("apps/v1", "deployments/web", FOREIGN)),
    cannot("delete", "deployments"),
  ),
  admitted(11, "a ConfigMap at home", INSIDE, post(inside("v1", "configmaps"), { metadata: { name: "try" } })),
];

export const ACCESS: Attempt[] = [...CONNECTIONS, ...TOKENS, ...SECRETS, ...FOREIGNERS];
