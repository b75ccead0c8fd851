import type { KubeObject } from "./api.ts";
import { PROVISIONER } from "./stages.ts";

const labels = { "k8s-app": "kube-dns" };
const namespace = "kube-system";

/** What every ordinary cluster has besides Kubernetes itself: a default storage class, and a DNS service for policies to point at. */
export const CLUSTER_OBJECTS: KubeObject[] = [
  {
    path: "/apis/storage.k8s.io/v1/csidrivers",
    apiVersion: "storage.k8s.io/v1",
    kind: "CSIDriver",
    metadata: { name: PROVISIONER },
    spec: { attachRequired: false, podInfoOnMount: false },
  },
  {
    path: "/apis/storage.k8s.io/v1/storageclasses",
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: PROVISIONER,
    reclaimPolicy: "Delete",
    volumeBindingMode: "Immediate",
  },
  {
    path: `/api/v1/namespaces/${namespace}/services`,
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "kube-dns", namespace, labels },
    spec: {
      clusterIP: "10.96.0.10",
      selector: labels,
      ports: [
        { name: "dns", port: 53, protocol: "UDP" },
        { name: "dns-tcp", port: 53, protocol: "TCP" },
      ],
    },
  },
  {
    path: `/apis/apps/v1/namespaces/${namespace}/deployments`,
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "coredns", namespace, labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          priorityClassName: "system-cluster-critical",
          automountServiceAccountToken: false,
          containers: [
            {
              name: "coredns",
              image: "simulated/coredns",
              resources: { requests: { cpu: "100m", memory: "70Mi" }, limits: { memory: "170Mi" } },
            },
          ],
        },
      },
    },
  },
];
