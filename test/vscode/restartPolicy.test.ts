import { describe, expect, it } from "vitest";
import { RestartPolicy } from "../../client/src/restartPolicy.ts";

describe("restart after a crash", () => {
  it("ends with the fifth crash in three minutes", () => {
    let now = 0;
    const policy = new RestartPolicy(() => now);
    const restarts = [0, 1, 2, 3, 4].map(() => {
      now += 10_000;
      return policy.crashed();
    });
    expect(restarts).toEqual([true, true, true, true, false]);
  });

  it("never ends when the server runs well in between", () => {
    let now = 0;
    const policy = new RestartPolicy(() => now);
    for (let crash = 0; crash < 50; crash++) {
      now += 60_000;
      expect(policy.crashed()).toBe(true);
    }
  });

  it("begins anew after a restart by hand", () => {
    const policy = new RestartPolicy(() => 0);
    for (let crash = 0; crash < 5; crash++) policy.crashed();
    policy.reset();
    expect(policy.crashed()).toBe(true);
  });
});
