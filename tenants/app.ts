import * as z from "zod";
import { quantity } from "./quantity.ts";

/** A registry host with a path, pinned by digest: a tag can be moved under a running tenant. */
const image = z
  .string()
  .regex(
    /^[a-z0-9.-]+(:[0-9]{1,5})?(\/[a-z0-9._-]+)+(:[\w][\w.-]{0,127})?@sha256:[0-9a-f]{64}$/,
    "an image with registry and digest, such as ghcr.io/acme/api@sha256:<64 hex digits>",
  )
  .max(512);

const envName = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,62}$/, "an environment variable name in capitals, such as LOG_LEVEL");

const path = z
  .string()
  .max(200)
  .regex(/^\/[\w./-]*$/, "an absolute path, such as /healthz");

export const Port = z.int().min(1024, "a port from 1024 to 65535").max(65535, "a port from 1024 to 65535");

const resources = z.strictObject({
  requests: z.strictObject({ cpu: quantity("cpu"), memory: quantity("bytes") }),
  limits: z.strictObject({ cpu: quantity("cpu"), memory: quantity("bytes") }),
});

/** A long-running HTTP workload. What it leaves out comes from the plan. */
export const WebApp = z
  .strictObject({
    kind: z.literal("web"),
    image,
    args: z.array(z.string().max(500)).max(50).default([]),
    port: Port.default(8080),
    replicas: z
      .strictObject({ min: z.int().min(1).max(100), max: z.int().min(1).max(100) })
      .refine((it) => it.min <= it.max, "min at most max")
      .default({ min: 1, max: 1 }),
    resources: resources.optional(),
    /** Mounted read-write; one pod at a time holds it. */
    volume: z.strictObject({ size: quantity("bytes"), mountPath: path }).optional(),
    probe: z.strictObject({ path: path.default("/") }).prefault({}),
    env: z.record(envName, z.string().max(2000)).default({}),
    /** Values made once and kept: name of the variable, length in characters. Never written down anywhere else. */
    secrets: z.record(envName, z.strictObject({ length: z.int().min(16).max(128).default(32) })).default({}),
    /** Serve the app on a host name of the tenant. */
    host: z.boolean().default(false),
  })
  .refine((it) => !it.volume || it.replicas.max === 1, {
    path: ["replicas", "max"],
    message: "1, as one pod at a time can hold the volume",
  })
  .refine((it) => Object.keys(it.secrets).every((name) => !(name in it.env)), {
    path: ["secrets"],
    message: "names that env does not set as well",
  });

/** Workloads by engine. A new engine is a new member of the union. */
export const App = z.discriminatedUnion("kind", [WebApp]);
export type App = z.output<typeof App>;
