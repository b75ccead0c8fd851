import type { Results, Row } from "./results.ts";
import { shown, verdict } from "./text-table.ts";

/** docs/performance.md, from one run's results. */
export function markdown(results: Results): string {
  const { machine, node, kubernetes, command, objects, rows, growth } = results;
  const sizes = Object.entries(objects).map(([count, number]) => `${count} (${number} objects)`);
  return `# Performance

What the direct engine costs, as ratios against the physical limit and against other tools, all measured in one run on
one machine. This page and its plot are written by the command that measures:

\`\`\`
${command}
\`\`\`

Machine: ${machine.cores} cores, ${machine.memoryGiB} GiB, shared by client, API server, etcd and controllers. Node ${node}, Kubernetes ${kubernetes}.
${machine.load > 0.5 ? `**Other work disturbed this run**: ${machine.load} processes a core wanted to run when it began. All arms wait alike, which\ndraws ratios towards 1; the processor time of the clients is the safer figure. Measure again on a quiet machine.\n` : ""}Generated tenants, beside those that the repository ships: ${sizes.join(", ")}.

![ratios and growth](performance.svg)

## Ratios

| | tenants | what | against | median | range, times measured | client CPU | target | |
|---|---|---|---|---|---|---|---|---|
${rows.map(line).join("\n")}

- **first up**: the whole command from its start to its end on an empty cluster, without waiting for pods: read and judge
  the tenant files, plan, check all guardrails, apply. The raw limit is a client that does nothing but send the same
  finished objects over 32 keep-alive connections; kubectl gets them as one YAML file a tenant.
- **limit**: what is left for any client, since the server's own work (admission, quotas, access, etcd) takes most of the time.
- **no-op up**: the same command again; it compares every object with the cluster and finds nothing to do.
- **change of one tenant**: one value in one tenant's file, then the same command.
- **peak memory**: resident memory of all processes of the client at its highest.
- **plan**: the program run for every tenant, without guardrails; cdk8s reads the finished objects and writes YAML.
- **client CPU**: the same ratio of the processor time that the clients' own processes took, without the server's.
- **all guardrails**: the time of all rules over all plans, as a part of the time of planning.
${growth.length > 0 ? growthSection(results) : ""}
## How it is measured

- One generator writes the tenants: one space each with a small web app (Deployment, Service, Ingress, autoscaler,
  disruption budget) behind quota, limits, network policies and role bindings, at least 14 objects. Same seed, same tenants.
- One rendering feeds all arms: the raw client, kubectl and cdk8s get the very objects that the engine plans.
- Every arm starts on an empty control plane with a fresh database that does not wait for the disk.
- Arms take turns, A B C, C B A, so that a drift of the machine meets all alike. Ratios are made round by round; the table
  shows the median and the range.
- Correct or void: after each arm all objects are read back, reduced to what was sent, hashed, and compared with the hash of
  the rendering. An object too much, too few or different voids every row of that arm.
- Absolute times say more about the machine than about the program and are not published.

- The control plane makes no pods: it runs the controllers that namespaces, quotas and service accounts need, or schedulers
  and autoscalers would be measured too. Guardrails, quotas and the audit log are on for every arm.

Quick check, about five minutes: \`npm run bench -- --sizes 10,100\` (prints the table; \`--write\` rewrites this page).
`;
}

const line = (it: Row): string => {
  const { value, unit, cpu } = it;
  const range = `${shown(value.least, unit)} to ${shown(value.most, unit)}, ${value.rounds} times`;
  const target = it.target === undefined ? "" : `at most ${shown(it.target, unit)}`;
  const median = `**${shown(value.median, unit)}**`;
  const spent = cpu === undefined ? "" : shown(cpu, unit);
  return `| ${[it.id, it.tenants, it.what, it.against, median, range, spent, target, verdict(it)].join(" | ")} |`;
};

const growthSection = ({ growth }: Results): string => `
## Growth (D8)

The exponent p of T = F + r N^p over N generated tenants; 1 means that twice the tenants cost twice the time, once the
fixed cost F is paid.

| | exponent | target | fixed part at the largest size | largest distance from the curve |
|---|---|---|---|---|
${growth
  .map(({ what, growth: { exponent, fixed, residual }, points }) => {
    const share = Math.round((100 * fixed) / (points.at(-1)?.time ?? 1));
    return `| ${what} | **${exponent.toFixed(2)}** | at most 1.1 | ${share} % | ${Math.round(100 * residual)} % |`;
  })
  .join("\n")}
`;
