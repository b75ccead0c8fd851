import acme from "./acme.ts";
import cornerShop from "./corner-shop.ts";
import globex from "./globex.ts";
import mcceG1 from "./mcce-g1.ts";
import myShop from "./my-shop.ts";
import type { TenantInput } from "./schema.ts";
import u1042 from "./u1042.ts";

/** The tenants that are code of this repository, each with the file to open when one is wrong. */
export const TENANTS: readonly { file: string; input: TenantInput }[] = [
  { file: "tenants/acme.ts", input: acme },
  { file: "tenants/corner-shop.ts", input: cornerShop },
  { file: "tenants/globex.ts", input: globex },
  { file: "tenants/mcce-g1.ts", input: mcceG1 },
  { file: "tenants/my-shop.ts", input: myShop },
  { file: "tenants/u1042.ts", input: u1042 },
];
