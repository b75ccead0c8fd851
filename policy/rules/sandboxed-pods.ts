import { fields, list, says, text, type Fields } from "../judging/kube-object.ts";
import { allContainers, PODS, POD_VARIABLES, templateOf, type Template } from "../judging/pod-template.ts";
import { tenantRule } from "../judging/promise.ts";
import { CHANGED, cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "sandboxed-pods";
const HOST = ["hostNetwork", "hostPID", "hostIPC"];
const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
];
const SECCOMP = ["RuntimeDefault", "Localhost"];
const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"];
const HOOKS = ["postStart", "preStop"];
const ACTIONS = ["httpGet", "tcpSocket"];
/** As Pod Security has them since 1.31. */
const SELINUX = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
const APPARMOR_NOTE = "container.apparmor.security.beta.kubernetes.io/";
/** Whatever else a node counts out is a piece of it: a GPU, /dev/kvm, huge pages. */
const SIZES = ["cpu", "memory", "ephemeral-storage"];

/** CEL: whether the security context `c` steps out of SELinux, AppArmor or Windows' own sandbox. */
const celLoose = (c: string) =>
  `${c}.?seLinuxOptions.?user.orValue("") != "" || ${c}.?seLinuxOptions.?role.orValue("") != "" || ` +
  `!(${c}.?seLinuxOptions.?type.orValue("") in ${cel(SELINUX)}) || ${c}.?windowsOptions.?hostProcess.orValue(false)`;

/** Per container, what CEL must say (`c` is the container, `variables.own` the pod's security context). */
const CONTAINER_FAULTS: Record<string, string> = {
  privileged: "c.?securityContext.?privileged.orValue(false)",
  "no allowPrivilegeEscalation=false": "c.?securityContext.?allowPrivilegeEscalation.orValue(true)",
  "capabilities not dropped": '!("ALL" in c.?securityContext.?capabilities.?drop.orValue([]))',
  "capabilities added": '!c.?securityContext.?capabilities.?add.orValue([]).all(a, a == "NET_BIND_SERVICE")',
  "no runAsNonRoot": "!c.?securityContext.?runAsNonRoot.orValue(variables.own.?runAsNonRoot.orValue(false))",
  "user 0": "c.?securityContext.?runAsUser.orValue(1) == 0",
  "no seccomp profile": `!(c.?securityContext.?seccompProfile.?type.orValue(variables.own.?seccompProfile.?type.orValue("")) in ${cel(SECCOMP)})`,
  procMount: '!(c.?securityContext.?procMount.orValue("") in ["", "Default"])',
  "SELinux or host process": celLoose("c.?securityContext"),
  device: `[c.?resources.?requests.orValue({}), c.?resources.?limits.orValue({})].exists(m, m.exists(k, !(k in ${cel(SIZES)})))`,
  AppArmor: 'c.?securityContext.?appArmorProfile.?type.orValue("") == "Unconfined"',
  hostPort: "c.?ports.orValue([]).exists(p, p.?hostPort.orValue(0) != 0)",
  "probe or hook with a host": [
    ...PROBES.flatMap((probe) => ACTIONS.map((action) => `c.?${probe}.?${action}.?host.orValue("") != ""`)),
    ...HOOKS.flatMap((hook) => ACTIONS.map((action) => `c.?lifecycle.?${hook}.?${action}.?host.orValue("") != ""`)),
  ].join(" || "),
};

/**
 * One pod with a host path, a host namespace or a capability owns its node and every tenant on it; a probe with a host
 * makes the kubelet call addresses no network policy sees. Pod Security refuses the pods but only warns about templates.
 */
export const sandboxedPods: Guardrail = {
  rule: tenantRule(
    {
      name,
      severity: "critical",
      description:
        "Pods get nothing of their node: no host paths, namespaces, ports or privileges, and a seccomp profile.",
      remediationSteps:
        "Set securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: [ALL] }, seccompProfile: { type: RuntimeDefault } } and remove what is named.",
    },
    (object) => {
      const template = templateOf(object);
      return template ? [...podFaults(template), ...containerFaults(template.spec)] : [];
    },
  ),
  admission: () =>
    twin({
      name,
      scope: "tenants",
      match: PODS,
      conditions: CHANGED,
      variables: { ...POD_VARIABLES, own: "variables.spec.?securityContext.orValue({})" },
      verdicts: [
        {
          found:
            HOST.map((key) => `(variables.spec.?${key}.orValue(false) ? [${cel(key)}] : [])`).join(" + ") +
            ' + (size(variables.own.?sysctls.orValue([])) > 0 ? ["sysctls"] : [])' +
            ' + (size(variables.spec.?resourceClaims.orValue([])) > 0 ? ["resourceClaims"] : [])' +
            ' + (variables.own.?runAsNonRoot.orValue(true) ? [] : ["runAsNonRoot false"])' +
            ` + (variables.own.?seccompProfile.?type.orValue("RuntimeDefault") in ${cel(SECCOMP)} ? [] : ["seccomp profile"])` +
            ' + (variables.own.?appArmorProfile.?type.orValue("") == "Unconfined" ? ["AppArmor"] : [])' +
            ` + (${celLoose("variables.own")} ? ["SELinux or host process"] : [])` +
            ` + variables.notes.map(k, k).filter(k, k.startsWith(${cel(APPARMOR_NOTE)}) && variables.notes[k] == "unconfined")` +
            ' + (variables.own.?runAsUser.orValue(1) == 0 ? ["user 0"] : [])' +
            ` + variables.volumes.filter(v, !v.all(k, k == "name" || k in ${cel(VOLUMES)})).map(v, "volume " + v.name)`,
          wanted: "nothing of the node",
        },
        {
          found: Object.entries(CONTAINER_FAULTS)
            .map(([fault, bad]) => `variables.all.filter(c, ${bad}).map(c, ${cel(`${fault} in container `)} + c.name)`)
            .join(" + "),
          wanted: "the restricted Pod Security profile and no device, in templates too",
        },
      ],
    }),
};

