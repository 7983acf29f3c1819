import { type Cause, denied } from "../../decision.ts";
import { findDirectory } from "../../filesystem/build.ts";
import { resolve } from "../../filesystem/lookup.ts";
import { mountOf, nodeOf } from "../../filesystem/nodes.ts";
import type { Vnode } from "../../filesystem/types.ts";
import { property, propertyCause } from "../configuration.ts";
import { entriesAround } from "../zoneIndex.ts";
import { stateOf } from "../zones.ts";
import { type Finding, problem, type Verification, warning } from "./findings.ts";

/** The directory of a zone. Source: validate_zonepath(), verify_details() in usr/src/cmd/zoneadm/zoneadm.c. */

const OWNER = 0o700;
const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;

/** Commands that do not ask again whether two zones have the same place. */
const LATER: readonly string[] = ["boot", "reboot", "ready"];
/** Commands that make the directory where it is missing. */
const MAKES: readonly string[] = ["verify", "install", "clone", "move", "attach"];

export function verifyZonepath(about: Verification): Finding[] {
  const { entry } = about;
  const cause = propertyCause(entry.definition, "zonepath");
  return validateZonepath(about, property(entry.definition, "zonepath"), cause);
}

/** What a directory must be like to be a zonepath. */
export function validateZonepath(about: Verification, path: string, cause?: Cause): Finding[] {
  const { host, process, command } = about;
  const say = (rule: string, text: string) => problem(rule, `zonepath ${path} ${text}`, cause);
  if (!path.startsWith("/")) return [say("zonepath-absolute", "is not an absolute path")];
  if (path === "/") return [say("zonepath-parent", "is its own parent directory")];
  if (
    path
      .split("/")
      .slice(1)
      .some((name) => name === "" || name === "." || name === "..")
  )
    return [say("zonepath-canonical", "does not resolve to itself")];
  const walk = resolve(host, process, path);
  const found = walk.ok && !walk.value.vnode ? missing(path) : walk;
  if (!found.ok) {
    if (found.errno === "ENOENT" && MAKES.includes(command))
      return [
        ...verifyPlace(about, path, cause),
        ...(command === "verify"
          ? [warning("zonepath-missing", `zonepath ${path} does not exist; an installation makes it`, cause)]
          : []),
      ];
    return [problem("zonepath", `zonepath ${path}: ${found.decision.reason}`, cause)];
  }
  const { vnode, directory, linked } = found.value;
  if (!vnode || linked)
    return [say("zonepath-canonical", "does not resolve to itself: a link is on the way")];
  const node = nodeOf(host, vnode);
  if (node.kind !== "directory") return [say("zonepath-directory", "is not a directory")];
  const findings: Finding[] = [];
  if (node.uid !== 0) findings.push(say("zonepath-owner", "is not owned by root"));
  if ((node.mode & OWNER) !== OWNER)
    findings.push(say("zonepath-mode", "does not let its owner read, write and enter"));
  if (node.mode & OTHERS)
    findings.push(say("zonepath-mode", "lets group or others in; its mode must be 700"));
  findings.push(
    ...verifyParent(about, directory, path, cause),
    ...verifyFileSystem(about, vnode, path, cause),
  );
  return [...findings, ...verifyPlace(about, path, cause), ...verifyRoot(about, path, cause)];
}

function missing(path: string) {
  return denied("ENOENT", "lookup/missing", `${path} does not exist.`);
}

function verifyParent({ host }: Verification, above: Vnode, path: string, cause?: Cause): Finding[] {
  const parent = path.slice(0, path.lastIndexOf("/")) || "/";
  const { uid, mode } = nodeOf(host, above);
  const say = (rule: string, text: string) => problem(rule, `${parent}, above the zonepath, ${text}`, cause);
  const findings: Finding[] = [];
  if (uid !== 0) findings.push(say("parent-owner", "is not owned by root"));
  if ((mode & OWNER) !== OWNER)
    findings.push(say("parent-mode", "does not let its owner read, write and enter"));
  if (mode & OTHERS_WRITE) findings.push(say("parent-mode", "lets group or others write"));
  return findings;
}

function verifyFileSystem(
  { host, entry }: Verification,
  vnode: Vnode,
  path: string,
  cause?: Cause,
): Finding[] {
  const { type, options } = mountOf(host, vnode);
  if (type.startsWith("nfs")) return [problem("zonepath-nfs", `zonepath ${path} is on NFS`, cause)];
  if (options.includes("nosuid"))
    return [
      problem("zonepath-nosuid", `zonepath ${path} is on a file system that is mounted with nosuid`, cause),
    ];
  // A kernel zone has its disks elsewhere: its zonepath is meant to be in memory. Source: solaris-kz(7).
  if (type === "tmpfs" && property(entry.definition, "brand") !== "solaris-kz")
    return [warning("zonepath-tmpfs", `zonepath ${path} is on a tmpfs and gone after the next boot`, cause)];
  return [];
}

/** No installed zone has the same directory, one above or one below. */
function verifyPlace({ host, entry, command }: Verification, path: string, cause?: Cause): Finding[] {
  if (LATER.includes(command)) return [];
  return entriesAround(host, path)
    .filter((other) => other !== entry && stateOf(host, other.name) !== "configured")
    .slice(0, 1)
    .map((other) => {
      const theirs = property(other.definition, "zonepath");
      const text =
        theirs === path
          ? `is that of zone ${other.name}`
          : path.startsWith(`${theirs}/`)
            ? `lies in the zonepath ${theirs} of zone ${other.name}`
            : `contains the zonepath ${theirs} of zone ${other.name}`;
      return problem(
        "zonepath-overlap",
        `zonepath ${path} ${text}`,
        cause,
        propertyCause(other.definition, "zonepath"),
      );
    });
}

/** A zone that is only configured should have no root yet, unless that is about to be attached. */
function verifyRoot({ host, entry, command }: Verification, path: string, cause?: Cause): Finding[] {
  if (entry.state !== "configured" || command === "attach") return [];
  const root = findDirectory(host, `${path}/root`);
  if (!root) return [];
  if (findDirectory(host, `${path}/SUNWdetached.xml`))
    return [problem("root-detached", `${path}/root is that of a detached zone: attach it`, cause)];
  const { kind, uid, mode } = nodeOf(host, root);
  if (kind === "directory" && uid === 0 && (mode & 0o777) === 0o755) return [];
  return [problem("root-mode", `${path}/root is no directory of root with mode 755`, cause)];
}
