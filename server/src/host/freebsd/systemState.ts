import type { Host } from "../host.ts";
import { freebsdOf } from "./state.ts";
import type { SystemState } from "./types.ts";

/** What system calls have changed of the machine, made at the first change. */
export function systemOf(host: Host): SystemState {
  const freebsd = freebsdOf(host);
  freebsd.system ??= {
    kernelEnvironment: {},
    accounting: null,
    swap: [],
    machines: [],
    lastStep: null,
    auditUsers: {},
  };
  return freebsd.system;
}
