import type { KubeObject } from "../../cluster/object.ts";
import { record } from "../../cluster/status.ts";
import type { Looked, Tried } from "../check.ts";
import { type Change, object, pod, TRIAL_NAME } from "../sample.ts";
import type { Space } from "../space.ts";

/** Values of these trials are made up, and only ever sent as trials. */
const MADE_UP = "correct-horse-battery-staple";
const base64 = (text: string) => Buffer.from(text).toString("base64");
const secret = (what: string, body: object) => object(what, "secrets", body);
const config = (what: string, data: object) => object(what, "configmaps", { data });
const restricted = (space: Space) => pod("a restricted pod", space);
const env =
  (name: string, value: string): Change =>
  (_, main) => {
    main["env"] = [{ name, value }];
  };

const projected: Change = (it) => {
  it.volumes.push({ name: "token", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } });
};

const TRIED: Tried[] = [
  {
    id: "tokens.automount",
    title: "Pods carry no token of the API",
    controls: ["CIS 5.1.6", "OWASP K08", "NSA authentication"],
    fix: "refuse pods that mount a token without saying why, by an admission policy",
    tries: (space) => [
      pod("a pod with a token", space, (it) => {
        it["automountServiceAccountToken"] = true;
      }),
      pod("a pod with a token in a volume", space, projected),
    ],
    control: restricted,
  },
  {
    id: "tokens.secret",
    title: "Nobody makes a token that never expires",
    controls: ["CIS 5.1.13", "OWASP K09"],
    fix: "refuse Secrets of type kubernetes.io/service-account-token by an admission policy",
    tries: () => [
      secret("a Secret with a service account's token", {
        type: "kubernetes.io/service-account-token",
        metadata: { name: TRIAL_NAME, annotations: { "kubernetes.io/service-account.name": "default" } },
      }),
    ],
    control: () => secret("an ordinary Secret", { data: { greeting: base64(MADE_UP) } }),
  },
  {
    id: "secrets.environment",
    title: "No password stands in a pod",
    controls: ["CIS 5.4.1", "OWASP K03", "NSA authentication"],
    fix: "refuse literal values in variables that name a secret, by an admission policy",
    tries: (space) => [
      pod("a pod with a password in a variable", space, env("DB_PASSWORD", MADE_UP)),
      pod("a pod with a connection string", space, env("DATABASE_URL", `postgres://app:${MADE_UP}@db/app`)),
      pod("a pod with a password in its arguments", space, (_, main) => {
        main["args"] = [`--db-password=${MADE_UP}`];
      }),
    ],
    control: (space) => pod("a pod with a plain variable", space, env("LOG_LEVEL", "info")),
  },
  {
    id: "secrets.config-maps",
    title: "No password stands in a ConfigMap",
    controls: ["CIS 5.4.1", "OWASP K03"],
    fix: "refuse ConfigMaps with values that name a secret, by an admission policy",
    tries: () => [
      config("a ConfigMap with a password", { password: MADE_UP }),
      config("a ConfigMap with a private key", { "key.pem": "-----BEGIN PRIVATE KEY-----\nMIIE" }),
    ],
    control: () => config("an ordinary ConfigMap", { LOG_LEVEL: "info" }),
  },
  {
    id: "secrets.weak",
    title: "No password can be guessed",
    controls: ["OWASP K03"],
    fix: "refuse short and common passwords in Secrets by an admission policy",
    tries: () => [secret("a Secret with a short password", { data: { password: base64("guess-me") } })],
    control: () => secret("a Secret with a long password", { data: { password: base64(MADE_UP) } }),
  },
];

/** What says why may have one: the admission policy asks for the same annotation. */
const REASON = "tenantry.dev/service-account-token";
const bears = ({ metadata, spec }: KubeObject): boolean =>
  !metadata.annotations?.[REASON] && JSON.stringify(record(spec)["volumes"] ?? []).includes('"serviceAccountToken"');

const LOOKED: Looked[] = [
  {
    id: "tokens.default-account",
    title: "The default service account mounts no token",
    controls: ["CIS 5.1.5", "OWASP K08"],
    fix: "set automountServiceAccountToken: false on the service account",
    well: "the default service account has automountServiceAccountToken: false",
    look: ({ serviceAccounts }) =>
      serviceAccounts
        .filter((it) => it.metadata.name === "default" && it["automountServiceAccountToken"] !== false)
        .map((it) => `service account "${it.metadata.name}" mounts its token into pods`),
  },
  {
    id: "tokens.stored",
    title: "No Secret holds a token that never expires",
    controls: ["CIS 5.1.13", "OWASP K09"],
    fix: "delete it, and let the kubelet hand out tokens that end",
    well: "no Secret of type kubernetes.io/service-account-token",
    look: ({ tokenSecrets }) => tokenSecrets.map((it) => `Secret "${it}" holds a token without an end`),
  },
  {
    id: "tokens.running",
    title: "No running pod has a token mounted",
    controls: ["CIS 5.1.6", "OWASP K08"],
    fix: "set automountServiceAccountToken: false in its template and roll it out",
    well: "no running pod has one",
    look: ({ pods }) => pods.filter(bears).map((it) => `pod "${it.metadata.name}" carries a token`),
  },
];

export const SECRETS = [...TRIED, ...LOOKED];
