import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { outputFile } from "../../cli/output-file.ts";
import { UsageError } from "../../engine/stack.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "output-file-"));
});
afterEach(() => {
  chmodSync(dir, 0o700);
  rmSync(dir, { recursive: true, force: true });
});
const at = (name: string) => join(dir, name);
const open = (name: string) => outputFile("--junit", at(name), "/");

test("a file is readable by its owner only, whatever was there before, and nothing else is left", () => {
  writeFileSync(at("report.xml"), "old and longer than what comes", { mode: 0o644 });
  open("report.xml").write("new");
  expect(readFileSync(at("report.xml"), "utf8")).toBe("new");
  expect((statSync(at("report.xml")).mode & 0o777).toString(8)).toBe("600");
  expect(readdirSync(dir)).toEqual(["report.xml"]);
});

test("nothing is written before the end, so a run that fails leaves the last report alone", () => {
  writeFileSync(at("report.xml"), "old");
  open("report.xml");
  expect([readdirSync(dir), readFileSync(at("report.xml"), "utf8")]).toEqual([["report.xml"], "old"]);
});

test("a link is replaced, and what it points at stays as it is", () => {
  writeFileSync(at("precious"), "precious");
  symlinkSync(at("precious"), at("report.xml"));
  open("report.xml").write("new");
  expect([readFileSync(at("precious"), "utf8"), readFileSync(at("report.xml"), "utf8")]).toEqual(["precious", "new"]);
});

test("a path that cannot be written is refused at once, with the flag", () => {
  mkdirSync(at("folder"));
  expect(() => open("folder")).toThrow(
    new UsageError(`--junit ${at("folder")}: there is something of that name that is no file; name another`),
  );
  expect(() => open("no/report.xml")).toThrow(
    new UsageError(`--junit ${at("no/report.xml")}: there is no folder ${at("no")}; make it first`),
  );
  expect(open("fine.xml").shown).toBe(at("fine.xml"));
});

test("half a file is taken away when writing fails", () => {
  const file = open("report.xml");
  // The name is taken by a folder meanwhile.
  mkdirSync(at("report.xml"));
  writeFileSync(at("report.xml/inside"), "x");
  expect(() => file.write("new")).toThrow(/^--junit .* could not be written: E[A-Z]+$/);
  expect(readdirSync(dir)).toEqual(["report.xml"]);
});
