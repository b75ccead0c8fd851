import { expect, test } from "vitest";
import { Gate } from "../../../engine/cluster/gate.ts";
import { JumpingClock } from "../../support/fake-clock.ts";

const never = () => false;
const always = () => true;
const settle = () => new Promise(setImmediate);

test("admits no more than its width, and the next when one leaves", async () => {
  const gate = new Gate(2, new JumpingClock());
  const leave: (() => void)[] = [];
  const all = [1, 2, 3].map(() => gate.run(() => new Promise<void>((done) => leave.push(done)), never));
  await settle();
  expect(leave).toHaveLength(2);
  leave[0]?.();
  await settle();
  expect(leave).toHaveLength(3);
  leave.forEach((done) => done());
  await Promise.all(all);
});

test("halves on a busy answer, once per round, never below one", async () => {
  const clock = new JumpingClock();
  const gate = new Gate(32, clock);
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      await gate.run(() => clock.sleep(1), always);
    }),
  );
  expect(gate.width).toBe(16);
  for (let i = 0; i < 10; i++) await gate.run(() => clock.sleep(1), always);
  expect(gate.width).toBe(1);
  expect(await gate.run(() => Promise.resolve("through"), never)).toBe("through");
});

test("narrows on slow answers and failures, and widens again on quick ones, up to where it began", async () => {
  const clock = new JumpingClock();
  const gate = new Gate(32, clock);
  await gate.run(() => clock.sleep(2001), never);
  expect(gate.width).toBe(28);
  const timeout = gate.run(async () => {
    await clock.sleep(30_000);
    throw new Error("no answer");
  }, never);
  await expect(timeout).rejects.toThrow("no answer");
  expect(gate.width).toBe(14);
  for (let i = 0; i < 1000; i++) await gate.run(() => Promise.resolve(), never);
  expect(gate.width).toBe(32);
});
