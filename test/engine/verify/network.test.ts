import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LABEL } from "../../../components/contract.ts";
import type { Cluster } from "../../../engine/cluster/cluster.ts";
import type { KubeObject } from "../../../engine/cluster/object.ts";
import { type NetworkArgs, verifyNetwork } from "../../../engine/verify/network.ts";
import { PROBE } from "../../../engine/verify/network-pods.ts";
import { FakeApi } from "../../support/fake-api.ts";
import { JumpingClock } from "../../support/fake-clock.ts";
import { FakeKubelet } from "../../support/fake-kubelet.ts";

const IMAGE = `registry.k8s.io/e2e-test-images/agnhost@sha256:${"a".repeat(64)}`;
let api: FakeApi;
let kubelet: FakeKubelet;
let cluster: Cluster;
beforeEach(async () => {
  api = await FakeApi.start();
  kubelet = new FakeKubelet(api);
  kubelet.node("n1", { containerRuntimeVersion: "containerd://2.1.0", kubeletVersion: "v1.36.0" });
  cluster = await api.connect({ clock: new JumpingClock() });
});
afterEach(async () => {
  await cluster.close();
  await api.stop();
});

const enforced = async (args: Partial<NetworkArgs> = {}) => {
  const { results } = await verifyNetwork({ ...{ cluster, targets: [], image: IMAGE }, agree: yes, ...args });
  return results.at(-1);
};
const yes = () => Promise.resolve(true);
const writes = () => api.calls.filter((it) => it.method !== "GET");
const typesOf = ({ spec }: KubeObject): string[] => (spec as { policyTypes: string[] }).policyTypes;

describe("whether the plug-in enforces", () => {
  test("it does: a policy at either end stops the connection", async () => {
    kubelet.connects = (policies) => policies.length === 0;
    expect(await enforced()).toMatchObject({ id: "network.enforced", namespace: PROBE, outcome: "pass" });
  });

  test("it does not: the connection stands whatever policies say", async () => {
    expect(await enforced()).toMatchObject({
      outcome: "fail",
      message: expect.stringContaining("network policies are not enforced for ingress and egress: install a network"),
    });
  });

  test("it does one way only", async () => {
    kubelet.connects = (policies) => !policies.some((it) => typesOf(it).includes("Ingress"));
    expect(await enforced()).toMatchObject({
      outcome: "fail",
      message: expect.stringContaining("network policies are not enforced for egress: "),
    });
  });

  test("a policy that takes a while to bite counts as enforced, and one that never lets go does not pass for the next", async () => {
    let tries = 0;
    kubelet.connects = (policies) => policies.length === 0 || ++tries % 5 !== 0;
    expect(await enforced()).toMatchObject({ outcome: "pass" });
    expect(tries).toBe(10);
    let closed = false;
    kubelet.connects = (policies) => !(closed ||= policies.length > 0);
    expect(await enforced()).toMatchObject({ outcome: "fail", message: expect.stringContaining("cannot connect") });
  });

  test("where pods never connect, nothing is known and that is a failure", async () => {
    kubelet.connects = () => false;
    expect(await enforced()).toMatchObject({
      outcome: "fail",
      message: expect.stringContaining("cannot connect although no policy says so"),
    });
  });
});

describe("what it makes", () => {
  test("is restricted, bounded, by the given image, and ends by itself", async () => {
    kubelet.connects = (policies) => policies.length === 0;
    await enforced();
    const [namespace, ...rest] = kubelet.made;
    expect(namespace?.metadata).toMatchObject({ name: PROBE, labels: { [LABEL.podSecurityEnforce]: "restricted" } });
    const pods = rest.filter((it) => it.kind === "Pod").map((it) => it["spec"]);
    expect(pods).toHaveLength(5);
    for (const spec of pods)
      expect(spec).toMatchObject({
        ...{ restartPolicy: "Never", automountServiceAccountToken: false, activeDeadlineSeconds: 300 },
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            image: IMAGE,
            resources: { limits: { cpu: expect.any(String), memory: expect.any(String) } },
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          },
        ],
      });
  });

  test("is gone afterwards, also after an image that cannot be pulled", async () => {
    kubelet.server = { phase: "Pending", containerStatuses: [{ state: { waiting: { reason: "ImagePullBackOff" } } }] };
    await expect(enforced()).rejects.toThrow(
      `pod ${PROBE}/server is Pending after 180 s (ImagePullBackOff): is the image one this cluster can pull and run?`,
    );
    expect([...api.store.objects.keys()].filter((it) => it.includes(PROBE))).toEqual([]);
  });

  test("replaces what a run that was killed has left", async () => {
    const labels = { [LABEL.part]: "network-probe" };
    api.store.put(`/api/v1/namespaces/${PROBE}`, {
      ...{ apiVersion: "v1", kind: "Namespace", metadata: { name: PROBE, labels } },
    });
    kubelet.connects = (policies) => policies.length === 0;
    expect(await enforced()).toMatchObject({ outcome: "pass" });
    expect([...api.store.objects.keys()].filter((it) => it.includes(PROBE))).toEqual([]);
  });

  test("never touches a namespace of that name that is somebody's", async () => {
    const theirs = { apiVersion: "v1", kind: "Namespace", metadata: { name: PROBE } };
    api.store.put(`/api/v1/namespaces/${PROBE}`, theirs);
    await expect(enforced()).rejects.toThrow(`the namespace ${PROBE} exists and was not made for this`);
    expect(writes()).toEqual([]);
  });
});

