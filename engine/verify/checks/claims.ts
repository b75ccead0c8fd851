import type { Tried } from "../check.ts";
import { object } from "../sample.ts";

const CLAIMS = "persistentvolumeclaims";
const claim = (what: string, fields: object = {}) =>
  object(what, CLAIMS, {
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } }, ...fields },
  });
const source = { kind: "PersistentVolumeClaim", name: "another" };

const ROWS: [id: string, title: string, what: string, fields: object][] = [
  ["volume-name", "Claims do not pick a volume", "a claim of a named volume", { volumeName: "of-another" }],
  [
    "selector",
    "Claims do not select volumes",
    "a claim by selector",
    { selector: { matchLabels: { tenant: "other" } } },
  ],
  ["data-source", "Claims are not filled from other volumes", "a claim filled from another", { dataSource: source }],
];

export const CLAIM_CHECKS: Tried[] = ROWS.map(([id, title, what, fields]) => ({
  ...{ id: `claims.${id}`, title, controls: ["OWASP K04"] },
  fix: "refuse volumeName, selector and dataSource of claims by an admission policy",
  tries: () => [claim(what, fields)],
  control: () => claim("a claim of a fresh volume"),
}));
