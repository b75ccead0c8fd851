import { eventually } from "../support/admission-fixture.ts";
import { DEFINITIONS } from "../support/admission-gateway-api.ts";
import { vectorFleet } from "../support/vector-fleet.ts";
import { HOSTNAMES } from "../support/vector-hosts.ts";
import { TRAFFIC } from "../support/vector-traffic.ts";

/** The Gateway API's kinds, as a cluster has them whose gateway serves routes. */
const fleet = vectorFleet(async (it) => {
  for (const definition of DEFINITIONS) {
    await it.make(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${definition.metadata.name}`, definition);
    const { group, names } = definition.spec;
    await eventually(async () => (await it.client.ask("GET", `/apis/${group}/v1/${names.plural}`)).status === 200);
  }
});
fleet.tries([...TRAFFIC, ...HOSTNAMES]);
