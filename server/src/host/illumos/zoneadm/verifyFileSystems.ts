import { findZoneFileSystemType } from "../../../catalog/illumos/fileSystemTypes.ts";
import { own } from "../../../catalog/own.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { mountOf, nodeOf } from "../../filesystem/nodes.ts";
import { causeOf, resourcesOf, textOf } from "../configuration.ts";
import type { ZoneResource } from "../types.ts";
import { type Finding, problem, type Verification } from "./findings.ts";

/** `fs` resources. Source: verify_filesystems(), verify_fs_special(), verify_fs_zfs() in usr/src/cmd/zoneadm/zoneadm.c. */

export function verifyFileSystems(about: Verification): Finding[] {
  return resourcesOf(about.entry.definition, "fs").flatMap((fs) => verifyOne(about, fs));
}

function verifyOne(about: Verification, fs: ZoneResource): Finding[] {
  const type = textOf(fs, "type") ?? "";
  const special = textOf(fs, "special") ?? "";
  const raw = textOf(fs, "raw");
  const on = textOf(fs, "dir") ?? "";
  const say = (rule: string, text: string, property: string) =>
    problem(rule, `fs ${on}: ${text}`, causeOf(fs, property));
  const known = findZoneFileSystemType(type);
  if (known?.resource === "refused")
    return [say("fs-type", `file systems of type ${type} cannot be mounted for a zone`, "type")];
  if (!known) return [say("fs-unknown", `there is no /usr/lib/fs/${type}/mount`, "type")];
  if (type === "zfs") return verifyDataset(about, special, say);
  if (known.special === "none") return [];
  const regular = kindOf(about, special) === "file";
  const findings: Finding[] = [];
  if (known.fsck && raw === undefined && !regular)
    findings.push(say("fs-raw", `type ${type} is checked before it is mounted, so it needs raw`, "type"));
  if (!known.fsck && raw !== undefined)
    findings.push(say("fs-raw", `type ${type} has no fsck, so raw is not for it`, "raw"));
  findings.push(...verifySpecial(about, special, say));
  if (raw !== undefined && kindOf(about, raw) === undefined)
    findings.push(say("fs-raw-missing", `raw device ${raw} does not exist`, "raw"));
  return findings;
}

type Say = (rule: string, text: string, property: string) => Finding;

function kindOf({ host, process }: Verification, path: string): string | undefined {
  const found = lookup(host, process, path);
  return found.ok ? nodeOf(host, found.value).kind : undefined;
}

function verifySpecial({ host, process }: Verification, special: string, say: Say): Finding[] {
  const found = lookup(host, process, special);
  if (!found.ok) return [say("fs-special", `${special} cannot be used: ${found.decision.reason}`, "special")];
  if (mountOf(host, found.value).type.startsWith("nfs"))
    return [say("fs-nfs", `${special} is on NFS`, "special")];
  return [];
}

/** A file system of ZFS must be one, with a legacy mount point, and the zone's by no other way. */
function verifyDataset({ host, entry }: Verification, name: string, say: Say): Finding[] {
  const dataset = own(host.state.files.datasets, name);
  if (!dataset) return [say("fs-dataset", `there is no dataset ${name}`, "special")];
  if (dataset.mountpoint !== "legacy")
    return [say("fs-mountpoint", `the mount point of ${name} is not legacy`, "special")];
  const delegated = resourcesOf(entry.definition, "dataset").some((resource) => {
    const root = textOf(resource, "name") ?? "";
    return name === root || name.startsWith(`${root}/`);
  });
  if (delegated)
    return [{ ...say("fs-delegated", `${name} is delegated to the zone as well`, "special"), unsure: true }];
  return [];
}
