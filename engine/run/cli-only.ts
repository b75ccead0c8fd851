import type { FleetTenant, Stack } from "../fleet.ts";

/** Tenants that this engine can make, in the order of the fleet. */
export const servable = (stack: Stack): FleetTenant[] => stack.fleet.tenants.filter((it) => it.cliOnly === undefined);

/** A line for each tenant that is left to the Pulumi CLI: why, and what to type. What such a tenant has stays as it is. */
export const leftToCli = ({ name, fleet }: Stack, only?: readonly string[]): string[] =>
  fleet.tenants.flatMap(({ id, cliOnly }) =>
    cliOnly === undefined || (only && !only.includes(id))
      ? []
      : [
          `${id}: ${cliOnly}, which only the Pulumi CLI makes; it is left as it is. ` +
            `Hand the fleet over (npm run -s tenantry -- handover pulumi --stack ${name}), then: pulumi up -s ${name}`,
        ],
  );
