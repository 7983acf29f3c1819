import { describe, expect, it } from "vitest";
import { boot, describedHost, states } from "./boot.ts";

/** A described machine on which a command ran that the model does not know: it may have made what comes later. */

const started = (parameters: string, roots = ["/jails/web"]) =>
  boot(`web { persist; ${parameters} }`, describedHost(roots));

describe("behind a command on the host that is not modelled", () => {
  it("an interface that is to be handed over may be there", () => {
    const { host, report } = started(
      "path = /jails/web; vnet; vnet.interface = e0b_web; exec.prestart = '/usr/local/scripts/wire web';",
    );
    expect(states(report)).toEqual(["web: running"]);
    expect(
      host.events.filter(({ kind }) => kind === "assume.interface").map(({ outcome }) => outcome),
    ).toEqual(["assumed"]);
  });

  it("a further command may find what it needs", () => {
    const { report, host } = started(
      "path = /jails/web; exec.prestart = '/usr/local/scripts/wire web', 'ifconfig e0a_web up';",
    );
    expect(states(report)).toEqual(["web: running"]);
    expect(host.events.some(({ message }) => /wire web may have made what it needs/.test(message))).toBe(
      true,
    );
  });

  it("another jail that starts later may find what it needs", () => {
    const text =
      "gate { path = /jails/web; persist; exec.prestart = /usr/local/scripts/bridge; }" +
      "web { path = /jails/web; persist; depend = gate; exec.prestart = 'ifconfig bridge7 up'; }";
    expect(states(boot(text, describedHost(["/jails/web"])).report)).toEqual([
      "gate: running",
      "web: running",
    ]);
  });

  it("the root may be there", () => {
    expect(
      states(started("path = /jails/new; exec.prestart = '/usr/local/scripts/clone new';").report),
    ).toEqual(["web: running"]);
  });
});

it("what comes before the command is not made by it", () => {
  const { report } = started(
    "path = /jails/web; ip4.addr = 'em9|192.0.2.9'; exec.prestart = '/usr/local/x';",
  );
  expect(states(report)).toEqual(["web: failed"]);
});

it("a command that is modelled makes nothing but what it makes", () => {
  const { report } = started("path = /jails/web; vnet; vnet.interface = e0b_web; exec.prestart = 'true';");
  expect(states(report)).toEqual(["web: failed"]);
});
