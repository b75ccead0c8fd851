import { LABEL, podSecurityLabels } from "../../../components/contract.ts";
import type { Looked, Trial, Tried } from "../check.ts";
import { object, TRIAL_NAME } from "../sample.ts";
import type { Space } from "../space.ts";

const labelsOf = ({ object: it }: Space): Record<string, string> => it.metadata.labels ?? {};

/** The whole object with other labels: the finalize endpoint takes nothing less. */
function relabelled(space: Space, labels: Record<string, string>, way: string, what: string): Trial {
  const { namespace: name, object: it } = space;
  const where = way === "" ? "" : ` by its ${way} endpoint`;
  const asked = { what: what + where, resource: way === "" ? "namespaces" : `namespaces/${way}`, name };
  if (way !== "finalize") return { ...asked, verb: "patch", body: { metadata: { labels } } };
  const metadata = { ...it.metadata, labels: { ...it.metadata.labels, ...labels }, managedFields: undefined };
  return { ...asked, verb: "update", body: { ...it, metadata } };
}

const WAYS = ["", "status", "finalize"];

/** "status" and "finalize" write labels too (CVE-2022-46167, CVE-2024-39690, CVE-2025-55205). */
const TRIED: Tried[] = [
  {
    ...{ id: "namespace.pod-security-lowered", title: "Nobody here lowers the namespace's Pod Security" },
    controls: ["CIS 5.2.1", "OWASP K04", "NSA pod security"],
    as: "rights",
    fix: "let nobody patch namespaces, namespaces/status and namespaces/finalize",
    tries: (space) =>
      WAYS.map((way) =>
        relabelled(space, { [LABEL.podSecurityEnforce]: "privileged" }, way, "a namespace of privileged pods"),
      ),
    control: (space) => relabelled(space, { team: TRIAL_NAME }, "", "a free label"),
  },
  {
    ...{ id: "namespace.taken", title: "Nobody here gives the namespace to another tenant" },
    controls: ["CIS 5.6.1", "OWASP K04"],
    ...{ as: "rights", own: true },
    fix: "let nobody patch namespaces, namespaces/status and namespaces/finalize",
    tries: (space) =>
      WAYS.map((way) => relabelled(space, { [LABEL.tenant]: TRIAL_NAME }, way, "another tenant's namespace")),
    control: (space) => relabelled(space, { team: TRIAL_NAME }, "", "a free label"),
  },
  {
    ...{ id: "namespace.foreign-labels", title: "Nobody marks an object as another tenant's" },
    controls: ["CIS 5.6.1", "OWASP K04"],
    own: true,
    fix: "run: npm run -s tenantry -- up",
    tries: () => [
      object("a ConfigMap with another tenant's label", "configmaps", {
        metadata: { name: TRIAL_NAME, labels: { [LABEL.tenant]: TRIAL_NAME } },
      }),
    ],
    control: (space) =>
      object("a ConfigMap with its own tenant's label", "configmaps", {
        metadata: { name: TRIAL_NAME, labels: { [LABEL.tenant]: space.tenant } },
      }),
  },
];

const wanted = podSecurityLabels();
const VERSION = wanted[LABEL.podSecurityEnforceVersion] ?? "";
const TOLD = [LABEL.podSecurityWarn, LABEL.podSecurityAudit];
const shown = (value: string | undefined): string => (value === undefined ? "unset" : `"${value}"`);
const MARKS = [LABEL.tenant, LABEL.space, LABEL.fleet, LABEL.plan];

const LOOKED: Looked[] = [
  {
    ...{ id: "namespace.pod-security", title: "Pod Security refuses pods that are not restricted" },
    controls: ["CIS 5.2.1", "OWASP K04", "NSA pod security"],
    fix: `label the namespace ${LABEL.podSecurityEnforce}=restricted`,
    well: `${LABEL.podSecurityEnforce} is "restricted"`,
    look: (space) => {
      const found = labelsOf(space)[LABEL.podSecurityEnforce];
      return found === "restricted" ? [] : [`${LABEL.podSecurityEnforce} is ${shown(found)}`];
    },
  },
  {
    ...{ id: "namespace.pod-security-version", title: "Pod Security stays the same when the cluster is upgraded" },
    controls: ["CIS 5.2.1", "NSA pod security"],
    fix: `label the namespace ${LABEL.podSecurityEnforceVersion}=${VERSION}`,
    well: "the version of Pod Security is pinned",
    look: (space) => {
      const found = labelsOf(space)[LABEL.podSecurityEnforceVersion];
      const pinned = space.own ? found === VERSION : /^v1\.\d+$/.test(found ?? "");
      return pinned ? [] : [`${LABEL.podSecurityEnforceVersion} is ${shown(found)}`];
    },
  },
  {
    ...{ id: "namespace.pod-security-told", title: "Authors and the audit log are told of bad templates" },
    controls: ["OWASP K10", "NSA audit logging"],
    fix: `label the namespace ${TOLD.map((it) => `${it}=restricted`).join(" and ")}`,
    well: "Pod Security warns and audits as well",
    look: (space) =>
      TOLD.filter((it) => labelsOf(space)[it] !== "restricted").map((it) => `${it} is ${shown(labelsOf(space)[it])}`),
  },
  {
    ...{ id: "namespace.marked", title: "The namespace says whose it is" },
    controls: ["CIS 5.6.1"],
    own: true,
    fix: "run: npm run -s tenantry -- up",
    well: "tenant, space, fleet and plan are on the namespace",
    look: (space) => MARKS.filter((it) => !labelsOf(space)[it]).map((it) => `${it} is unset`),
  },
  {
    ...{ id: "namespace.default", title: "The default namespace is not used" },
    controls: ["CIS 5.6.4"],
    fix: "move what runs here to namespaces of its own",
    well: "it is not the default namespace, or nothing runs in it",
    look: ({ namespace, pods }) =>
      namespace === "default" && pods.length > 0 ? [`${pods.length} pods run in "default"`] : [],
  },
];

export const NAMESPACES = [...TRIED, ...LOOKED];
