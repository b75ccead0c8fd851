import type { ResourceValidationArgs } from "@pulumi/policy";
import type { AdmissionSettings } from "../rules/guardrail.ts";
import { METADATA } from "./address-range.ts";
import { fields, list, text } from "./kube-object.ts";

/** What of a cluster stays shut to tenants, and the one way to its resolvers. */
export interface Walls {
  /** CIDRs of nodes, pods, services and metadata services. */
  shut: string[];
  /** Namespace and labels of the pods that resolve. */
  dnsNamespace: string;
  dnsLabels: Record<string, string>;
  /** Resolvers on the nodes themselves, as ranges of one address. */
  dnsAddresses: string[];
}

/** What a stack has that says nothing. */
const DEFAULT: Walls = {
  shut: METADATA,
  dnsNamespace: "kube-system",
  dnsLabels: { "k8s-app": "kube-dns" },
  dnsAddresses: [],
};

export function wallsOf({ ranges, network }: AdmissionSettings): Walls {
  const dns = network?.dns;
  return {
    shut: [...(ranges ? [...ranges.nodes, ...ranges.pods, ...ranges.services] : []), ...METADATA],
    dnsNamespace: dns?.namespace ?? DEFAULT.dnsNamespace,
    dnsLabels: dns?.labels ?? DEFAULT.dnsLabels,
    dnsAddresses: (dns?.addresses ?? []).map((it) => `${it}/${it.includes(":") ? 128 : 32}`),
  };
}

/** The same from the configuration of a rule; the metadata services stay shut whatever it says. */
export function configuredWalls(args: ResourceValidationArgs): Walls {
  const given = args.getConfig<Record<string, unknown>>();
  const texts = (value: unknown) => list(value).filter((it): it is string => typeof it === "string");
  const labels = Object.entries(fields(given["dnsLabels"])).map(([key, value]) => [key, text(value)] as const);
  return {
    shut: [...new Set([...texts(given["shut"]), ...METADATA])],
    dnsNamespace: text(given["dnsNamespace"]) || DEFAULT.dnsNamespace,
    dnsLabels: labels.length > 0 ? Object.fromEntries(labels) : DEFAULT.dnsLabels,
    dnsAddresses: texts(given["dnsAddresses"]),
  };
}

/** What the CLI's configuration of a pack may say. */
export const WALLS_SCHEMA = {
  properties: {
    shut: { type: "array", items: { type: "string" } },
    dnsNamespace: { type: "string" },
    dnsLabels: { type: "object" },
    dnsAddresses: { type: "array", items: { type: "string" } },
  },
} as const;
