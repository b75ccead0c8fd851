import type { Check } from "./check.ts";
import { BINDINGS } from "./checks/bindings.ts";
import { CLAIM_CHECKS } from "./checks/claims.ts";
import { CLUSTER_RIGHTS } from "./checks/cluster-rights.ts";
import { IMAGES } from "./checks/images.ts";
import { INGRESS_CHECKS } from "./checks/ingresses.ts";
import { NAMESPACES } from "./checks/namespaces.ts";
import { NETWORKS } from "./checks/networks.ts";
import { PERSONA_CHECKS } from "./checks/personas.ts";
import { PLACEMENT } from "./checks/placement.ts";
import { PLATFORM } from "./checks/platform.ts";
import { POD_NODES } from "./checks/pod-nodes.ts";
import { POD_SECURITY } from "./checks/pod-security.ts";
import { QUOTAS } from "./checks/quotas.ts";
import { RIGHTS } from "./checks/rights.ts";
import { ROLES } from "./checks/roles.ts";
import { RUNNING } from "./checks/running.ts";
import { SECRETS } from "./checks/secrets.ts";
import { SERVICES } from "./checks/services.ts";
import { WORKLOAD_CHECKS } from "./checks/workloads.ts";

/** Every check, in the order of a report. */
export const CHECKS: readonly Check[] = [
  ...NAMESPACES,
  ...POD_SECURITY,
  ...POD_NODES,
  ...PLACEMENT,
  ...IMAGES,
  ...WORKLOAD_CHECKS,
  ...RUNNING,
  ...SECRETS,
  ...CLAIM_CHECKS,
  ...SERVICES,
  ...INGRESS_CHECKS,
  ...NETWORKS,
  ...QUOTAS,
  ...BINDINGS,
  ...ROLES,
  ...RIGHTS,
  ...CLUSTER_RIGHTS,
  ...PERSONA_CHECKS,
  ...PLATFORM,
];
