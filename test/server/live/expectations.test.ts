import { readFileSync } from "node:fs";
import { FORMS, parseExpectation } from "@zonewarden/server/live/expectations/grammar";
import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

const HOST = `{ "system": "freebsd", "name": "box", "directories": [
  { "path": "/jails/db", "base": true }, { "path": "/jails/web", "base": true }, { "path": "/jails/mail", "base": true }
] }`;

/** The results of expectations in a comment above or in jail web. */
function check(...expectations: readonly string[]) {
  const text = `exec.start = "/bin/sh /etc/rc";
path = "/jails/$name";
mount.devfs;
db { ip4.addr = "em0|192.0.2.11"; }
${expectations.map((one) => `#? ${one}`).join("\n")}
web {
	#? boots
	ip4.addr = "em0|192.0.2.10";
	depend = db;
	allow.raw_sockets;
}
mail { ip4.addr = "em0|192.0.2.13"; }
bad { path = "/gone"; }
`;
  const world = new World({ "/w/jail.conf": text, "/w/zonewarden.host.json": HOST });
  world.open("/w/jail.conf");
  return world.server.expect({ uri: "file:///w/jail.conf" }).slice(0, -1);
}

describe("what comments expect", () => {
  it.each([
    ["web boots", "passed"],
    ["bad boots", "failed"],
    ["bad does not boot", "passed"],
    ["bad cannot boot", "passed"],
    ["boots", "passed"],
    ["boots after db", "passed"],
    ["db boots before web", "passed"],
    ["web boots before mail", "failed"],
    ["web boots before db", "failed"],
    ["connects db:5432", "passed"],
    ["web connects host:22", "passed"],
    ["web connects to [2001:db8::2]:22", "failed"],
    ["web cannot connect 2001:db8::2", "passed"],
    ["web connects 192.0.2.99:80", "passed"],
    ["host connects web:80", "passed"],
    ["web allows net.raw-ping", "passed"],
    ["db denies raw-ping", "passed"],
    ["web denies raw-ping", "failed"],
    ["web runs cron", "passed"],
    ["web does not run sshd", "passed"],
    ["web does not listen on 22", "passed"],
    ["web listens on 22", "failed"],
    ["web connects nobody:80", "failed"],
    ["nobody boots", "invalid"],
    ["web denies teleportation", "invalid"],
    ["web denies raw-pin", "invalid"],
    ["web connects db:70000", "invalid"],
    ["web is nice", "invalid"],
    ["", "invalid"],
  ])("%s: %s", (text, result) => {
    const [view] = check(text);
    expect(view).toMatchObject({ text, result });
    expect(view?.message).not.toBe("");
  });

  it("stand where they are written, and say which line made it so", () => {
    const [first, second] = check("web boots", "db denies raw-ping");
    expect(first?.location.range).toEqual({
      start: { line: 4, character: 0 },
      end: { line: 4, character: 12 },
    });
    expect(second?.location.range.start.line).toBe(5);
    const [failed] = check("bad boots");
    expect(failed?.message).toContain("/gone");
    expect(failed?.origins.some(({ location }) => location?.uri === "file:///w/jail.conf")).toBe(true);
  });

  it("an invalid one says what is understood", () => {
    expect(check("web is nice")[0]?.message).toContain("web connects db:5432");
    expect(check("wed boots")[0]?.message).toContain("web");
  });

  it("leave the simulated host alone", () => {
    const world = World.of("#? web boots\nweb { path = /; persist; }\n");
    expect(world.server.expect({ uri: "file:///w/jail.conf" })[0]?.result).toBe("passed");
    expect(world.host()).toMatchObject({ events: 0 });
  });

  it("are only what stands in comments", () => {
    const world = World.of('web { path = "/#? web boots"; } # ? web boots\n');
    expect(world.server.expect({ uri: "file:///w/jail.conf" })).toEqual([]);
    expect(world.server.expect({ uri: "file:///w/none.conf" })).toEqual([]);
  });
});

const page = readFileSync(new URL("../../../docs/expectations.md", import.meta.url), "utf8");

it.each(FORMS)("%s is understood, and documented", (text) => {
  expect(parseExpectation(text).ok).toBe(true);
  expect(page).toContain(`\`${text}\``);
});
