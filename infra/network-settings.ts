import * as z from "zod";
import { METADATA_RANGES, overlaps, rangeOf } from "../tenants/network.ts";

const KEY = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** The address as the range of itself. */
export const rangeOfAddress = (address: string): string => `${address}/${address.includes(":") ? 128 : 32}`;

const labels = z
  .record(z.string().regex(KEY, "label keys"), z.string().regex(VALUE, "label values"), "a map of labels")
  // An empty selector would open port 53 of every pod of that namespace.
  .refine((it) => Object.keys(it).length > 0, "at least one label of the DNS pods");

/** Link-local resolvers are common; the metadata service and what hands out credentials of pods are none. */
const CREDENTIALS = [
  "169.254.169.254/32",
  "169.254.170.0/24",
  ...METADATA_RANGES.filter((it) => !/^(169|fe80)/.test(it)),
];

const address = z
  .string("an address")
  .refine((it) => rangeOf(rangeOfAddress(it)) !== undefined, "addresses such as 169.254.20.10")
  .refine((it) => !CREDENTIALS.some((range) => overlaps(range, rangeOfAddress(it))), "addresses of resolvers");

/** What the program must know of the cluster's network to open no more of it than a tenant declared. */
export const Network = z
  .strictObject(
    {
      /** Network plug-in: cilium and eks open egress by host name, each in its own form; other knows addresses only. */
      cni: z.enum(["cilium", "eks", "other"], 'one of "cilium", "eks", "other"').default("other"),
      /** Where the cluster's resolvers are: the only port 53 that tenants reach. */
      dns: z
        .strictObject(
          {
            namespace: z
              .string("a namespace")
              .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "a namespace such as kube-system")
              .default("kube-system"),
            labels: labels.default({ "k8s-app": "kube-dns" }),
            /** Resolvers that are no pods of the cluster's network: NodeLocal DNSCache, EKS Auto Mode. */
            addresses: z.array(address, "a list of addresses").max(8, "at most 8 addresses").default([]),
          },
          "namespace, labels and addresses",
        )
        .prefault({}),
    },
    "cni and dns",
  )
  .prefault({});
