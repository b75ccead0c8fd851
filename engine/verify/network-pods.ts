import { LABEL, NAME, podSecurityLabels } from "../../components/contract.ts";
import type { KubeObject } from "../cluster/object.ts";

/** Namespace of the two pods, the platform's own: made for the trial and gone after it. */
export const PROBE = "tenantry-network-probe";
/** Value of the label that says whose it is: one of that name that lacks it is left alone. */
export const PROBE_PART = "network-probe";
const PORT = 8080;
/** Should the program die, the pods end by themselves. In seconds. */
const LONGEST = 300;

const labels = { [LABEL.part]: PROBE_PART, [LABEL.managedBy]: NAME.manager };

export const probeNamespace = (): KubeObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: PROBE, labels: { ...podSecurityLabels(), ...labels } },
});

/** Answers on a port. The image is Kubernetes' own test image, agnhost, or one with the same commands. */
export const serverPod = (image: string): KubeObject => pod("server", image, ["netexec", `--http-port=${PORT}`]);

/** Succeeds when it can connect, else fails after three seconds. */
export const clientPod = (name: string, image: string, address: string): KubeObject => {
  const host = address.includes(":") ? `[${address}]` : address;
  return pod(name, image, ["connect", `${host}:${PORT}`, "--timeout=3s", "--protocol=tcp"]);
};

function pod(name: string, image: string, args: string[]): KubeObject {
  const role = name === "server" ? "server" : "client";
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: PROBE, labels: { ...labels, [LABEL.app]: role } },
    spec: {
      restartPolicy: "Never",
      activeDeadlineSeconds: LONGEST,
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        ...{ runAsNonRoot: true, runAsUser: 65_532, runAsGroup: 65_532 },
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          ...{ name: "probe", image, args },
          resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { cpu: "100m", memory: "64Mi" } },
          securityContext: {
            ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
            capabilities: { drop: ["ALL"] },
          },
        },
      ],
    },
  };
}

/** Closes one end of the connection and nothing else: which end it is, is what is tried. */
export const denial = (way: "Ingress" | "Egress"): KubeObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: `deny-${way.toLowerCase()}`, namespace: PROBE, labels },
  spec: {
    podSelector: { matchLabels: { [LABEL.app]: way === "Ingress" ? "server" : "client" } },
    policyTypes: [way],
  },
});
