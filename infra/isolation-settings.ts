import * as z from "zod";
import type { Isolation } from "../tenants/isolation.ts";
import { rangeOf } from "../tenants/network.ts";

const className = z
  .string("the name of a RuntimeClass")
  .regex(/^[a-z0-9]([-.a-z0-9]{0,61}[a-z0-9])?$/, "the name of a RuntimeClass, such as gvisor");

/** The RuntimeClass of this cluster behind each sandbox that plans name. A plan whose sandbox has none is refused. */
export const Sandboxes = z
  .strictObject({ gvisor: className.optional(), kata: className.optional() }, "gvisor and kata")
  .prefault({});

const image = z
  .string("an image")
  .regex(
    /^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}$/,
    "an image by digest, such as ghcr.io/loft-sh/vcluster-oss@sha256:<64 hex digits>",
  );

const address = z
  .string("a CIDR")
  .refine(
    (it) => rangeOf(it) !== undefined && /\/(3[0-2]|12[0-8])$/.test(it),
    "a CIDR of few addresses, such as 10.0.0.2/32",
  );

/** What virtual control planes are made of. Unset: the tier "virtual" is refused. */
export const Virtual = z
  .strictObject(
    {
      /** By digest, from a registry of the settings: the chart's own tags can be moved. */
      images: z.strictObject(
        { vcluster: image, kubernetes: image, coredns: image },
        "vcluster, kubernetes and coredns",
      ),
      /** Where the cluster's own API server listens, for the one way out that a virtual control plane has. */
      apiServer: z.strictObject(
        {
          cidrs: z.array(address, "a list of CIDRs").min(1, "at least one CIDR"),
          port: z.int("a port").min(1, "a port").max(65535, "a port").default(6443),
        },
        "cidrs and port",
      ),
    },
    "images and apiServer",
  )
  .optional();

/** Clusters of tenants of tier "cluster", by tenant. A tenant without one is refused. */
export const Clusters = z
  .record(
    z.string(),
    z.strictObject(
      {
        context: z.string("a context of the kubeconfig").min(1, "a context of the kubeconfig"),
        /** Path; unset means that of the settings. */
        kubeconfig: z.string("a path").min(1, "a path").max(500, "a path of at most 500 characters").optional(),
      },
      "context and kubeconfig",
    ),
    "a cluster for each tenant id",
  )
  .default({});

/** Tenants whose cluster is the fleet's own or another tenant's as well, with what is wrong: apart means alone. */
export function sharedClusters(
  clusters: z.output<typeof Clusters>,
  fleet: { context: string; kubeconfig?: string },
): { tenant: string; found: string }[] {
  const takenBy = new Map([[`${fleet.context} ${fleet.kubeconfig ?? ""}`, "the fleet"]]);
  return Object.entries(clusters).flatMap(([tenant, { context, kubeconfig = fleet.kubeconfig }]) => {
    const key = `${context} ${kubeconfig ?? ""}`;
    const other = takenBy.get(key);
    takenBy.set(key, tenant);
    return other === undefined ? [] : [{ tenant, found: `"${context}", the cluster of ${other}` }];
  });
}

/** What of it tenants are judged by. */
export const isolationOf = (settings: {
  sandboxes: z.output<typeof Sandboxes>;
  virtual?: z.output<typeof Virtual>;
  clusters: z.output<typeof Clusters>;
}): Isolation => ({
  sandboxes: (["gvisor", "kata"] as const).filter((it) => settings.sandboxes[it] !== undefined),
  virtual: settings.virtual !== undefined,
  clusters: Object.keys(settings.clusters),
});
