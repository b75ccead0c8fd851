import { LABEL, NAME, personaRole } from "../../components/contract.ts";
import type { Cluster } from "../../engine/cluster/cluster.ts";
import type { KubeObject, ObjectRef } from "../../engine/cluster/object.ts";

/** The space that is weakened; its groups have its tenant's names. */
export const WEAKENED = "acme-api";
const ADMISSION = "admissionregistration.k8s.io/v1";
const RBAC = "rbac.authorization.k8s.io";

/** Takes a guard away, as the administrator of the cluster; returns how to put it back. */
export type Weaken = (cluster: Cluster) => Promise<() => Promise<unknown>>;

export const inside = (apiVersion: string, kind: string, name: string): ObjectRef => ({
  ...{ apiVersion, kind, namespace: WEAKENED, name },
});
export const QUOTA = inside("v1", "ResourceQuota", NAME.quota);
const PAUSE = `registry.k8s.io/pause@sha256:${"0".repeat(64)}`;
const NAMESPACE: ObjectRef = { apiVersion: "v1", kind: "Namespace", name: WEAKENED };

/** Without what the server itself writes. */
function bare({ metadata, ...rest }: KubeObject): KubeObject {
  const { name, namespace, labels, annotations } = metadata;
  return { ...rest, status: undefined, metadata: { name, ...(namespace && { namespace }), labels, annotations } };
}

export const removed =
  (ref: ObjectRef): Weaken =>
  async (cluster) => {
    const live = await cluster.get(ref);
    if (!live) throw new Error(`there is no ${ref.kind} ${ref.name} to remove`);
    await cluster.remove(ref);
    return () => cluster.create(bare(live));
  };

export const patched =
  (ref: ObjectRef, weak: object, strong: object): Weaken =>
  async (cluster) => {
    await cluster.patch(ref, weak);
    return () => cluster.patch(ref, strong);
  };

export const added =
  (object: KubeObject): Weaken =>
  async (cluster) => {
    await cluster.create(object);
    const { apiVersion, kind, metadata } = object;
    return () => cluster.remove({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name });
  };

export const policyBinding = (rule: string): ObjectRef => ({
  ...{ apiVersion: ADMISSION, kind: "ValidatingAdmissionPolicyBinding", name: `tenantry-${rule}` },
});

/** Until an administrator's trial of it gets through: a policy lets go a moment after its binding is gone. */
async function eventually(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await work();
      return;
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Weakens what an admission policy would not let even an administrator weaken: the policy looks away meanwhile. */
export const past =
  (rules: string[], weaken: Weaken): Weaken =>
  async (cluster) => {
    const back = await Promise.all(rules.map((it) => removed(policyBinding(it))(cluster)));
    let undo: (() => Promise<unknown>) | undefined;
    await eventually(async () => {
      undo = await weaken(cluster);
    });
    await Promise.all(back.map((it) => it()));
    return async () => undo?.();
  };

/** One after another, undone backwards. */
export const both =
  (...steps: Weaken[]): Weaken =>
  async (cluster) => {
    const undone: (() => Promise<unknown>)[] = [];
    for (const step of steps) undone.unshift(await step(cluster));
    return async () => {
      for (const undo of undone) await undo();
    };
  };

export const label = (key: string, weak: string | null, strong: string) =>
  patched(NAMESPACE, { metadata: { labels: { [key]: weak } } }, { metadata: { labels: { [key]: strong } } });
export const key =
  (name: string): Weaken =>
  async (cluster) => {
    const live = (await cluster.get(QUOTA)) as unknown as { spec: { hard: Record<string, string> } };
    const hard = (value: string | null | undefined) => ({ spec: { hard: { [name]: value } } });
    return patched(QUOTA, hard(null), hard(live.spec.hard[name]))(cluster);
  };

/** A right more for a persona, in every namespace of every tenant. */
export const wider =
  (
    persona: "tenant-admin" | "tenant-user" | "tenant-viewer",
    apiGroup: string,
    resource: string,
    ...verbs: string[]
  ): Weaken =>
  async (cluster) => {
    const ref = { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", name: personaRole(persona) };
    const { rules } = (await cluster.get(ref)) as unknown as { rules: object[] };
    return patched(
      ref,
      { rules: [...rules, { apiGroups: [apiGroup], resources: [resource], verbs }] },
      { rules },
    )(cluster);
  };

export const bound = (
  role: string,
  subject: object,
  kind: "RoleBinding" | "ClusterRoleBinding" = "RoleBinding",
): Weaken =>
  added({
    ...{ apiVersion: `${RBAC}/v1`, kind },
    metadata: { name: "weak", ...(kind === "RoleBinding" && { namespace: WEAKENED }) },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: role },
    subjects: [subject],
  });
export const group = (name: string) => ({ apiGroup: RBAC, kind: "Group", name });

export const networkPolicy = (spec: object): Weaken =>
  added({
    ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "weak", namespace: WEAKENED } },
    spec: { podSelector: {}, ...spec },
  });

/** A pod that came in before the namespace had Pod Security. */
export const running =
  (main: { securityContext?: object }, spec: object = {}): Weaken =>
  async (cluster) => {
    const ref = inside("v1", "Pod", "weak");
    await cluster.patch(NAMESPACE, { metadata: { labels: { [LABEL.podSecurityEnforce]: null } } });
    const resources = { requests: { cpu: "1m", memory: "1Mi" }, limits: { cpu: "1m", memory: "1Mi" } };
    const container = { name: "main", image: PAUSE, resources, ...main };
    const narrow = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
    await cluster.create({
      ...{ apiVersion: ref.apiVersion, kind: ref.kind, metadata: { name: ref.name, namespace: WEAKENED } },
      spec: {
        ...{ automountServiceAccountToken: false, priorityClassName: NAME.tenantPriority },
        securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
        containers: [{ securityContext: narrow, ...container }],
        ...spec,
      },
    });
    await cluster.patch(NAMESPACE, { metadata: { labels: { [LABEL.podSecurityEnforce]: "restricted" } } });
    return async () => {
      await cluster.remove(ref);
      await eventually(async () => {
        if (await cluster.get(ref)) throw new Error("the pod is still there");
      });
    };
  };
