import { writeFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { type Asked, LEAST_MINUTES, PERSONA_GROUPS, personaKubeconfig } from "../../engine/run/persona.ts";
import { UsageError } from "../../engine/stack.ts";
import { type Flags, withFlags } from "../flags.ts";
import { userPath } from "../paths.ts";
import { openCluster, openStack, ROOT } from "../stack.ts";
import { print, printJson, table } from "../terminal.ts";

export function tenantsCommand(): Command {
  const list = new Command("list").description("show the tenants of the files");
  withFlags(list, "stack", "set", "tenants", "json", "keepGoing").action(runList);
  const validate = new Command("validate").description("judge every tenant file; exits with 1 on a fault");
  withFlags(validate, "stack", "set", "tenants", "json").action(runValidate);
  const kubeconfig = new Command("kubeconfig")
    .description("make a short-lived kubeconfig for one of a tenant's personas, or for who deploys all tenants")
    .argument("[tenant]", "id of the tenant; none for the deployer")
    .addOption(
      new Option("--persona <name>", "whose rights")
        .choices([...Object.keys(PERSONA_GROUPS), "deployer"])
        .default("tenant-admin"),
    )
    .addOption(
      new Option("--minutes <number>", "how long it is good for; it cannot be revoked").argParser(minutes).default(60),
    )
    .option("--out <file>", "write to a file that only you can read, instead of standard output");
  withFlags(kubeconfig, "stack", "set", "tenants", "context", "kubeconfig", "keepGoing").action(runKubeconfig);
  return new Command("tenants")
    .description("list and validate tenants, get access as one")
    .addCommand(list)
    .addCommand(validate)
    .addCommand(kubeconfig);
}

async function runList(flags: Flags): Promise<void> {
  const { stack } = await openStack(flags);
  const rows = stack.fleet.tenants;
  if (flags.json) printJson(rows.map((it) => ({ ...it, digestInput: undefined })));
  else {
    print(
      table([
        ["TENANT", "PLAN", "TIER", "OWNER", "NAMESPACES", "HOSTS", "FILE"],
        ...rows.map((it) => [
          it.id,
          it.plan,
          it.tier,
          it.owner,
          it.namespaces.join(","),
          it.hosts.join(",") || "-",
          it.file,
        ]),
      ]),
    );
  }
}

async function runValidate(flags: Flags): Promise<void> {
  const { stack } = await openStack(flags);
  const count = stack.fleet.tenants.length;
  if (flags.json) printJson({ valid: true, tenants: count });
  else print(`${count} tenants, no faults`);
}

async function runKubeconfig(
  tenant: string | undefined,
  flags: Flags & { persona: Asked["persona"]; minutes: number; out?: string },
): Promise<void> {
  const asked = askedOf(tenant, flags.persona);
  const { stack, cluster } = await openCluster(flags);
  try {
    const made = await personaKubeconfig(cluster, stack, asked, flags.minutes);
    if (flags.out === undefined) process.stdout.write(made.text);
    else writeFileSync(userPath(flags.out, ROOT), made.text, { mode: 0o600 });
    const who = tenant === undefined ? flags.persona : `${flags.persona} of ${tenant}`;
    process.stderr.write(`${who}, as group ${made.group}, until ${made.expires.toISOString()}\n`);
    if (flags.out === undefined) return;
    const next = tenant === undefined ? "npm run -s tenantry -- up" : "kubectl get pods";
    process.stderr.write(`Next: ${next} --kubeconfig ${flags.out}\n`);
  } finally {
    await cluster.close();
  }
}

function askedOf(tenant: string | undefined, persona: Asked["persona"]): Asked {
  if (persona === "deployer") {
    if (tenant === undefined) return { persona };
    throw new UsageError(`the deployer has all tenants: leave out "${tenant}"`);
  }
  if (tenant !== undefined) return { persona, tenant };
  throw new UsageError(
    `--persona ${persona}: name the tenant, such as: npm run -s tenantry -- tenants kubeconfig acme`,
  );
}

function minutes(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= LEAST_MINUTES && value <= 1440) return value;
  throw new InvalidArgumentError(`want a whole number from ${LEAST_MINUTES} to 1440.`);
}
