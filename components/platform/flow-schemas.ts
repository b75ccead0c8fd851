import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { NAME, platformLabels } from "../contract.ts";

export interface FlowSchemasArgs {
  fleet: string;
  /** Groups that are the platform. */
  platformGroups: string[];
}

interface Level {
  name: string;
  /** Part of the API server's seats, beside the 245 of Kubernetes' own levels. */
  shares: number;
  /** How much of it, in percent, others may use while it is idle. */
  lendable: number;
  /** How much more than its own, in percent, it may use of what others leave idle. */
  borrows: number;
  /** Requests wait in `hand` of `queues` queues, picked by who asks; each holds `length`. What finds them full is refused with 429. */
  queues: number;
  hand: number;
  length: number;
}

/** Of an API server's usual 600 seats each level has 59: tenants never have more, whoever idles. A user may have 80 requests waiting. */
const TENANTS: Level = {
  name: NAME.tenantFlow,
  shares: 30,
  lendable: 50,
  borrows: 0,
  queues: 128,
  hand: 4,
  length: 20,
};
const PLATFORM: Level = {
  name: NAME.platformFlow,
  shares: 30,
  lendable: 50,
  borrows: 100,
  queues: 16,
  hand: 4,
  length: 100,
};

/** After Kubernetes' own programs (1 to 900), before its catch-all for service accounts (9000) and people (9900). */
const PRECEDENCE = { platform: 1000, tenants: 8900 };

const EVERYTHING = {
  resourceRules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"], namespaces: ["*"], clusterScope: true }],
  nonResourceRules: [{ nonResourceURLs: ["*"], verbs: ["*"] }],
};

/**
 * A tenant's flood of requests waits behind itself: the platform has seats of its own, and among tenants each user and
 * service account has queues of its own. Whoever is neither Kubernetes nor platform counts as a tenant, so that no tenant
 * need be listed. By user, not by namespace: a request counts before it is authorized, and a flood at another tenant's
 * namespace would fill that tenant's queues.
 */
export class FlowSchemas extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:platform:FlowSchemas";

  constructor(name: string, args: FlowSchemasArgs, opts?: pulumi.ComponentResourceOptions) {
    super(FlowSchemas.__pulumiType, name, args, opts);
    const labels = platformLabels(args.fleet);
    const within = { parent: this };
    const accounts = [NAME.system, NAME.gateway].map((it) => `system:serviceaccounts:${it}`);
    const flows = [
      { role: "platform", level: PLATFORM, groups: [...args.platformGroups, ...accounts] },
      { role: "tenants", level: TENANTS, groups: ["system:authenticated"] },
    ] as const;
    for (const { role, level, groups } of flows) {
      const made = new k8s.flowcontrol.v1.PriorityLevelConfiguration(
        `${name}-${role}-level`,
        { metadata: { name: level.name, labels }, spec: { type: "Limited", limited: limited(level) } },
        within,
      );
      new k8s.flowcontrol.v1.FlowSchema(
        `${name}-${role}`,
        {
          metadata: { name: level.name, labels },
          spec: {
            matchingPrecedence: PRECEDENCE[role],
            priorityLevelConfiguration: { name: made.metadata.name },
            distinguisherMethod: { type: "ByUser" },
            rules: [{ subjects: groups.map((it) => ({ kind: "Group", group: { name: it } })), ...EVERYTHING }],
          },
        },
        within,
      );
    }
    this.registerOutputs({});
  }
}

const limited = ({ shares, lendable, borrows, queues, hand, length }: Level) => ({
  nominalConcurrencyShares: shares,
  lendablePercent: lendable,
  borrowingLimitPercent: borrows,
  limitResponse: { type: "Queue", queuing: { queues, handSize: hand, queueLengthLimit: length } },
});
