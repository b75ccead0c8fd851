import type { Loose } from "./admission-loose.ts";
import { LABEL, NAME } from "../../components/contract.ts";
import type { Mutation } from "./admission-mutations.ts";

const of = (field: string, change: (target: Loose) => void): Mutation => ({ field, change });
const network = (way: "ingress" | "egress", rule: object) =>
  of(`${way} ${JSON.stringify(rule)}`, (it) => (it.spec[way] = [rule]));
const egressTo = (cidr: string, except?: string[]) =>
  network("egress", { to: [{ ipBlock: { cidr, ...(except && { except }) } }] });
const named = (name: string) => ({ namespaceSelector: { matchLabels: { [LABEL.namespaceName]: name } } });
const tenants = (tenant: string) => ({ namespaceSelector: { matchLabels: { [LABEL.tenant]: tenant } } });
const dnsPods = { podSelector: { matchLabels: { "k8s-app": "kube-dns" } } };

const ingress = (field: string, change: (spec: Loose, it: Loose) => void) => of(field, (it) => change(it.spec, it));
const host = (value: string) => ingress(`host ${value}`, (spec) => (spec.rules[0].host = value));
const backend = { service: { name: "it", port: { number: 80 } } };

/** Changes of network policies and ingresses. */
export const NETWORK_MUTATIONS: Record<string, Mutation[]> = {
  NetworkPolicy: [
    ...[
      "0.0.0.0/0",
      "0.0.0.0/1",
      "128.0.0.0/1",
      "10.0.0.0/8",
      "10.0.0.0/12",
      "198.51.100.7/32",
      "::/0",
      "2001::/16",
      "2001:db8::/32",
      "169.254.169.254/32",
      "169.240.0.0/12",
      "fd00:ec2::/64",
    ].map((it) => egressTo(it)),
    egressTo("169.240.0.0/12", ["169.254.0.0/16"]),
    ...["10.244.7.9/32", "10.96.0.0/16", "192.168.3.0/24", "192.160.0.0/12", "fd00:10:244:1::/64", "fd00::/32"].map(
      (it) => egressTo(it),
    ),
    egressTo("192.160.0.0/12", ["192.168.0.0/16"]),
    egressTo("192.160.0.0/12", ["192.168.0.0/17", "192.168.128.0/17"]),
    egressTo("169.254.20.10/32"),
    network("egress", { to: [{ ipBlock: { cidr: "169.254.20.10/32" } }], ports: [{ port: 53, protocol: "UDP" }] }),
    network("ingress", { from: [{ ipBlock: { cidr: "169.254.20.10/32" } }], ports: [{ port: 53 }] }),
    network("ingress", { from: [{ ipBlock: { cidr: "10.244.0.0/16" } }] }),
    network("ingress", { from: [{ ipBlock: { cidr: "198.51.100.0/24" } }] }),
    network("egress", { to: [{ ...named("kube-system"), ...dnsPods }] }),
    network("egress", { to: [{ ...named("kube-system"), ...dnsPods }], ports: [{ port: 53 }, { port: 9153 }] }),
    network("egress", { to: [{ ...named("kube-system"), ...dnsPods }], ports: [{ port: 53, endPort: 9153 }] }),
    egressTo("169.240.0.0/12", ["169.250.0.0/16"]),
    network("egress", {}),
    network("egress", { ports: [{ port: 53, protocol: "UDP" }] }),
    network("ingress", {}),
    network("ingress", { from: [{ namespaceSelector: {} }] }),
    network("ingress", { from: [{ podSelector: {} }, { namespaceSelector: {} }] }),
    network("ingress", { from: [{ namespaceSelector: { matchLabels: { team: "acme" } } }] }),
    ...["guardtest-jobs", "guardtest-api", "guardtest-a-b", "other-api", NAME.gateway, "kube-system"].map((it) =>
      network("ingress", { from: [named(it)] }),
    ),
    network("egress", { to: [named(NAME.gateway)] }),
    network("egress", { to: [named("kube-system")] }),
    network("egress", { to: [{ ...named("kube-system"), ...dnsPods }], ports: [{ port: 53, protocol: "UDP" }] }),
    network("egress", { to: [{ ...named("guardtest-jobs"), ...dnsPods }] }),
    network("ingress", { from: [tenants("guardtest")] }),
    network("ingress", { from: [tenants("other")] }),
    network("ingress", {
      from: [
        { namespaceSelector: { matchExpressions: [{ key: LABEL.namespaceName, operator: "NotIn", values: ["x"] }] } },
      ],
    }),
  ],
  Ingress: [
    ...[
      "",
      "*.guardtest.example",
      "guardtest.example",
      "a.b.guardtest.example",
      "xn--bcher-kva.guardtest.example",
      "single",
    ].map(host),
    ingress("default backend", (spec) => (spec.defaultBackend = backend)),
    ingress("no rules", (spec) => {
      delete spec.rules;
      spec.defaultBackend = backend;
    }),
    ingress("tls wildcard", (spec) => (spec.tls[0].hosts = ["*.guardtest.example"])),
    ingress("tls without hosts", (spec) => delete spec.tls[0].hosts),
    ingress("no tls", (spec) => delete spec.tls),
    ...[
      "nginx.ingress.kubernetes.io/configuration-snippet",
      "nginx.ingress.kubernetes.io/server-alias",
      "cert-manager.io/cluster-issuer",
      "nginx.ingress.kubernetes.io/auth-url",
    ].map((key) => ingress(`annotation ${key}`, (_, it) => (it.metadata.annotations[key] = "it"))),
  ],
};
