import { expect, test } from "vitest";
import { documented, granted, tableOf } from "../support/fleet-access.ts";
import { page } from "./markdown.ts";

const rows = page("docs/access.md")
  .text.split("\n")
  .filter((it) => it.startsWith("| `"))
  .map((it) => it.split("|").slice(1, -1).length === 6 && it)
  .filter((it) => it !== false);
const names = rows.map((it) => /^\| `([^`]+)`/.exec(it)?.[1] ?? "");

test("the table of rights is what the roles say, to the verb", () => {
  expect(rows).toEqual(tableOf(names));
  expect(granted().filter((it) => !names.includes(it))).toEqual([]);
});

test("it names what no tenant may touch", () => {
  expect(documented().never).toEqual(
    expect.arrayContaining(["namespaces", "serviceaccounts/token", "pods/ephemeralcontainers", "nodes/proxy"]),
  );
});
