import type { LimitedCall } from "@zonewarden/server/catalog/zonecfg/rctls";
import type { Outcome } from "@zonewarden/server/host/decision";
import type { Host } from "@zonewarden/server/host/host";
import { msgget, semget, shmget } from "@zonewarden/server/host/illumos/ipc/sysv";
import {
  createThread,
  driverLock,
  driverUnlock,
  mlock,
  munlock,
  reserve,
} from "@zonewarden/server/host/illumos/resources/memory";
import { charge, discharge, usageOf } from "@zonewarden/server/host/illumos/resources/rctls";
import type { Zone } from "@zonewarden/server/host/illumos/types";
import { exit, fork, spawn, wait } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { define, ok, running, zoneHost } from "../harness.ts";
import { result } from "../process/world.ts";

const CREATE = { create: true, mode: 0o600 };
const MB = 1 << 20;

/** A zone with one control, whose limit is what it uses already and a little more. */
function limited(name: string, room: number, action: "deny" | "none" = "deny") {
  const host = zoneHost();
  const { zone, root } = running(host, define("web"));
  root.memory = { resident: 3 * MB, virtual: 512 * MB };
  const limit = usageOf(host, zone, name) + room;
  zone.rctls = {
    ...zone.rctls,
    [name]: { limit, action, cause: { what: `${name}=${limit}`, from: "configuration" } },
  };
  return { host, zone, root, limit };
}

interface Row {
  control: string;
  call: LimitedCall;
  /** What one call asks for. */
  amount: number;
  run(about: { host: Host; zone: Zone; root: Process }): Outcome<unknown>;
  expected: string;
}

const charged =
  (name: string, call: LimitedCall, amount: number): Row["run"] =>
  ({ host, zone }) =>
    charge(host, zone, name, amount, call) ?? { ok: true, value: undefined, decision: OK };

const OK = { verdict: "allow", rule: "charge", reason: "It fits.", causes: [] } as const;

/** What refuses, and with which error. */
const rows: Row[] = [
  {
    control: "zone.max-lwps",
    call: "fork",
    amount: 1,
    run: ({ host, root }) => fork(host, root),
    expected: "EAGAIN",
  },
  {
    control: "zone.max-lwps",
    call: "lwp_create",
    amount: 1,
    run: ({ host, root }) => createThread(host, root),
    expected: "EAGAIN",
  },
  {
    control: "zone.max-processes",
    call: "fork",
    amount: 1,
    run: ({ host, root }) => fork(host, root),
    expected: "EAGAIN",
  },
  {
    control: "zone.max-msg-ids",
    call: "msgget",
    amount: 1,
    run: ({ host, root }) => msgget(host, root, 0, CREATE),
    expected: "ENOSPC",
  },
  {
    control: "zone.max-sem-ids",
    call: "semget",
    amount: 1,
    run: ({ host, root }) => semget(host, root, 0, 1, CREATE),
    expected: "ENOSPC",
  },
  {
    control: "zone.max-shm-ids",
    call: "shmget",
    amount: 1,
    run: ({ host, root }) => shmget(host, root, 0, 1, CREATE),
    expected: "ENOSPC",
  },
  {
    control: "zone.max-shm-memory",
    call: "shmget",
    amount: MB,
    run: ({ host, root }) => shmget(host, root, 0, MB, CREATE),
    expected: "EINVAL",
  },
  {
    control: "zone.max-locked-memory",
    call: "mlock",
    amount: MB,
    run: ({ host, root }) => mlock(host, root, MB),
    expected: "EAGAIN",
  },
  {
    control: "zone.max-locked-memory",
    call: "driver-lock",
    amount: MB,
    run: ({ host, root }) => driverLock(host, root, MB),
    expected: "ENOMEM",
  },
  {
    control: "zone.max-swap",
    call: "mmap",
    amount: MB,
    run: ({ host, root }) => reserve(host, root, MB),
    expected: "EAGAIN",
  },
  {
    control: "zone.max-swap",
    call: "brk",
    amount: MB,
    run: ({ host, root }) => reserve(host, root, MB, "brk"),
    expected: "EAGAIN",
  },
  {
    control: "zone.max-swap",
    call: "shmget",
    amount: MB,
    run: ({ host, root }) => shmget(host, root, 0, MB, CREATE),
    expected: "ENOMEM",
  },
  {
    control: "zone.max-swap",
    call: "page-fault",
    amount: MB,
    run: ({ host, root }) => fork(host, root),
    expected: "ENOMEM",
  },
  {
    control: "zone.max-swap",
    call: "tmpfs-write",
    amount: MB,
    run: charged("zone.max-swap", "tmpfs-write", MB),
    expected: "ENOSPC",
  },
  {
    control: "zone.max-lofi",
    call: "lofi-create",
    amount: 1,
    run: charged("zone.max-lofi", "lofi-create", 1),
    expected: "EAGAIN",
  },
];

