import type { Tried } from "../check.ts";
import { object } from "../sample.ts";

const ports = [{ port: 80 }];
const service = (what: string, spec: object) => object(what, "services", { spec: { ports, ...spec } });

type Row = [id: string, title: string, controls: string[], what: string, spec: object];

const ROWS: Row[] = [
  [
    "node-port",
    "Services open no port on nodes",
    ["OWASP K06", "NSA network separation"],
    "a NodePort",
    { type: "NodePort" },
  ],
  [
    "load-balancer",
    "Services open no way in beside the gateway",
    ["OWASP K06", "NSA network separation"],
    "a LoadBalancer",
    { type: "LoadBalancer" },
  ],
  [
    "external-ips",
    "Services take over nobody's address (CVE-2020-8554)",
    ["OWASP K05"],
    "a Service with externalIPs",
    { externalIPs: ["198.51.100.7"] },
  ],
  [
    "external-name",
    "Services are no alias of somebody else's",
    ["OWASP K05"],
    "an ExternalName",
    { type: "ExternalName", externalName: "kubernetes.default.svc.cluster.local", ports: undefined },
  ],
];

export const SERVICES: Tried[] = ROWS.map(([id, title, controls, what, spec]) => ({
  ...{ id: `services.${id}`, title, controls },
  fix: "allow Services of type ClusterIP only, by an admission policy, and set services.nodeports and services.loadbalancers to 0 in the quota",
  tries: () => [service(what, spec)],
  control: () => service("a Service inside the cluster", {}),
}));
