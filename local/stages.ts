/** Marks volumes that the simulation provides; the StorageClass names it as its provisioner. */
export const PROVISIONER = "simulated.tenantry.dev";
/** Annotation of a Node: the address it shows. */
export const ADDRESS = "simulated.tenantry.dev/address";
/** What every simulated node offers. */
export const NODE_CAPACITY = { cpu: "16", memory: "64Gi", "ephemeral-storage": "512Gi", pods: "110" };

interface Condition {
  key: string;
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  values?: string[];
}

const is = (key: string, ...values: string[]): Condition => ({ key, operator: "In", values });
const isNot = (key: string, ...values: string[]): Condition => ({ key, operator: "NotIn", values });
const exists = (key: string): Condition => ({ key, operator: "Exists" });
const lacks = (key: string): Condition => ({ key, operator: "DoesNotExist" });
const READY = '.status.conditions.[] | select( .type == "Ready" ) | .status';
const ALIVE = lacks(".metadata.deletionTimestamp");

const stage = (name: string, kind: string, matchExpressions: Condition[], steps: object[]) => ({
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "Stage",
  metadata: { name },
  spec: { resourceRef: { apiGroup: "v1", kind }, selector: { matchExpressions }, steps },
});
const status = (template: string) => ({ patch: { root: "status", subresource: "status", template } });

const NODE_STATUS = `
{{ $now := Now }}
conditions:
{{ range NodeConditions }}
- { type: {{ .type }}, status: {{ .status | Quote }}, reason: {{ .reason | Quote }}, message: {{ .message | Quote }},
    lastHeartbeatTime: {{ $now | Quote }}, lastTransitionTime: {{ $now | Quote }} }
{{ end }}
addresses:
- { type: InternalIP, address: {{ index .metadata.annotations "${ADDRESS}" | Quote }} }
- { type: Hostname, address: {{ .metadata.name | Quote }} }
allocatable: ${JSON.stringify(NODE_CAPACITY)}
capacity: ${JSON.stringify(NODE_CAPACITY)}
nodeInfo: { architecture: amd64, operatingSystem: linux, osImage: simulated, kernelVersion: simulated, machineID: "",
  systemUUID: "", bootID: "", containerRuntimeVersion: simulated, kubeletVersion: simulated, kubeProxyVersion: simulated }
phase: Running`;

const condition = (type: string) => `- { type: ${type}, status: "True", lastTransitionTime: {{ $now | Quote }} }`;
const POD_READY = `
{{ $now := Now }}
conditions:
${["PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready"].map(condition).join("\n")}
{{ range .spec.readinessGates }}
${condition("{{ .conditionType | Quote }}")}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- { name: {{ .name | Quote }}, image: {{ .image | Quote }}, ready: true, started: true, restartCount: 0,
    state: { running: { startedAt: {{ $now | Quote }} } } }
{{ end }}
initContainerStatuses:
{{ range .spec.initContainers }}
- { name: {{ .name | Quote }}, image: {{ .image | Quote }}, ready: true, restartCount: 0,
  {{ if eq .restartPolicy "Always" }} started: true, state: { running: { startedAt: {{ $now | Quote }} } }
  {{ else }} state: { terminated: { exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} } }
  {{ end }} }
{{ end }}
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs: [{ ip: {{ index . 0 | Quote }} }]
{{ end }}
{{ with PodIPsWith .spec.nodeName (or .spec.hostNetwork false) .metadata.uid .metadata.name .metadata.namespace }}
podIP: {{ index . 0 | Quote }}
podIPs: [{ ip: {{ index . 0 | Quote }} }]
{{ end }}
phase: Running
startTime: {{ $now | Quote }}`;

const POD_COMPLETE = `
{{ $now := Now }}
containerStatuses:
{{ range .spec.containers }}
- { name: {{ .name | Quote }}, image: {{ .image | Quote }}, ready: false, started: false, restartCount: 0,
    state: { terminated: { exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} } } }
{{ end }}
conditions:
- { type: ContainersReady, status: "False", reason: PodCompleted, lastTransitionTime: {{ $now | Quote }} }
- { type: Ready, status: "False", reason: PodCompleted, lastTransitionTime: {{ $now | Quote }} }
phase: Succeeded`;

/** A CSI volume, which no controller here would try to attach or to delete on this machine's own disk. Kubernetes itself binds it. */
const VOLUME = `
apiVersion: v1
kind: PersistentVolume
metadata:
  name: pvc-{{ .metadata.uid }}
  annotations: { pv.kubernetes.io/provisioned-by: ${PROVISIONER} }
spec:
  accessModes: [{{ range .spec.accessModes }}{{ . | Quote }},{{ end }}]
  capacity: { storage: {{ .spec.resources.requests.storage | Quote }} }
  persistentVolumeReclaimPolicy: Delete
  storageClassName: {{ .spec.storageClassName | Quote }}
  volumeMode: {{ or .spec.volumeMode "Filesystem" | Quote }}
  csi: { driver: ${PROVISIONER}, volumeHandle: {{ .metadata.uid | Quote }} }
  claimRef:
    apiVersion: v1
    kind: PersistentVolumeClaim
    namespace: {{ .metadata.namespace | Quote }}
    name: {{ .metadata.name | Quote }}
    uid: {{ .metadata.uid | Quote }}`;

/** What KWOK does in the place of kubelets, of a storage provisioner and of a load balancer. Images are never pulled: every pod succeeds. */
export const STAGES = [
  stage("node-ready", "Node", [isNot(READY, "True")], [status(NODE_STATUS)]),
  stage("pod-ready", "Pod", [ALIVE, is(".status.phase", "Pending"), isNot(READY, "True")], [status(POD_READY)]),
  stage(
    "pod-complete",
    "Pod",
    [ALIVE, is(".status.phase", "Running"), is(".metadata.ownerReferences.[].kind", "Job")],
    [status(POD_COMPLETE)],
  ),
  stage("pod-delete", "Pod", [exists(".metadata.deletionTimestamp")], [{ delete: true }]),
  stage(
    "volume-provision",
    "PersistentVolumeClaim",
    [
      ALIVE,
      lacks(".spec.volumeName"),
      is('.metadata.annotations["volume.kubernetes.io/storage-provisioner"]', PROVISIONER),
    ],
    [{ apply: { template: VOLUME } }],
  ),
  stage(
    "volume-delete",
    "PersistentVolume",
    [
      ALIVE,
      is(".status.phase", "Released"),
      is('.metadata.annotations["pv.kubernetes.io/provisioned-by"]', PROVISIONER),
    ],
    [{ delete: true }],
  ),
  stage(
    "load-balancer",
    "Service",
    [ALIVE, is(".spec.type", "LoadBalancer"), lacks(".status.loadBalancer.ingress")],
    // One address a service, from the range for benchmarks (RFC 2544), which routes nowhere.
    [status('loadBalancer: { ingress: [{ ip: {{ replace "10.96." "198.18." .spec.clusterIP | Quote }} }] }')],
  ),
];
