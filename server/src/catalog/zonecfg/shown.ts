import type { Platform } from "./property.ts";

/**
 * The properties of a zone that `info` of zonecfg(8) shows whether they are set or not, in its order, each with what it
 * shows where nothing is set. Source: usr/src/cmd/zonecfg/zonecfg.c (info_func); zonecfg(1M) of Solaris 10, which has no
 * fs-allowed; examples of the Solaris 11 zones guides.
 */
export function shownProperties(
  platforms: readonly Platform[],
): readonly (readonly [name: string, value: string])[] {
  const solaris11 = platforms.every((platform) => platform === "solaris11");
  const solaris10 = platforms.every((platform) => platform === "solaris10");
  return [
    ["zonepath", ""],
    ["brand", ""],
    ["autoboot", "false"],
    ...(solaris11 ? SHUTDOWN : []),
    ["bootargs", ""],
    ...(solaris11 ? PROFILE : []),
    ["pool", ""],
    ["limitpriv", ""],
    ["scheduling-class", ""],
    ["ip-type", solaris11 ? "exclusive" : "shared"],
    ["hostid", ""],
    ...(solaris11 ? TENANT : []),
    ...(solaris10 ? [] : FS_ALLOWED),
  ];
}

const SHUTDOWN = [["autoshutdown", "shutdown"]] as const;
const PROFILE = [["file-mac-profile", ""]] as const;
const TENANT = [["tenant", ""]] as const;
const FS_ALLOWED = [["fs-allowed", ""]] as const;
