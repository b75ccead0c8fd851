import { expect, test } from "vitest";
import { formatFault } from "../../tenants/fault.ts";
import { judgeFleet } from "../../tenants/fleet.ts";
import type { TenantInput } from "../../tenants/schema.ts";
import { limits, tenantOf } from "./samples.ts";

const loaded = (changes: Partial<TenantInput>) => ({ tenant: tenantOf(changes), file: "acme.yaml" });
const said = (changes: Partial<TenantInput>): string[] => judgeFleet([loaded(changes)], limits).map(formatFault);

test.each(["10.100.0.0/16", "10.96.0.0/12", "192.168.0.7/32", "10.244.255.255/32", "fd00:10::7/128"])(
  "egress to %s would reach the cluster's own ranges",
  (cidr) => {
    const [line, ...more] = said({ egress: [{ cidr, reason: "why not" }] });
    expect(line).toContain(`egress[0].cidr: found "${cidr}", allowed: a range outside`);
    expect(more).toEqual([]);
  },
);

test("egress beside the cluster's ranges is let through", () => {
  const cidrs = ["10.0.0.0/12", "10.112.0.0/12", "192.168.1.0/24", "10.243.255.255/32", "fd00:10:0:1::/64"];
  expect(said({ egress: cidrs.map((cidr) => ({ cidr, reason: "partner" })) })).toEqual([]);
});

const partner = { fqdn: "api.partner.example", reason: "partner" };

test("a host name is refused where the network plug-in knows none, with what can be done", () => {
  expect(said({ egress: [partner] })).toEqual([
    `acme.yaml egress[0].fqdn: found "api.partner.example", allowed: a cidr, or cidrs beside the fqdn: the cluster's network plug-in opens no host names (tenantry:network.cni is other; cilium and eks do)`,
  ]);
  expect(said({ egress: [{ ...partner, cidrs: ["198.51.100.0/24"] }] })).toEqual([]);
  expect(judgeFleet([loaded({ egress: [partner] })], { ...limits, hostNames: true })).toEqual([]);
});

test("what stands in for a host name is a range like any other", () => {
  const cidrs = ["198.51.100.0/24", "10.244.7.0/24"];
  expect(said({ egress: [{ ...partner, cidrs }] })[0]).toContain(
    'egress[0].cidrs[1]: found "10.244.7.0/24", allowed: a range outside 10.244.0.0/16',
  );
});
