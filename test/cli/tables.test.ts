import { EventEmitter } from "node:events";
import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { EXIT, exitCodeOf, explain } from "../../cli/exit.ts";
import { CLUSTER_FLAGS, type Flags, withFlags } from "../../cli/flags.ts";
import { statusTable } from "../../cli/status-table.ts";
import { confirm, progress, table } from "../../cli/terminal.ts";
import type { TenantStatus } from "../../engine/run/status.ts";
import { UsageError } from "../../engine/stack.ts";

class Screen extends EventEmitter {
  text = "";
  readonly isTTY: boolean;
  readonly columns = 20;
  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }
  write(text: string): boolean {
    this.text += text;
    return true;
  }
}
const shown = (isTTY: boolean): string => {
  const screen = new Screen(isTTY);
  const report = progress(screen as unknown as NodeJS.WriteStream);
  report({ kind: "phase", text: "Planning" });
  report({ kind: "progress", text: "planned a-tenant-with-a-long-name", done: 1, of: 20 });
  report({ kind: "note", text: "Done" });
  report.end();
  return screen.text;
};

test("without a terminal progress is a line a phase; with one it moves on one line no longer than the screen", () => {
  expect(shown(false)).toBe("Planning\nDone\n");
  expect(shown(true)).toBe("Planning\n\r\u001b[K  1/20 planned a-te\r\u001b[KDone\n");
});

test("a table's columns are as wide as their widest cell", () => {
  expect(
    table([
      ["A", "BB"],
      ["aaaa", "b"],
      ["a", ""],
    ]),
  ).toBe("A      BB\naaaa   b\na");
});

test("nobody is asked where nobody can answer, and yes answers", async () => {
  expect(await confirm("Delete?", true)).toBe(true);
  const had = process.stdin.isTTY;
  process.stdin.isTTY = false;
  try {
    await expect(confirm("Delete?", false)).rejects.toThrow(UsageError);
    await expect(confirm("Delete?", false)).rejects.toThrow("Delete? Nobody can answer here: add --yes.");
  } finally {
    process.stdin.isTTY = had;
  }
});

describe("flags", () => {
  const parsed = (...args: string[]) => {
    const command = withFlags(new Command("x").exitOverride(), ...CLUSTER_FLAGS, "only", "yes", "keepGoing");
    return command.parse(args, { from: "user" }).opts<Flags>();
  };
  test("have their defaults", () => {
    expect(parsed()).toEqual({ stack: "local", set: [], only: [], json: false, yes: false, keepGoing: false });
  });
  test("are repeated where they may be, in their order", () => {
    const flags = parsed(
      "-s",
      "prod",
      "--set",
      "a=1",
      "--only",
      "x",
      "--set",
      "b=2",
      "--only",
      "y",
      "-y",
      "--keep-going",
    );
    expect(flags).toMatchObject({ stack: "prod", set: ["a=1", "b=2"], only: ["x", "y"], yes: true, keepGoing: true });
    expect(parsed()).toMatchObject({ set: [], only: [] });
  });
  test("are only those a command asked for", () => {
    const command = withFlags(new Command("x"), "stack", "json");
    expect(command.options.map((it) => it.long)).toEqual(["--stack", "--json"]);
  });
});

test("a wrong command line ends with 2, anything else that is refused with 1", () => {
  expect(exitCodeOf(new UsageError("x"))).toBe(EXIT.usage);
  expect(exitCodeOf(new Error("x"))).toBe(EXIT.refused);
  expect(EXIT).toEqual({ done: 0, refused: 1, usage: 2, partial: 3, differences: 4 });
});

test("an error is told by its message; one of the program's own says so", () => {
  expect(explain(new UsageError("want KEY=VALUE"))).toBe("want KEY=VALUE");
  expect(explain(new TypeError("x is undefined"))).toMatch(/^internal error: x is undefined\. Please report it/);
  expect(explain("text")).toBe("text");
});

describe("the table of a fleet", () => {
  const space = (used: Record<string, string>, hard: Record<string, string>, ready = 1, wanted = 2) => ({
    name: `s${ready}`,
    namespace: "n",
    pods: { ready, wanted },
    quota: { used, hard },
  });
  const acme: TenantStatus = {
    tenant: "acme",
    plan: "team",
    tier: "namespace",
    state: "waiting",
    spaces: [
      space({ "limits.cpu": "500m", "limits.memory": "512Mi" }, { "limits.cpu": "2", "limits.memory": "4Gi" }),
      space({ "limits.cpu": "1", "limits.memory": "1G" }, { "limits.cpu": "1500m", "limits.memory": "2Gi" }, 2, 2),
    ],
  };
  const rows = (text: string) => text.split("\n").map((line) => line.split(/ {3,}/));

  test("sums quotas of all spaces over their units, and pods", () => {
    expect(rows(statusTable([acme]))[1]).toEqual([
      ...["acme", "team", "namespace", "s1,s2", "1.5/3.5", "1.43Gi/6Gi", "3/4", "waiting"],
    ]);
  });
  test("shows a dash where there is no quota, and how long it took where that is known", () => {
    const absent: TenantStatus = {
      tenant: "old",
      plan: "free",
      tier: "pool",
      state: "absent",
      spaces: [space({}, {}, 0, 0)],
    };
    const [heading, first, second] = rows(statusTable([acme, absent], new Map([["acme", 1234]])));
    expect(heading?.at(-1)).toBe("TOOK");
    expect(first?.at(-1)).toBe("1.2 s");
    expect(second).toEqual(["old", "free", "pool", "s0", "-", "-", "0/0", "absent", "-"]);
  });
});
