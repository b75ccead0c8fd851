import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { planOfStack, ROOT, shipped } from "../support/stacks.ts";

/** Files of this repository that a file loads, and all that those load; packages by name. */
function loads(entry: string): { files: string[]; packages: string[] } {
  const files = new Set([join(ROOT, entry)]);
  const packages = new Set<string>();
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    const lines = text.matchAll(
      /^(?:import|export)(?! type)[^;]*? from "([^"]+)"|\bimport\("([^"]+)"\)|^import "([^"]+)"/gm,
    );
    for (const [, from, lazy, bare] of lines) {
      const path = from ?? lazy ?? bare ?? "";
      if (path.startsWith(".")) files.add(join(dirname(file), path));
      else
        packages.add(
          path
            .split("/")
            .slice(0, path.startsWith("@") ? 2 : 1)
            .join("/"),
        );
    }
  }
  return { files: [...files].map((it) => relative(ROOT, it)).toSorted(), packages: [...packages].toSorted() };
}

test("what the Pulumi CLI runs loads no engine, no command line, no client of a cluster", () => {
  const { main } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { main: string };
  expect(main).toBe("infra/index.ts");
  const { files, packages } = loads(main);
  expect(files).toContain("components/tenancy/tenant.ts");
  expect(files).toContain("policy/admission.ts");
  expect(files.filter((it) => !/^(infra|components|tenants|policy)\//.test(it))).toEqual([]);
  expect(packages.filter((it) => !it.startsWith("node:"))).toEqual([
    ...["@pulumi/kubernetes", "@pulumi/pulumi", "@pulumi/random", "yaml", "zod"],
  ]);
});

const cli = (process.env["PATH"] ?? "").split(delimiter).some((it) => existsSync(join(it, "pulumi")));

test.skipIf(!cli)("a preview by the Pulumi CLI registers what the plan holds", { timeout: 600_000 }, async () => {
  const state = mkdtempSync(join(tmpdir(), "pulumi-state-"));
  // The CLI notes its encryption in the stack's file.
  const file = join(ROOT, "Pulumi.local.yaml");
  const before = readFileSync(file);
  const env = {
    ...process.env,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const pulumi = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync("pulumi", args, { cwd: ROOT, env, encoding: "utf8" });
    if (status !== 0) throw new Error(`pulumi ${args.join(" ")}: ${stderr}${stdout}`);
    return stdout;
  };
  try {
    pulumi("stack", "init", "local", "--non-interactive");
    const { steps } = JSON.parse(pulumi("preview", "--stack", "local", "--json", "--non-interactive")) as {
      steps: { urn: string }[];
    };
    const stack = shipped("local");
    const { registrations } = await planOfStack(stack);
    expect(steps.map((it) => it.urn).toSorted()).toEqual(registrations.map((it) => it.urn).toSorted());
  } finally {
    writeFileSync(file, before);
    rmSync(state, { recursive: true });
  }
});
