import { describe, test } from "vitest";
import { fleetPlane } from "../support/fleet.ts";
import { settles, shows } from "../support/verify-run.ts";
import { WIDENINGS } from "../support/verify-widenings.ts";

const plane = fleetPlane((it) => it.ok("up"));

// Each row also shows that the right of the row before is gone.
describe("with one right too many, its checks fail and no others", () => {
  test.each(WIDENINGS)("%s", async (...widening) => {
    await shows(plane.cluster, widening);
  });
});

test("nothing fails once every right is taken back", async () => {
  await settles(plane.cluster, []);
});
