import { HostDocument } from "@zonewarden/server/workspace/hostDocument";
import { Hosts } from "@zonewarden/server/workspace/hosts";
import { describe, expect, it } from "vitest";

function hostsOver(files: Record<string, string>) {
  const system = {
    read: (path: string) => files[path],
    list: () => [],
    stamp: (path: string) => files[path],
  };
  return new Hosts(
    system,
    (path) => `file://${path}`,
    (...file) => new HostDocument(...file),
  );
}
const named = (name: string, more: object = {}) => JSON.stringify({ system: "freebsd", name, ...more });
const of = (hosts: Hosts, path: string) => hosts.of(path)?.description.name;

describe("the machine of a configuration", () => {
  it("is described by the nearest host file above it", () => {
    const hosts = hostsOver({
      "/w/zonewarden.host.json": named("outer"),
      "/w/a/zonewarden.host.json": named("inner"),
    });
    expect(of(hosts, "/w/a/etc/jail.conf")).toBe("inner");
    expect(of(hosts, "/w/b/jail.conf")).toBe("outer");
    expect(of(hosts, "/elsewhere/jail.conf")).toBeUndefined();
  });

  it("is not described by a host file that names other configurations", () => {
    const hosts = hostsOver({
      "/w/zonewarden.host.json": named("outer"),
      "/w/a/zonewarden.host.json": named("inner", { configurations: ["etc/**/*.conf", "./jail.conf"] }),
    });
    expect(of(hosts, "/w/a/etc/jail.conf.d/web.conf")).toBe("inner");
    expect(of(hosts, "/w/a/jail.conf")).toBe("inner");
    expect(of(hosts, "/w/a/test/jail.conf")).toBe("outer");
  });

  it("is not known where the host file has mistakes, which can be asked for", () => {
    const hosts = hostsOver({ "/w/zonewarden.host.json": '{ "system": "plan9" }' });
    expect(hosts.of("/w/jail.conf")).toBeUndefined();
    expect(hosts.nearest("/w/jail.conf")?.problems).toHaveLength(1);
  });

  it("is looked for again when a host file comes, changes or goes", () => {
    const files: Record<string, string> = {};
    const hosts = hostsOver(files);
    const path = "/w/zonewarden.host.json";
    const after = (change: () => void) => {
      change();
      hosts.changedOnDisk([path]);
      return of(hosts, "/w/jail.conf");
    };
    expect(of(hosts, "/w/jail.conf")).toBeUndefined();
    expect(after(() => (files[path] = named("first")))).toBe("first");
    expect(after(() => (files[path] = named("second")))).toBe("second");
    expect(after(() => delete files[path])).toBeUndefined();
  });

  it("has places for what the file says, and none for what it leaves out", () => {
    const text = '{\n\t"system": "freebsd",\n\t"cpus": 4\n}\n';
    const document = hostsOver({ "/w/zonewarden.host.json": text }).nearest("/w/jail.conf");
    const place = document?.at(["cpus"]);
    expect(place && text.slice(place.range.start, place.range.end)).toBe("4");
    expect(document?.at(["memory"])).toBeUndefined();
  });
});
