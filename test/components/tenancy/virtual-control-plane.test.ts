import { beforeAll, expect, test } from "vitest";
import { tierConfig, deployPlatform, deployTier } from "../../support/tiers.ts";

let plan: Awaited<ReturnType<typeof deployTier>>;
beforeAll(async () => void (plan = await deployTier("virtual")));
const release = () => plan.one("kubernetes:helm.sh/v3:Release", "initech-web-virtual");
const host = "kubernetes.web-initech.apps.example.com";

test("is one chart in one version from one place, which waits for its guards", () => {
  const { inputs, dependencies, deletedWith } = release();
  const { values, ...rest } = inputs;
  expect(values).toBeTypeOf("object");
  expect(rest).toEqual({
    name: "virtual",
    namespace: "initech-web",
    chart: "vcluster",
    version: "0.36.1",
    repositoryOpts: { repo: "https://charts.loft.sh" },
    createNamespace: false,
    atomic: true,
    maxHistory: 3,
    timeout: 600,
    compat: "true",
  });
  expect(deletedWith).toContain("::initech-web");
  const guards = ["quota", "limits", "closed", "declared", "virtual-account", "virtual-binding", "virtual-plane"];
  for (const it of guards) expect(dependencies).toContainEqual(expect.stringMatching(`::initech-web-${it}$`));
});

test("its images are those of the settings, by digest, with the version they stand for", () => {
  const { images } = JSON.parse(tierConfig["tenantry:virtual"] ?? "") as { images: Record<string, string> };
  const { distro, statefulSet, coredns } = release().inputs["values"].controlPlane;
  const joined = ({ registry, repository, tag }: Record<string, string>) => `${registry}/${repository}:${tag}`;
  expect([joined(statefulSet.image), joined(distro.k8s.image), coredns.deployment.image]).toEqual([
    images["vcluster"]?.replace("@", ":0.36.1@"),
    images["kubernetes"]?.replace("@", ":v1.36.0@"),
    images["coredns"],
  ]);
});

test("the gateway reaches it, its own namespace does, and it reaches the API server alone", () => {
  const spec = (name: string) => plan.one("kubernetes:networking.k8s.io/v1:NetworkPolicy", name).inputs["spec"];
  const https = { protocol: "TCP", port: 8443 };
  expect(spec("initech-web-virtual-plane")).toEqual({
    podSelector: { matchLabels: { app: "vcluster", release: "virtual" } },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      {
        from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "tenantry-gateway" } } }],
        ports: [https],
      },
    ],
    egress: [{ to: [{ ipBlock: { cidr: "192.0.2.10/32" } }], ports: [{ protocol: "TCP", port: 6443 }] }],
  });
  const ports = [https, { protocol: "UDP", port: 1053 }, { protocol: "TCP", port: 1053 }];
  expect(spec("initech-web-virtual-pods")).toEqual({
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [{ podSelector: {} }], ports }],
    egress: [{ to: [{ podSelector: {} }], ports }],
  });
  const { rules, tls } = plan.one("kubernetes:networking.k8s.io/v1:Ingress", "initech-web-virtual-ingress").inputs[
    "spec"
  ];
  expect([rules.map((it: { host: string }) => it.host), tls]).toEqual([[host], [{ hosts: [host] }]]);
});

test("its host name lies within what its namespace may serve", () => {
  const { annotations } = plan.one("kubernetes:core/v1:Namespace", "initech-web").inputs["metadata"];
  const domains = (annotations["tenantry.dev/domains"] as string).split(",");
  expect(domains.filter((it) => host.endsWith(`.${it}`))).toEqual(["web-initech.apps.example.com"]);
});

test("outside it the tenant's people only look on", () => {
  const bound = plan
    .all("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding")
    .filter((it) => it.inputs["metadata"].namespace === "initech-web")
    .map(({ inputs }) => [inputs["roleRef"].name, inputs["subjects"].map((it: { name: string }) => it.name)]);
  expect(bound).toEqual([
    ["tenantry-tenant-viewer", ["initech-admins", "initech-users", "initech-viewers"]],
    ["tenantry-virtual-control-plane", ["virtual"]],
  ]);
});

test("its account may write what it syncs in its namespace, and neither guards nor rights", async () => {
  const { one } = await deployPlatform();
  const { rules } = one("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "platform-virtual").inputs as {
    rules: { resources: string[]; verbs: string[] }[];
  };
  const written = rules.filter((it) => it.verbs.some((verb) => ["create", "update", "patch", "delete"].includes(verb)));
  expect(written.flatMap((it) => it.resources).sort()).toEqual(
    [
      ...["configmaps", "events", "events", "persistentvolumeclaims", "pods", "secrets", "services"],
      ...["pods/attach", "pods/ephemeralcontainers", "pods/exec", "pods/portforward", "pods/resize", "pods/status"],
    ].sort(),
  );
  expect(JSON.stringify(rules)).not.toContain("*");
});
