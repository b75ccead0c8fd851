import { expect, test } from "vitest";
import { junit } from "../../../../engine/verify/format/junit.ts";
import { parseXml, type XmlElement } from "../../../support/xml.ts";
import { resultOf, verifyReport } from "../../../support/verify-report.ts";

const cases = (root: XmlElement): XmlElement[] =>
  root.children.flatMap((suite) => suite.children.filter((it) => it.name === "testcase"));

test("a suite for each namespace, a case for each check, and numbers that add up", () => {
  const root = parseXml(junit(verifyReport()));
  expect(root.name).toBe("testsuites");
  expect(root.attributes).toEqual({
    ...{ name: "tenantry verify", tests: "6", failures: "2", errors: "0", skipped: "1", time: "12.340" },
  });
  expect(root.children.map((it) => it.attributes)).toEqual([
    { name: "acme acme-api", tests: "2", failures: "0", errors: "0", skipped: "0" },
    { name: "globex globex-portal", tests: "2", failures: "1", errors: "0", skipped: "0" },
    { name: "legacy", tests: "2", failures: "1", errors: "0", skipped: "1" },
  ]);
  expect(cases(root).map((it) => [it.attributes["classname"], it.children[0]?.name])).toEqual([
    ["acme-api", undefined],
    ["acme-api", undefined],
    ["globex-portal", undefined],
    ["globex-portal", "failure"],
    ["legacy", "failure"],
    ["legacy", "skipped"],
  ]);
  const [failed] = cases(root)[3]?.children ?? [];
  expect(failed?.attributes).toEqual({
    message: 'group "globex-viewers" may get secrets. Next: run up',
    type: "rights.secrets",
  });
  expect(failed?.text).toBe('group "globex-viewers" may get secrets. Next: run up\nCIS 5.1.2');
});

test("two tenants that were asked about the same namespace each get their own", () => {
  const report = verifyReport();
  const shared = { ...report, targets: [{ namespace: "n" }, { tenant: "acme", namespace: "n" }] };
  const results = [resultOf("pass", "n", { tenant: undefined }), resultOf("fail", "n")];
  const root = parseXml(junit({ ...shared, results }));
  expect(root.children.map((it) => it.attributes["failures"])).toEqual(["0", "1"]);
});

/** The same texts in every run, made of what breaks XML, ends quotes and tags, or cannot be written. */
function* texts(count: number): Generator<string> {
  const parts = [
    ...["&", "<", ">", '"', "'", "]]>", "<![CDATA[", "<!--", "-->", "</failure>", "&amp;", "&#10;", "&bogus;", "<?x?>"],
    ...[
      "\n",
      "\r",
      "\r\n",
      "\t",
      " ",
      "\u0000",
      "\u0008",
      "\u000b",
      "\u001b[31m",
      "\u007f",
      "\u0085",
      "\u2028",
      "\ufffe",
    ],
    ...["\ud800", "\udc00", "\u{1f600}", "\u{10ffff}", "\uffff", "a", "%", "\\", "é", 'message="x"'],
  ];
  let state = 42;
  for (let index = 0; index < count; index++) {
    let value = "";
    for (let length = 1 + (index % 12); length > 0; length--) {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      value += parts[Math.floor((state / 2_147_483_648) * parts.length)] ?? "";
    }
    yield value;
  }
}

/** What a reader gets: XML cannot say these characters in any way. */
const writable = (value: string): string =>
  Array.from(value.toWellFormed())
    .map((it) => (/[\t\n\r\x20-\ud7ff\ue000-\ufffd]|[^\0-\uffff]/u.test(it) ? it : "\ufffd"))
    .join("");

test("whatever stands in names and messages, the file is well formed and says exactly that", () => {
  for (const value of texts(3000)) {
    const outcome = value.length % 2 === 0 ? "fail" : "skipped";
    const report = { ...verifyReport(), server: value, targets: [{ tenant: value, namespace: value }] };
    const results = [
      resultOf(outcome, value, { tenant: value, id: value, title: value, message: value, controls: [value] }),
    ];
    const root = parseXml(junit({ ...report, results }));
    const [suite] = root.children;
    const [properties, only] = suite?.children ?? [];
    const [verdict] = only?.children ?? [];
    const wanted = writable(value);
    expect([suite?.children.length, only?.children.length]).toEqual([2, 1]);
    expect(properties?.children[0]?.attributes["value"]).toBe(wanted);
    expect(suite?.attributes["name"]).toBe(`${wanted} ${wanted}`);
    expect(only?.attributes).toEqual({ classname: wanted, name: `${wanted}: ${wanted}` });
    expect(verdict?.attributes["message"]).toBe(wanted);
    if (outcome === "fail") expect(verdict?.text).toBe(writable(`${value}\n${value}`));
  }
});

test.each([
  "<a>&</a>",
  "<a>\u0001</a>",
  "<a b='1'/>",
  '<a b="<"/>',
  "<a></b>",
  "<a/><a/>",
  "<a>]]></a>",
  '<a b="1" b="2"/>',
])("the reader of these tests does not take %j", (bad) =>
  expect(() => parseXml(`<?xml version="1.0" encoding="UTF-8"?>${bad}`)).toThrow(/./),
);
