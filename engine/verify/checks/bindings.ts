import { personaRole } from "../../../components/contract.ts";
import type { Tried } from "../check.ts";
import { object, TRIAL_NAME } from "../sample.ts";
import type { Space } from "../space.ts";

const GROUP = "rbac.authorization.k8s.io";
const subject = (kind: string, name: string, namespace?: string) =>
  kind === "ServiceAccount" ? { kind, name, namespace } : { kind, name, apiGroup: GROUP };
const binding = (what: string, role: string, to: object) =>
  object(what, `rolebindings.${GROUP}`, {
    roleRef: { apiGroup: GROUP, kind: "ClusterRole", name: role },
    subjects: [to],
  });

const weakest = ({ own }: Space): string => (own ? personaRole("tenant-viewer") : "view");
/** A group that may be bound here. */
const known = ({ identities }: Space) =>
  subject("Group", identities.find((it) => it.persona !== undefined)?.groups[0] ?? TRIAL_NAME);
const control = (space: Space) =>
  binding("a binding of a known group to the weakest role", weakest(space), known(space));

const TRIED: Omit<Tried, "control">[] = [
  {
    ...{ id: "bindings.cluster-admin", title: "Nobody hands out more than they have" },
    controls: ["CIS 5.1.1", "CIS 5.1.8", "OWASP K02"],
    fix: "take bind, escalate and wildcards from the roles bound here",
    tries: (space) => [binding("a binding to cluster-admin", "cluster-admin", known(space))],
  },
  {
    ...{ id: "bindings.to-everybody", title: "Nobody lets every user of the cluster in" },
    controls: ["CIS 5.1.1", "OWASP K02", "NSA authentication"],
    fix: "bound the subjects of RoleBindings by an admission policy",
    tries: (space) =>
      ["system:authenticated", "system:unauthenticated", "system:serviceaccounts"].map((it) =>
        binding(`a binding of ${it}`, weakest(space), subject("Group", it)),
      ),
  },
  {
    ...{ id: "bindings.to-foreign-accounts", title: "Nobody lets another namespace's pods in" },
    controls: ["OWASP K02", "NSA authentication"],
    fix: "bound the subjects of RoleBindings by an admission policy",
    tries: (space) => [
      binding(
        "a binding of kube-system's service account",
        weakest(space),
        subject("ServiceAccount", "default", "kube-system"),
      ),
    ],
  },
  {
    ...{ id: "bindings.to-strangers", title: "Nobody lets in whom the tenant did not name" },
    controls: ["OWASP K02", "NSA authentication"],
    own: true,
    fix: "bound the subjects of RoleBindings by an admission policy",
    tries: (space) => [
      binding("a binding of an unknown group", weakest(space), subject("Group", "tenantry-verify-strangers")),
      binding("a binding of a user by name", weakest(space), subject("User", "mallory")),
    ],
  },
  {
    ...{ id: "bindings.to-other-roles", title: "Nobody gives their group another role than a persona's" },
    controls: ["CIS 5.1.1", "OWASP K02"],
    own: true,
    fix: "bound the role of RoleBindings by an admission policy",
    // Weak enough that RBAC itself does not mind.
    tries: (space) => [binding("a binding to a role of the cluster", "system:discovery", known(space))],
  },
  {
    ...{ id: "roles.wildcards-made", title: "Nobody makes a role that grows by itself" },
    controls: ["CIS 5.1.3", "OWASP K02"],
    fix: "let nobody but the platform write roles",
    tries: () => [
      object("a Role of everything", `roles.${GROUP}`, {
        rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
      }),
    ],
  },
];

const narrow = () =>
  object("a Role that reads pods", `roles.${GROUP}`, {
    rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
  });

export const BINDINGS: Tried[] = TRIED.map((it) => ({ ...it, control: it.id.startsWith("roles.") ? narrow : control }));
