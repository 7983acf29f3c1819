import { describe, expect, it } from "vitest";
import { machine } from "./world.ts";

describe("overlays at the command line", () => {
  const CREATE =
    "dladm create-overlay -e vxlan -s direct -v 100 -p vxlan/listen_ip=192.0.2.2,direct/dest_ip=192.0.2.3,direct/dest_port=4789 overlay0";

  it("need varpd, and show where their frames go", () => {
    const { type } = machine();
    expect(type(CREATE)).toBe("dladm: overlay creation failed: the varpd service is not online\n");
    type("svcadm enable varpd");
    expect(type(CREATE)).toBe("");
    expect(type("dladm create-vnic -l overlay0 vnic0")).toBe("");
    expect(type("dladm show-overlay -t")).toBe(
      "LINK         TARGET             DESTINATION\noverlay0     *:*:*:*:*:*        192.0.2.3:4789\n",
    );
    expect(type("dladm show-overlay -p -o property,value overlay0")).toContain("vnetid:100\n");
    expect(type("dladm delete-overlay overlay0")).toContain("link busy");
    type("svcadm disable varpd");
    expect(type("dladm show-overlay -f")).toContain("overlay0     DEGRADED");
  });

  it("take properties from several -p", () => {
    const { type } = machine();
    type("svcadm enable varpd");
    expect(type(CREATE.replaceAll(",direct", " -p direct"))).toBe("");
    expect(type("dladm set-linkprop -p mtu=1300 -p protection=ip-nospoof overlay0")).not.toContain("usage");
  });

  it("are shown by no other name", () => {
    const { type } = machine();
    expect(type("dladm show-overlay overlay9")).toContain("object not found");
    expect(type("dladm show-overlay e1000g0")).toContain("invalid link");
    expect(type("dladm show-overlay")).toBe("");
  });
});

it("lets ipadm give the first address of an interface its name", () => {
  const { type } = machine();
  type("dladm create-vnic -l e1000g0 vnic0");
  expect(type("ipadm create-if vnic0")).toBe("");
  expect(type("ipadm create-addr -T static -a 10.0.0.1/24 vnic0/v4")).toBe("");
  expect(type("ipadm create-addr -T static -a 10.0.0.2/24 vnic0/v4")).toContain("already exists");
  expect(type("ipadm show-addr vnic0/v4")).toContain("10.0.0.1/24");
});

it("groups interfaces for IPMP", () => {
  const { type } = machine();
  type("dladm create-vnic -l e1000g0 vnic0");
  expect(type("ipadm create-if vnic0")).toBe("");
  expect(type("ipadm create-ipmp -i e1000g0 -i vnic0 ipmp0")).toBe("");
  expect(type("ipadm show-addr ipmp0/v4")).toContain("192.0.2.2/24");
  expect(type("ipadm create-ipmp -i vnic0 ipmp1")).toContain("Object busy");
  expect(type("ipadm remove-ipmp -i vnic0 ipmp0")).toBe("");
});
