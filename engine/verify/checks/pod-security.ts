import { podChecks, type PodRow } from "../pod-row.ts";
import type { Change } from "../sample.ts";

/** Sets a field of the main container's security context. */
const context =
  (field: string, value: unknown): Change =>
  (_, main) => {
    main.securityContext[field] = value;
  };
const capabilities = (value: object): Change => context("capabilities", value);

/** What a container may be on its own: a row for each such field of the restricted Pod Security Standard. */
const ROWS: PodRow[] = [
  [
    "privileged",
    "Containers are not privileged",
    ["CIS 5.2.2"],
    "a privileged pod",
    (_, main) => {
      Object.assign(main.securityContext, { privileged: true, allowPrivilegeEscalation: true });
    },
  ],
  [
    "privilege-escalation",
    "Containers cannot gain privileges",
    ["CIS 5.2.6"],
    "a pod that may escalate privileges",
    context("allowPrivilegeEscalation", true),
  ],
  [
    "capabilities-added",
    "Containers get no capabilities of the kernel",
    ["CIS 5.2.9"],
    "a pod with SYS_ADMIN",
    capabilities({ drop: ["ALL"], add: ["SYS_ADMIN"] }),
  ],
  [
    "capabilities-kept",
    "Containers drop all capabilities, NET_RAW among them",
    ["CIS 5.2.8"],
    "a pod that drops no capabilities",
    capabilities({}),
  ],
  [
    "root",
    "Containers do not run as root",
    ["CIS 5.2.7"],
    "a pod as user 0",
    (it, main) => {
      it.securityContext = { ...it.securityContext, runAsUser: 0, runAsNonRoot: false };
      main.securityContext["runAsUser"] = 0;
    },
    [
      "a pod that does not promise another user than root",
      (it) => {
        Reflect.deleteProperty(it.securityContext, "runAsNonRoot");
        Reflect.deleteProperty(it.securityContext, "runAsUser");
      },
    ],
  ],
  [
    "seccomp",
    "Containers run under a seccomp profile",
    ["CIS 5.6.2"],
    "a pod without a seccomp profile",
    (it) => Reflect.deleteProperty(it.securityContext, "seccompProfile"),
    [
      "an unconfined pod",
      (it) => {
        it.securityContext["seccompProfile"] = { type: "Unconfined" };
      },
    ],
  ],
  [
    "apparmor",
    "Containers do not drop AppArmor",
    ["CIS 5.6.3"],
    "a pod without AppArmor",
    context("appArmorProfile", { type: "Unconfined" }),
  ],
  [
    "selinux",
    "Containers do not choose their SELinux type",
    ["CIS 5.6.3"],
    "a pod of SELinux type spc_t",
    context("seLinuxOptions", { type: "spc_t" }),
  ],
  [
    "proc-mount",
    "Containers see a masked /proc",
    ["CIS 5.6.3"],
    "a pod with an unmasked /proc",
    (it, main) => {
      it["hostUsers"] = false;
      main.securityContext["procMount"] = "Unmasked";
    },
  ],
  [
    "sysctls",
    "Pods set no unsafe kernel parameters",
    ["CIS 5.6.3"],
    "a pod that sets kernel.msgmax",
    (it) => {
      it.securityContext["sysctls"] = [{ name: "kernel.msgmax", value: "65536" }];
    },
  ],
  [
    "init-containers",
    "Init containers are judged like the others",
    ["CIS 5.2.2"],
    "a pod with a privileged init container",
    (it, main) => {
      const privileged = { ...main.securityContext, privileged: true, allowPrivilegeEscalation: true };
      it["initContainers"] = [
        { ...main, name: "init", readinessProbe: undefined, livenessProbe: undefined, securityContext: privileged },
      ];
    },
  ],
];

export const POD_SECURITY = podChecks(ROWS);
