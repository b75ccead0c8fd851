import { ANNOTATION, LABEL, podSecurityLabels } from "../../../components/contract.ts";
import type { Answer, Asking } from "../../../engine/verify/asker.ts";
import type { Trial } from "../../../engine/verify/check.ts";
import { type Identity, ownIdentities } from "../../../engine/verify/identity.ts";
import type { Space } from "../../../engine/verify/space.ts";
import type { KubeObject } from "../../../engine/cluster/object.ts";

export const made = (kind: string, name: string, body: object = {}): KubeObject => ({
  ...{ apiVersion: "v1", kind, metadata: { name, namespace: "acme-api" } },
  ...body,
});

/** A namespace of the platform with nothing in it, then changed. */
export function space(change: Partial<Space> = {}): Space {
  const labels = {
    ...{ [LABEL.tenant]: "acme", [LABEL.space]: "api", [LABEL.fleet]: "test", [LABEL.plan]: "team" },
    ...podSecurityLabels(),
  };
  const annotations = {
    [ANNOTATION.admins]: "acme-admins",
    [ANNOTATION.users]: "acme-users",
    [ANNOTATION.viewers]: "acme-viewers",
    [ANNOTATION.domains]: "acme.example",
  };
  const object: KubeObject = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "acme-api", labels, annotations },
  };
  const none = { quotas: [], limitRanges: [], networkPolicies: [], roleBindings: [], roles: [], serviceAccounts: [] };
  return {
    ...{ namespace: "acme-api", tenant: "acme", own: true, object, identities: ownIdentities(object) },
    ...{ ...none, pods: [], tokenSecrets: [], placement: {} },
    ...{ image: `ghcr.io/acme/api@sha256:${"a".repeat(64)}`, domain: "acme.example" },
    platform: {
      ...{ tenants: new Map([["acme-api", "acme"]]), namespaces: ["acme-api", "kube-system"] },
      ...{ clusterRoles: new Map(), clusterBindings: [], policies: [], policyBindings: [] },
    },
    ...change,
  };
}

export const ADMITTED: Answer = { admitted: true };
export const refused = (by: "policy" | "quota" | "rights" | "no trial" | "unserved", name = by as string): Answer => ({
  ...{ admitted: false, by, name },
});

/** A cluster in a sentence: who may do what, and what becomes of a trial. */
export function asking(
  may: (who: Identity, question: string, where: string) => boolean,
  answer: (trial: Trial, who: Identity) => Answer = () => ADMITTED,
): Asking & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    may: (who, question, where) => Promise.resolve(may(who, question, where)),
    try: (who, trial) => {
      asked.push(`${who.title}: ${trial.what}`);
      return Promise.resolve(answer(trial, who));
    },
  };
}
