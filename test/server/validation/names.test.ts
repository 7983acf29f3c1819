import { expect, it } from "vitest";
import { check, codes } from "./harness.ts";

const message = (line: string) =>
  check(`web { path = /jails/web; host.hostname = web; persist; ${line} }`)
    .filter(({ code }) => code === "jail/unknown-parameter")
    .map(({ message }) => message);

it("the `no` of a parameter goes to the last part of its name", () => {
  expect(message("allow.nomount.zfs;")).toEqual([
    "There is no parameter `allow.nomount.zfs`: did you mean `allow.mount.nozfs`?",
  ]);
  expect(message("allow.mount.nozfs;")).toEqual([]);
});

it("a name that is surely meant for another is an error, one that a module may bring a warning", () => {
  const severities = (line: string) =>
    check(`web { path = /jails/web; host.hostname = web; persist; ${line} }`)
      .filter(({ code }) => code === "jail/unknown-parameter")
      .map(({ severity }) => severity);
  for (const line of [
    "exec.strat = true;",
    "hostname = x;",
    "allow.raw_socket;",
    "novnet;",
    "nopath;",
    "cpuset = 1;",
  ])
    expect(severities(line), line).toEqual(["error"]);
  for (const line of ["acme.label = red;", "allow.teleport;", "allow.mount.nulfs;"])
    expect(severities(line), line).toEqual(["warning"]);
  for (const line of ["allow.mount.ourfs;", "allow.mount.nfs;", "allow.mount.ufs;", "allow.mount.fusefs;"])
    expect(severities(line), line).toEqual([]);
});

it("the `.` of the shell is no include", () => {
  expect(message('. "/etc/jail.conf.d/web.conf";')).toEqual([
    'There is no parameter `.`. The `.` of the shell reads no file here: write `.include "FILE";`.',
  ]);
});

it("limits of resources are for rctl(8)", () => {
  for (const name of ["memoryuse", "rctl.pcpu"]) expect(message(`${name} = 2g;`)[0]).toContain("rctl(8)");
});

it.each([
  '{% for j in jails %}\n{{ j.name }} {\n  path = "{{ root }}/{{ j.name }}";\n}\n{% endfor %}\n',
  "<% @jails.each do |name| -%>\n<%= name %> {\n  persist;\n}\n<% end -%>\n",
])("a template is left alone", (text) => {
  expect(codes(text)).toEqual(["jail/foreign-file"]);
});

it("a comment about a template does not make one", () => {
  expect(codes("# {% for %}\n# {{ ansible_managed }}\nweb {\n\tpersist\n}\n")).toContain(
    "syntax/missing-semicolon",
  );
});

it("a jid belongs to one jail", () => {
  const two = (a: string, b: string) =>
    check(`host.hostname = $name; path = "/jails/$name"; persist; a { ${a} } ${b}`).map(({ code, text }) => [
      code,
      text,
    ]);
  expect(two("jid = 5;", "b { jid = 05; }")).toEqual([["jail/same-jid", "05"]]);
  expect(two("jid = 5;", "5 { name = b; }")).toEqual([["jail/same-jid", expect.stringContaining("5")]]);
  expect(two("jid = 5;", "b { jid = 6; }")).toEqual([]);
  expect(two("jid = 0;", "b { jid = 0; }")).toEqual([]);
});

it("nothing stands before the name of a jail", () => {
  for (const head of ['jail "web"', "jail web", "web server"]) {
    const [found, ...more] = check(`${head} { path = /jails/web; host.hostname = web; persist; }`);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ code: "syntax/jail-name", text: head.replace(/\S+$/, "") });
  }
  expect(codes("persist\nweb { path = /jails/web; host.hostname = web; }")).toEqual([
    "syntax/missing-semicolon",
  ]);
});

it.each([
  ["web", "warning"],
  ["db", "error"],
])("the name of a block is not given again: %s is a(n) %s", (name, severity) => {
  expect(check(`web { path = /jails/web; host.hostname = web; persist; name = ${name}; }`)).toMatchObject([
    { code: "jail/redefined-name", severity, text: "name" },
  ]);
});
