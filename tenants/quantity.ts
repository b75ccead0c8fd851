import * as z from "zod";

const SUFFIX: Record<string, bigint> = {
  "": 1000n,
  m: 1n,
  k: 1000n ** 2n,
  M: 1000n ** 3n,
  G: 1000n ** 4n,
  T: 1000n ** 5n,
  Ki: 1000n * 1024n,
  Mi: 1000n * 1024n ** 2n,
  Gi: 1000n * 1024n ** 3n,
  Ti: 1000n * 1024n ** 4n,
};
const FORM = /^([0-9]{1,9})(?:\.([0-9]{1,3}))?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/;

/** Thousandths of a unit (of a core, of a byte), exactly. Throws on anything that is no Kubernetes quantity. */
export function milli(text: string): bigint {
  const [, whole, fraction = "", suffix = ""] = FORM.exec(text) ?? [];
  if (whole === undefined)
    throw new Error(`"${text}" is no quantity: want a number with m, k, M, G, T, Ki, Mi, Gi or Ti`);
  const scale = SUFFIX[suffix] ?? 1000n;
  return (BigInt(whole + fraction.padEnd(3, "0")) * scale) / 1000n;
}

/** What `exact` counts in: enough places for every decimal that a number from 0.01 on can show. */
export const UNIT = 10n ** 20n;

/** A number as it was written, in units of 10^-20: floating point has 0.1 + 0.2 above 0.3, and no three thirds in one. */
export function exact(value: number): bigint {
  const [, whole = "", fraction = "", exponent = "0"] =
    /^([0-9]+)(?:\.([0-9]+))?(?:e([+-][0-9]+))?$/.exec(`${value}`) ?? [];
  if (whole === "") throw new Error(`${value} is no number from 0 on`);
  const places = 20 + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  return places >= 0 ? digits * 10n ** BigInt(places) : digits / 10n ** BigInt(-places);
}

/** The shortest exact form of thousandths of a core: "500m", "2". */
export const formatCpu = (value: bigint): string => (value % 1000n === 0n ? `${value / 1000n}` : `${value}m`);

/** The largest binary unit that is exact, fractions of a byte dropped: "512Mi", "4Gi". */
export function formatBytes(value: bigint): string {
  let bytes = value / 1000n;
  for (const unit of ["", "Ki", "Mi", "Gi", "Ti"] as const) {
    if (bytes === 0n || bytes % 1024n !== 0n || unit === "Ti") return `${bytes}${unit}`;
    bytes /= 1024n;
  }
  return `${bytes}`;
}

/** A positive quantity of cores ("500m", "2") or of bytes ("512Mi", "4Gi"). */
export const quantity = (of: "cpu" | "bytes") =>
  of === "cpu"
    ? z.string().regex(/^(?=.*[1-9])[0-9]{1,6}(\.[0-9]{1,3}|m)?$/, 'cores such as "500m" or "2"')
    : z.string().regex(/^(?=.*[1-9])[0-9]{1,9}(Ki|Mi|Gi|Ti)$/, 'bytes such as "512Mi" or "4Gi"');