function podFaults({ spec, annotations }: Template): string[] {
  const own = fields(spec.securityContext);
  return [
    ...HOST.filter((key) => says(spec[key])).map((key) => `the pod sets ${key}, want it unset`),
    ...(says(own.sysctls) ? ["the pod sets sysctls, want none"] : []),
    ...(own.runAsUser === 0 ? ["the pod runs as user 0, want another"] : []),
    ...(says(spec.resourceClaims) ? ["the pod claims devices, want none"] : []),
    ...(own.runAsNonRoot === false ? ["the pod may run as root, want runAsNonRoot: true"] : []),
    ...("seccompProfile" in own && !SECCOMP.includes(text(fields(own.seccompProfile).type))
      ? ["the pod has no seccomp profile, want type RuntimeDefault"]
      : []),
    ...(text(fields(own.appArmorProfile).type) === "Unconfined" ? ["the pod drops AppArmor, want RuntimeDefault"] : []),
    ...(isLoose(own) ? ["the pod changes SELinux or is a host process, want neither"] : []),
    ...Object.keys(annotations)
      .filter((key) => key.startsWith(APPARMOR_NOTE) && annotations[key] === "unconfined")
      .map((key) => `the pod drops AppArmor by ${key}, want RuntimeDefault`),
    ...list(spec.volumes).flatMap((value) => {
      const strange = Object.keys(fields(value)).filter((key) => key !== "name" && !VOLUMES.includes(key));
      return strange.map(
        (key) => `volume "${text(fields(value).name)}" is of type ${key}, want one of ${VOLUMES.join(", ")}`,
      );
    }),
  ];
}

function containerFaults(spec: Fields): string[] {
  const own = fields(spec.securityContext);
  return allContainers(spec).flatMap(({ title, body }) => {
    const context = fields(body.securityContext);
    const capabilities = fields(context.capabilities);
    const seccomp = fields(context.seccompProfile).type ?? fields(own.seccompProfile).type;
    const found: [boolean, string][] = [
      [says(context.privileged), "is privileged, want privileged unset"],
      [context.allowPrivilegeEscalation !== false, "may escalate privileges, want allowPrivilegeEscalation: false"],
      [!list(capabilities.drop).includes("ALL"), "keeps capabilities, want capabilities.drop: [ALL]"],
      [
        list(capabilities.add).some((it) => it !== "NET_BIND_SERVICE"),
        "adds capabilities, want NET_BIND_SERVICE at most",
      ],
      [(context.runAsNonRoot ?? own.runAsNonRoot) !== true, "may run as root, want runAsNonRoot: true"],
      [context.runAsUser === 0, "runs as user 0, want another"],
      [!SECCOMP.includes(text(seccomp)), "has no seccomp profile, want type RuntimeDefault"],
      [!["", "Default"].includes(text(context.procMount)), "sets procMount, want Default"],
      [text(fields(context.appArmorProfile).type) === "Unconfined", "drops AppArmor, want RuntimeDefault"],
      [isLoose(context), "changes SELinux or is a host process, want neither"],
      [asksForDevice(fields(body.resources)), `asks for a device, want ${SIZES.join(", ")} only`],
      [list(body.ports).some((it) => says(fields(it).hostPort)), "takes a host port, want none"],
      [hasHost(body), "has a probe or hook with a host, want the pod's own address"],
    ];
    return found.filter(([bad]) => bad).map(([, fault]) => `${title} ${fault}`);
  });
}

const isLoose = ({ seLinuxOptions, windowsOptions }: Fields): boolean => {
  const { user, role, type } = fields(seLinuxOptions);
  return says(user) || says(role) || !SELINUX.includes(text(type)) || says(fields(windowsOptions).hostProcess);
};

const asksForDevice = ({ requests, limits }: Fields): boolean =>
  [requests, limits].some((it) => Object.keys(fields(it)).some((key) => !SIZES.includes(key)));

const hasHost = (container: Fields): boolean =>
  [...PROBES.map((it) => container[it]), ...HOOKS.map((it) => fields(container.lifecycle)[it])].some((handler) =>
    ACTIONS.some((action) => says(fields(fields(handler)[action]).host)),
  );