describe("nothing is tried, and the cluster is left alone,", () => {
  test.each([
    ["KWOK's mark", {}, { "kwok.x-k8s.io/node": "fake" }],
    ["KWOK's version", { kubeletVersion: "kwok-v0.7.0" }, {}],
    ["the embedded control plane's runtime", { containerRuntimeVersion: "simulated" }, {}],
  ])("where every node is simulated, by %s", async (_, nodeInfo, annotations) => {
    const metadata = { name: "n1", annotations };
    const node = { apiVersion: "v1", kind: "Node", metadata, status: { nodeInfo } };
    api.store.put("/api/v1/nodes/n1", node);
    expect(await enforced()).toMatchObject({
      outcome: "skipped",
      message: "not enforceable here: nodes are simulated",
    });
    expect(writes()).toEqual([]);
  });

  test("but where one node of two is real, it is tried", async () => {
    kubelet.node("n2", { kubeletVersion: "kwok-v0.7.0" });
    expect(await enforced()).toMatchObject({ outcome: "fail" });
  });

  test("where no image is named, or nobody agrees", async () => {
    expect(await enforced({ image: undefined })).toMatchObject({
      outcome: "skipped",
      message: expect.stringContaining("--network-image"),
    });
    expect(await enforced({ agree: () => Promise.resolve(false) })).toMatchObject({ outcome: "skipped" });
    expect(writes()).toEqual([]);
  });
});

test("policies that stand in the cluster are judged by its own namespaces, nodes and resolvers", async () => {
  const put = (name: string, tenant: string) =>
    api.store.put(`/api/v1/namespaces/${name}`, {
      ...{ apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { [LABEL.tenant]: tenant } } },
    });
  put("acme-api", "acme");
  put("globex-portal", "globex");
  api.store.put("/api/v1/nodes/n1", {
    ...{ apiVersion: "v1", kind: "Node", metadata: { name: "n1" }, spec: { podCIDRs: ["10.9.0.0/24"] } },
    status: {
      addresses: [
        { type: "InternalIP", address: "192.0.2.9" },
        { type: "Hostname", address: "n1" },
      ],
    },
  });
  api.store.put("/api/v1/namespaces/openshift-dns/services/dns", {
    ...{ apiVersion: "v1", kind: "Service", metadata: { name: "dns", namespace: "openshift-dns" } },
    spec: { selector: { "dns.operator": "default" } },
  });
  const to = [
    { namespaceSelector: { matchLabels: { [LABEL.tenant]: "globex" } } },
    { ipBlock: { cidr: "10.9.0.0/16" } },
    { ipBlock: { cidr: "192.0.2.0/28" } },
  ];
  api.store.put("/apis/networking.k8s.io/v1/namespaces/acme-api/networkpolicies/hostile", {
    ...{
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "hostile", namespace: "acme-api" },
    },
    spec: { podSelector: {}, egress: [{ to, ports: [{ port: 443 }] }] },
  });
  const targets = [{ tenant: "acme", namespace: "acme-api" }];
  const { results } = await verifyNetwork({ cluster, targets, agree: yes });
  expect(results.filter((it) => it.outcome === "fail").map((it) => [it.id, it.message.split(": ")[0]])).toEqual([
    ["network.foreign", 'network policy "hostile" opens egress to globex-portal'],
    [
      "network.ranges",
      'network policy "hostile" opens egress to 10.9.0.0/16, in which lies pods of node n1; network policy "hostile" opens egress to 192.0.2.0/28, in which lies node n1',
    ],
  ]);
});
