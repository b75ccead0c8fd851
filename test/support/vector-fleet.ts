import { afterAll, beforeAll, expect, test } from "vitest";
import type { KubeObject } from "../../engine/cluster/object.ts";
import { AdmissionClient } from "./admission-client.ts";
import { eventually } from "./admission-fixture.ts";
import { type FleetPlane, fleetPlane } from "./fleet.ts";
import { type Asked, type Attempt, NAMESPACE, PEOPLE, RBAC, type Standing, type Who } from "./vector.ts";

/** Rights and admission policies hold a moment after they are written; on a busy machine a long one. */
const SOON = { timeout: 10_000, interval: 250 };
const GROUP = "rbac.authorization.k8s.io";
const ref = (name: string) => ({ apiGroup: GROUP, kind: "ClusterRole", name });
const group = (name: string) => ({ apiGroup: GROUP, kind: "Group", name });
const robot = { kind: "ServiceAccount", name: "robot", namespace: NAMESPACE };

/** What lets some of the people who try past RBAC. The namespace's own guards stay as the platform made them. */
const BREACHES: [string, object][] = [
  [`/api/v1/namespaces/${NAMESPACE}/serviceaccounts/robot`, { apiVersion: "v1", kind: "ServiceAccount" }],
  [
    `/apis/${RBAC}/clusterrolebindings/vectors-breach`,
    {
      ...{ apiVersion: RBAC, kind: "ClusterRoleBinding", roleRef: ref("cluster-admin") },
      subjects: [group("vectors-breach"), robot],
    },
  ],
  [
    `/apis/${RBAC}/clusterroles/vectors-rolers`,
    {
      ...{ apiVersion: RBAC, kind: "ClusterRole" },
      rules: [{ apiGroups: [GROUP], resources: ["roles"], verbs: ["create", "update", "patch"] }],
    },
  ],
  [
    `/apis/${RBAC}/clusterrolebindings/vectors-rolers`,
    {
      ...{ apiVersion: RBAC, kind: "ClusterRoleBinding", roleRef: ref("vectors-rolers") },
      subjects: [group("vectors-rolers")],
    },
  ],
];

/** The shipped fleet on a control plane of its own, with everybody in place who wants to get out. */
export class VectorFleet {
  readonly plane: FleetPlane;
  client!: AdmissionClient;
  standing!: Standing;

  constructor(plane: FleetPlane) {
    this.plane = plane;
  }

  async prepare(): Promise<void> {
    this.client = new AdmissionClient(this.plane.plane.kubeconfig);
    for (const [path, object] of BREACHES) await this.make(path, object);
    await this.bindService();
    const { cluster } = this.plane;
    const web = await cluster.get({ apiVersion: "apps/v1", kind: "Deployment", namespace: NAMESPACE, name: "web" });
    const [pod] = await cluster.listAll({ apiVersion: "v1", kind: "Pod", namespace: NAMESPACE });
    const namespace = await cluster.get({ apiVersion: "v1", kind: "Namespace", name: NAMESPACE });
    if (!web || !pod || !namespace) throw new Error(`${NAMESPACE} holds no app to copy`);
    this.standing = { web, namespace, pod: pod.metadata.name };
  }

  /** The tenant's administrator gives the namespace's own service account what it has itself, for good. */
  private async bindService(): Promise<void> {
    const path = `/apis/${RBAC}/namespaces/${NAMESPACE}/rolebindings/service`;
    const subjects = [{ kind: "ServiceAccount", name: "default", namespace: NAMESPACE }];
    await this.make(
      path,
      { apiVersion: RBAC, kind: "RoleBinding", roleRef: ref("tenantry-tenant-admin"), subjects },
      "admin",
    );
  }

  /** Makes or changes an object for good; its name is the path's last part. */
  async make(path: string, object: object, who: Who = "platform"): Promise<void> {
    const metadata = { ...(object as Partial<KubeObject>).metadata, name: path.split("/").at(-1) ?? "" };
    const body = { ...object, metadata };
    const query = `${path}?fieldManager=vectors&force=true`;
    const type = "application/apply-patch+yaml";
    // Rights reach the API server's own memory a moment after they are written.
    await eventually(async () => (await this.client.ask("PATCH", query, body, PEOPLE[who], type)).status < 300);
  }

  /** "ok", or the code with what the server said. Writes are dry runs: judged in full, stored never. */
  async answer(who: Who, { method, path, body, type, connects = false }: Asked): Promise<string> {
    const applies = type === "application/apply-patch+yaml";
    const query = [
      ...(method === "GET" || connects ? [] : ["dryRun=All"]),
      ...(applies ? ["fieldManager=mallory", "force=true"] : []),
    ].join("&");
    const whole = query === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${query}`;
    const { status, message } = await this.client.ask(method, whole, body, PEOPLE[who], type);
    return status < 300 ? "ok" : `${status} ${message}`;
  }

  /** One test for each attempt and person. */
  tries(attempts: readonly Attempt[]): void {
    const cases = attempts.flatMap((it) =>
      it.as.map((who) => ({ name: `vector ${it.vector}, ${it.verdict}: ${it.title}, by ${who}`, who, ...it })),
    );
    test.each(cases)("$name", async ({ who, ask, answer }) => {
      await expect.poll(() => this.answer(who, ask(this.standing)), SOON).toMatch(answer);
    });
  }
}

/** Brings it up before the file's tests. */
export function vectorFleet(prepare?: (fleet: VectorFleet) => Promise<unknown>): VectorFleet {
  const fleet = new VectorFleet(fleetPlane((it) => it.ok("up")));
  beforeAll(async () => {
    await fleet.prepare();
    await prepare?.(fleet);
  });
  afterAll(() => fleet.client.close());
  return fleet;
}
