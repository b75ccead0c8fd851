import * as z from "zod";
import { quantity } from "./quantity.ts";

/**
 * A registry host with a path, pinned by digest: a tag can be moved under a running tenant.
 * The host needs a dot or a port, or the container runtime would put a registry of its own in front.
 */
const image = z
  .string()
  .regex(
    /^(?=[^/]*[.:])[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+(:\w[\w.-]{0,127})?@sha256:[0-9a-f]{64}$/,
    "an image with registry and digest, such as ghcr.io/acme/api@sha256:<64 hex digits>",
  )
  .max(512);

const envName = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,62}$/, "an environment variable name in capitals, such as LOG_LEVEL");

const probePath = z
  .string()
  .max(200)
  .regex(/^\/[\w./-]*$/, "an absolute path, such as /healthz");

/** Not over the container's own system directories, and no way up. */
const mountPath = z
  .string()
  .max(200)
  .regex(
    /^(?!\/(dev|proc|sys|etc)(\/|$))(\/(?!\.{1,2}(\/|$))[\w.-]+)+$/,
    "an absolute path outside /dev, /etc, /proc and /sys, such as /workspace",
  );

/** What a process can be handed: no zero byte, no half of a character. */
const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((it) => !it.includes("\0") && it.isWellFormed(), "text without zero bytes");

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
    args: z.array(text(500)).max(50).default([]),
    port: Port.default(8080),
    replicas: z
      .strictObject({ min: z.int().min(1).max(100), max: z.int().min(1).max(100) })
      .refine((it) => it.min <= it.max, { path: ["min"], message: "at most replicas.max" })
      .default({ min: 1, max: 1 }),
    resources: resources.optional(),
    /** Mounted read-write; one pod at a time holds it. */
    volume: z.strictObject({ size: quantity("bytes"), mountPath }).optional(),
    probe: z.strictObject({ path: probePath.default("/") }).prefault({}),
    env: z.record(envName, text(2000)).default({}),
    /** Values made once and kept: name of the variable, length in characters. Never written down anywhere else. */
    secrets: z.record(envName, z.strictObject({ length: z.int().min(16).max(128).default(32) })).default({}),
    /** Serve the app on a host name of the tenant. */
    host: z.boolean().default(false),
  })
  .refine((it) => !it.volume || it.replicas.max === 1, {
    path: ["replicas", "max"],
    message: "1: one pod at a time can hold the volume",
  })
  .refine((it) => Object.keys(it.secrets).every((name) => !Object.hasOwn(it.env, name)), {
    path: ["secrets"],
    message: "names that env does not set as well",
  });

/** Workloads by engine. A new engine is a new member of the union. */
export const App = z.discriminatedUnion("kind", [WebApp]);
/** An app with every default filled in but `resources`, which come from the plan. */
export type App = z.output<typeof App>;