describe.each(rows)("$control at $call", ({ control, call, amount, run, expected }) => {
  test("the last one that fits passes", () => {
    expect(result(run(limited(control, amount)))).toBe("ok");
  });

  test(`one more is ${expected}, and the reader is told the line`, () => {
    const about = limited(control, amount - 1);
    const refused = run(about);
    expect(result(refused)).toBe(expected);
    expect(refused.decision.rule).toBe(`rctl/${control}`);
    expect(refused.decision.causes).toEqual([{ what: `${control}=${about.limit}`, from: "configuration" }]);
  });

  test("nothing of it is used after a refusal", () => {
    const about = limited(control, amount - 1);
    const before = usageOf(about.host, about.zone, control);
    run(about);
    expect(usageOf(about.host, about.zone, control)).toBe(before);
  });

  if (call === "fork" || call === "lwp_create")
    test("action none lets it pass", () => {
      expect(result(run(limited(control, amount - 1, "none")))).toBe("ok");
    });
});

describe("what counts", () => {
  test("the dead have their slot until somebody asks", () => {
    const { host, root } = limited("zone.max-processes", 1);
    const child = ok(fork(host, root));
    expect(result(fork(host, root))).toBe("EAGAIN");
    exit(host, child, 0);
    expect(result(fork(host, root))).toBe("EAGAIN");
    ok(wait(host, root));
    expect(result(fork(host, root))).toBe("ok");
  });

  test("the dead have no threads", () => {
    const { host, root } = limited("zone.max-lwps", 1);
    exit(host, ok(fork(host, root)), 0);
    expect(result(fork(host, root))).toBe("ok");
  });

  test("one zone's use is nothing to another", () => {
    const { host, zone } = limited("zone.max-shm-ids", 1);
    const other = running(host, define("db"));
    ok(shmget(host, other.root, 0, 1, CREATE));
    expect(usageOf(host, zone, "zone.max-shm-ids")).toBe(0);
  });

  test("what is given back is free again", () => {
    const { host, zone, root } = limited("zone.max-locked-memory", MB);
    ok(mlock(host, root, MB));
    munlock(root, MB);
    expect(result(mlock(host, root, MB))).toBe("ok");
    discharge(zone, "zone.max-locked-memory", MB);
    expect(zone.charges).toBeUndefined();
  });

  test("memory that a driver keeps counts until it gives it back", () => {
    const { host, root } = limited("zone.max-locked-memory", MB);
    ok(driverLock(host, root, MB));
    expect(result(mlock(host, root, MB))).toBe("EAGAIN");
    driverUnlock(host, root, MB);
    expect(result(mlock(host, root, MB))).toBe("ok");
  });

  test("limits of zones bind nobody in the global zone", () => {
    const { host } = limited("zone.max-processes", 0);
    const shell = spawn(host, { command: "sh" });
    expect(result(fork(host, shell))).toBe("ok");
  });
});

test("mlock takes a privilege and memory to lock", () => {
  const host = zoneHost();
  const { root } = running(host, define("web", { properties: { limitpriv: "default,!proc_lock_memory" } }));
  expect(mlock(host, root, 1).decision.rule).toBe("priv/proc_lock_memory");
  const other = running(host, define("db"));
  expect(result(mlock(host, other.root, other.root.memory.virtual + 1))).toBe("ENOMEM");
});
