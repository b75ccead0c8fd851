import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execFileSync } from "node:child_process";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { EXIT } from "../../cli/exit.ts";
import { ROOT } from "../support/source-files.ts";
import { fencedLines, page, pages, tableBelow } from "./markdown.ts";

const PREFIX = "npm run -s tenantry -- ";

/** The command line as its own definition says it, without running it. */
const commands: Command[] = [];
for (const file of readdirSync(join(ROOT, "cli/commands")).sort()) {
  const module = (await import(pathToFileURL(join(ROOT, "cli/commands", file)).href)) as Record<string, unknown>;
  for (const [name, make] of Object.entries(module)) {
    if (name.endsWith("Command") && typeof make === "function") commands.push((make as () => Command)());
  }
}
const leaves = commands.flatMap((it) => (it.commands.length > 0 ? [...it.commands] : [it]));
const titleOf = (it: Command): string => (it.parent ? `${it.parent.name()} ${it.name()}` : it.name());

/** What is wrong with one documented command line; undefined where nothing is. */
function wrong(line: string): string | undefined {
  const words = line.slice(PREFIX.length).replace(/\s#.*$/, "").match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  const found = leaves.find((it) => titleOf(it) === words.slice(0, titleOf(it).split(" ").length).join(" "));
  if (!found) return `${line}: no such command`;
  const rest = words.slice(titleOf(found).split(" ").length);
  let positional = 0;
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? "";
    if (!word.startsWith("-")) positional += 1;
    else {
      const option = found.options.find((it) => it.long === word || it.short === word);
      if (!option) return `${line}: ${titleOf(found)} has no ${word}`;
      const value = rest[at + 1];
      if (option.required && (value === undefined || value.startsWith("-"))) return `${line}: ${word} needs a value`;
      if (option.required && option.argChoices && !option.argChoices.includes(value ?? ""))
        return `${line}: ${word} takes ${option.argChoices.join(", ")}`;
      if (option.required) at += 1;
    }
  }
  const wanted = found.registeredArguments.filter((it) => it.required).length;
  const most = found.registeredArguments.some((it) => it.variadic) ? Infinity : found.registeredArguments.length;
  return positional >= wanted && positional <= most ? undefined : `${line}: ${titleOf(found)} takes ${wanted} arguments`;
}

test("every documented command exists, with its flags and arguments", () => {
  const lines = pages.flatMap((it) => fencedLines(it).filter(({ line }) => line.startsWith(PREFIX)));
  expect(lines.length).toBeGreaterThan(20);
  expect(lines.map(({ line }) => wrong(line)).filter((it) => it !== undefined)).toEqual([]);
});

test("a command, a flag or a value that does not exist is noticed", () => {
  const bad = ["upp", "up --onyl acme", "up --stack", "adopt", "tenants kubeconfig acme --persona root", "verify --sarif"];
  expect(bad.map((it) => wrong(PREFIX + it)).every((it) => it !== undefined)).toBe(true);
});

test("operations.md names every command and every flag", () => {
  const operations = page("docs/operations.md");
  const documented = tableBelow(operations, "## Commands").map(([cell = ""]) => cell.replace(/ [A-Z.]+$/, ""));
  expect(documented.sort()).toEqual(leaves.map(titleOf).sort());
  const flags = tableBelow(operations, "## Flags").map(([cell = ""]) => /--[\w-]+/.exec(cell)?.[0] ?? cell);
  const real = new Set(leaves.flatMap((it) => it.options.map((option) => option.long ?? "")));
  expect(flags.sort()).toEqual([...real].sort());
});

test("operations.md has the exit codes as they are", () => {
  const rows = tableBelow(page("docs/operations.md"), "## Exit codes").map(([code, name]) => [name, Number(code)]);
  expect(Object.fromEntries(rows)).toEqual(EXIT);
});

test("the command itself lists the same commands", () => {
  const help = execFileSync(process.execPath, [join(ROOT, "cli/tenantry.ts"), "--help"], { encoding: "utf8" });
  const listed = [...help.slice(help.indexOf("Commands:")).matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual([...commands.map((it) => it.name()), "help"].sort());
});
