import { expect, test } from "vitest";
import { GOOD, said } from "./samples.ts";

test("all faults of a file come at once, with line, path, what was found and what is allowed", () => {
  const text = `schemaVersion: 2
id: bad
owner:
  email: nobody
  nme: x
plan: gold
spaces:
  api:
    app:
      kind: web
      image: nginx:latest
      port: 80
      replicas: { min: "1", max: 2.5 }
      env: { lower: x, OK: 5 }
      args: netexec
  Bad-Name: {}
  jobs: { app: { kind: job } }
edges: [{ from: api }]
lifecycle: gone
isolation: { tier: none }
egress:
  - cidr: 169.254.0.0/16
    reason: metadata
`;
  expect(said(text)).toMatchInlineSnapshot(`
    [
      "bad.yaml:1 schemaVersion: found 2, allowed: 1",
      "bad.yaml:4 owner.email: found "nobody", allowed: an e-mail address",
      "bad.yaml:5 owner.nme: found the unknown key "nme", allowed: email, team, groups, github",
      "bad.yaml:6 plan: found "gold", allowed: one of "free", "sandbox", "micro", "store", "team", "business", "enterprise"",
      "bad.yaml:11 spaces.api.app.image: found "nginx:latest", allowed: an image with registry and digest, such as ghcr.io/acme/api@sha256:<64 hex digits>",
      "bad.yaml:12 spaces.api.app.port: found 80, allowed: a port from 1024 to 65535",
      "bad.yaml:13 spaces.api.app.replicas.min: found "1", allowed: a number",
      "bad.yaml:13 spaces.api.app.replicas.max: found 2.5, allowed: a whole number",
      "bad.yaml:14 spaces.api.app.env.lower: found the key "lower", allowed: an environment variable name in capitals, such as LOG_LEVEL",
      "bad.yaml:14 spaces.api.app.env.OK: found a number that is not shown, allowed: text: text without zero bytes",
      "bad.yaml:15 spaces.api.app.args: found "netexec", allowed: a list",
      "bad.yaml:16 spaces.Bad-Name: found the key "Bad-Name", allowed: a lower-case name of at most 16 letters and digits, no dash",
      "bad.yaml:17 spaces.jobs.app.kind: found "job", allowed: "web"",
      "bad.yaml:18 edges[0].to: found nothing, allowed: text: a lower-case name of at most 16 letters and digits, no dash",
      "bad.yaml:18 edges[0].port: found nothing, allowed: a number: a port from 1024 to 65535",
      "bad.yaml:19 lifecycle: found "gone", allowed: "active", "suspended", "purged" or a map with offboarding and a date",
      "bad.yaml:20 isolation.tier: found "none", allowed: one of "namespace", "pool", "virtual", "cluster"",
      "bad.yaml:22 egress[0].cidr: found "169.254.0.0/16", allowed: a range outside loopback, link-local and the cloud metadata services",
    ]
  `);
});

const KEYS =
  "schemaVersion, id, name, owner, plan, overrides, isolation, spaces, edges, database, egress, domains, identity, lifecycle, retention";

test.each<[what: string, text: string, lines: string[]]>([
  ["an empty file", "", [`1: found null, allowed: a map with ${KEYS}`]],
  ["a list", "- 1\n", [`1: found a list of 1, allowed: a map with ${KEYS}`]],
  ["a second document", `${GOOD}---\n${GOOD}`, ["6: found a second document, allowed: one document a file"]],
  ["a duplicate key", `${GOOD}plan: free\n`, ['6 plan: found the key "plan" again, allowed: each key once']],
  ["a tag", GOOD.replace("team", "!!str team"), ["4 plan: found a tag, allowed: a value without a tag"]],
  [
    "a tag nobody knows",
    GOOD.replace("team", "!run team"),
    ["4: found a tag, allowed: plain maps, lists, text, numbers, true and false"],
  ],
  [
    "an alias",
    GOOD.replace("team", "&p team").replace("{ api: {} }", "{ api: *p }"),
    ["5 spaces.api: found an alias, allowed: the value itself"],
  ],
  [
    "a merge key",
    GOOD.replace("{ api: {} }", "{ api: { <<: { share: 1 } } }"),
    ['5 spaces.api["<<"]: found a merge key, allowed: the entries themselves'],
  ],
  [
    "an older version of YAML",
    `%YAML 1.1\n---\n${GOOD}`,
    ["1: found a directive, allowed: YAML 1.2 without directives"],
  ],
  [
    "a prototype",
    `${GOOD}__proto__: { plan: free }\n`,
    ['6 __proto__: found the key "__proto__", allowed: another name'],
  ],
  [
    "a constructor",
    GOOD.replace("api: {}", "constructor: {}"),
    [
      '5 spaces.constructor: found the key "constructor", allowed: another name',
      "5 spaces: found a map of 0, allowed: at least one space",
    ],
  ],
  [
    "an octal number",
    `${GOOD}retention: { days: 0o17 }\n`,
    ['6 retention.days: found "0o17", allowed: a plain decimal number, or text in quotes'],
  ],
  [
    "a leading zero",
    `${GOOD}retention: { days: 017 }\n`,
    ['6 retention.days: found "017", allowed: a plain decimal number, or text in quotes'],
  ],
  [
    "an exponent",
    `${GOOD}retention: { days: 1e2 }\n`,
    ['6 retention.days: found "1e2", allowed: a plain decimal number, or text in quotes'],
  ],
  ["a tab as indent", `${GOOD}retention:\n\tdays: 3\n`, ["7: found a tab as indent, allowed: spaces"]],
  [
    "an open bracket",
    `${GOOD}domains: [a.example\n`,
    ["7: found a wrong indent, allowed: the entries of one map or list in one column"],
  ],
  [
    "a control character",
    GOOD.replace("team", "te\u0000am"),
    ['4: found the control character "\\u0000", allowed: printable text'],
  ],
  [
    "another tenant's id",
    GOOD.replace("id: bad", "id: other"),
    ['2 id: found "other", allowed: "bad", as the file is named'],
  ],
  [
    "text direction marks",
    GOOD.replace("plan: team", `plan: "te\u202eam"`),
    [
      '4 plan: found "te\\u{202e}am", allowed: one of "free", "sandbox", "micro", "store", "team", "business", "enterprise"',
    ],
  ],
  [
    "a key of two lines",
    `${GOOD}"a\\nb: found": 1\n`,
    [`6 ["a\\nb: found"]: found the unknown key "a\\nb: found", allowed: ${KEYS}`],
  ],
])("%s is refused in words", (_what, text, lines) => {
  expect(said(text)).toEqual(lines.map((it) => `bad.yaml:${it}`));
});
