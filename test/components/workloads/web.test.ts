import { expect, test } from "vitest";
import { Web } from "../../../components/workloads/web.ts";
import { App } from "../../../tenants/app.ts";
import { PLANS } from "../../../tenants/plans.ts";
import { deploy, listed } from "../../support/deploy.ts";
import { image, providers } from "../../support/fixtures.ts";

const base = {
  namespace: "acme-api",
  labels: { "tenantry.dev/tenant": "acme" },
  defaults: PLANS.team.container,
  ingressClass: "tenantry",
};
const make = (app: object = {}, more: object = {}) =>
  deploy(
    () => new Web("acme-api-web", { ...base, ...more, app: App.parse({ kind: "web", image, ...app }) }, providers()),
  );

const pod = (made: Awaited<ReturnType<typeof make>>) =>
  made.one("kubernetes:apps/v1:Deployment").inputs["spec"].template.spec;
const children = ({ resources }: Awaited<ReturnType<typeof make>>) =>
  listed(resources.filter((it) => !it.type.startsWith("pulumi:") && it.type !== Web.__pulumiType));

test("the plainest app is a deployment, a service and a disruption budget", async () => {
  expect(children(await make())).toEqual([
    "Deployment acme-api-web",
    "PodDisruptionBudget acme-api-web-budget",
    "Service acme-api-web-service",
  ]);
});

test("the fullest app adds autoscaler, host and generated secrets", async () => {
  const made = await make({ replicas: { min: 2, max: 5 }, secrets: { API_KEY: {} } }, { host: "api.acme.example" });
  expect(children(made)).toEqual([
    "Deployment acme-api-web",
    "GeneratedSecret acme-api-web-generated",
    "HorizontalPodAutoscaler acme-api-web-scaler",
    "Ingress acme-api-web-ingress",
    "PodDisruptionBudget acme-api-web-budget",
    "RandomPassword acme-api-web-generated-API_KEY",
    "Secret acme-api-web-generated",
    "Service acme-api-web-service",
  ]);
});

test("the pod has nothing it could misuse", async () => {
  const spec = pod(await make());
  expect(spec.automountServiceAccountToken).toBe(false);
  expect(spec.priorityClassName).toBe("tenantry-tenant");
  expect(spec.securityContext).toEqual({
    runAsNonRoot: true,
    runAsUser: 10001,
    runAsGroup: 10001,
    fsGroup: 10001,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  });
  expect(spec.containers[0].securityContext).toEqual({
    allowPrivilegeEscalation: false,
    privileged: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
  expect(spec.volumes).toEqual([{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }]);
  expect([spec.nodeSelector, spec.tolerations, spec.topologySpreadConstraints]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("image, port, probes and resources stand in every container", async () => {
  const [container] = pod(await make({ port: 3000, probe: { path: "/up" }, args: ["serve"] })).containers;
  const httpGet = { path: "/up", port: "http" };
  expect(container).toMatchObject({
    image,
    args: ["serve"],
    ports: [{ name: "http", containerPort: 3000, protocol: "TCP" }],
    startupProbe: { httpGet },
    readinessProbe: { httpGet },
    livenessProbe: { httpGet },
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
  });
});

test("an app's own resources go before the plan's", async () => {
  const resources = { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" } };
  expect(pod(await make({ resources })).containers[0].resources).toEqual(resources);
});

test("a rollout never goes below the replicas, and a volume is held by one pod at a time", async () => {
  const strategy = async (app: object) =>
    (await make(app)).one("kubernetes:apps/v1:Deployment").inputs["spec"].strategy;
  expect(await strategy({})).toEqual({ type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
  expect(await strategy({ volume: { size: "1Gi", mountPath: "/workspace" } })).toEqual({ type: "Recreate" });
});

test("a volume is a protected claim of the platform's class, mounted where the app wants it", async () => {
  const made = await make({ volume: { size: "1Gi", mountPath: "/workspace" } }, { storageClass: "standard" });
  const claim = made.one("kubernetes:core/v1:PersistentVolumeClaim");
  expect(claim.protect).toBe(true);
  expect(claim.inputs["metadata"].name).toBe("web-data");
  expect(claim.inputs["spec"]).toEqual({
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: "1Gi" } },
    storageClassName: "standard",
  });
  expect(pod(made).volumes).toContainEqual({ name: "data", persistentVolumeClaim: { claimName: "web-data" } });
  expect(pod(made).containers[0].volumeMounts).toContainEqual({ name: "data", mountPath: "/workspace" });
});

test("replicas are the autoscaler's where there is one, and stated where there is none", async () => {
  const replicas = async (min: number, max: number) => {
    const made = await make({ replicas: { min, max } });
    const scaler = made.all("kubernetes:autoscaling/v2:HorizontalPodAutoscaler")[0]?.inputs["spec"];
    return [
      made.one("kubernetes:apps/v1:Deployment").inputs["spec"].replicas,
      scaler?.minReplicas,
      scaler?.maxReplicas,
    ];
  };
  expect(await replicas(3, 3)).toEqual([3, undefined, undefined]);
  expect(await replicas(2, 6)).toEqual([undefined, 2, 6]);
});

test("several pods spread over nodes", async () => {
  expect(pod(await make({ replicas: { min: 2, max: 2 } })).topologySpreadConstraints).toEqual([
    {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: { "app.kubernetes.io/name": "web" } },
    },
  ]);
});

test("a generated value reaches the pod by reference and is secret everywhere else", async () => {
  const made = await make({ env: { LOG_LEVEL: "info" }, secrets: { API_KEY: { length: 40 } } });
  expect(made.one("random:index/randomPassword:RandomPassword").inputs).toEqual({ length: 40, special: false });
  const planted = Buffer.from("planted-acme-api-web-generated-API_KEY").toString("base64");
  expect(made.one("kubernetes:core/v1:Secret").inputs).toMatchObject({
    metadata: { name: "web-generated" },
    data: { secret: { API_KEY: planted } },
  });
  expect(pod(made).containers[0].env).toEqual([
    { name: "LOG_LEVEL", value: "info" },
    { name: "API_KEY", valueFrom: { secretKeyRef: { name: "web-generated", key: "API_KEY" } } },
  ]);
  expect(made.one("kubernetes:apps/v1:Deployment").dependencies).toContainEqual(
    expect.stringContaining("::acme-api-web-generated"),
  );
});

test("a service is for the cluster only, and a host leads to it", async () => {
  const made = await make({}, { host: "api.acme.example" });
  expect(made.one("kubernetes:core/v1:Service").inputs["spec"]).toEqual({
    type: "ClusterIP",
    selector: { "app.kubernetes.io/name": "web" },
    ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }],
  });
  expect(made.one("kubernetes:networking.k8s.io/v1:Ingress").inputs["spec"]).toEqual({
    ingressClassName: "tenantry",
    rules: [
      {
        host: "api.acme.example",
        http: {
          paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { name: "http" } } } }],
        },
      },
    ],
  });
});
